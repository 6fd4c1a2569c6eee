import { Argument, Command, type CommandUnknownOpts, type Option } from '@commander-js/extra-typings';
import { helpTail } from './define';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** The command that prints the completion of `program` for a shell. */
export function completionCommand(program: CommandUnknownOpts): CommandUnknownOpts {
  const command = new Command('completion')
    .summary('Print what completes commands and options in a shell')
    .description('Prints a script that completes commands, options, estates and files in bash, zsh or fish.')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      helpTail({
        notes: [
          'Load it from the start file of the shell:',
          '  bash  source <(entra-aws completion bash)',
          '  zsh   source <(entra-aws completion zsh)',
          '  fish  entra-aws completion fish | source',
        ].join('\n'),
        exit: ['printed', 'not printed'],
      }),
    )
    .action((shell) => {
      process.stdout.write(completionOf(program.commands, shell));
    });
  return command;
}

type Commands = readonly CommandUnknownOpts[];

/** Script for a shell. */
export function completionOf(commands: Commands, shell: Shell): string {
  return { bash, zsh, fish }[shell](commands);
}

/** Value that may follow an option: nothing, one of some words, an estate, a file or folder, or any text. */
type Value = 'none' | readonly string[] | 'estate' | 'path' | 'text';

function valueOf({ flags, long, argChoices, required }: Option): Value {
  if (!required) return 'none';
  if (argChoices !== undefined) return argChoices;
  if (long === '--estate') return 'estate';
  return /<(file|folder)>/.test(flags) ? 'path' : 'text';
}

function optionsOf({ options }: CommandUnknownOpts): readonly { long: string; text: string; value: Value }[] {
  const known = options.map((option) => ({
    long: option.long ?? '',
    text: option.description,
    value: valueOf(option),
  }));
  return [...known, { long: '--help', text: 'display help for command', value: 'none' }];
}

/** Arguments of a command, such as the shell of `completion`. */
const wordsOf = ({ registeredArguments }: CommandUnknownOpts): readonly string[] =>
  registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const ESTATES = 'for f in estates/*/estate.yaml; do f=${f%/estate.yaml}; echo "${f##*/}"; done';

function bash(commands: Commands): string {
  const reply = (words: string): string => `COMPREPLY=($(compgen ${words} -- "$cur"))`;
  const values = commands.flatMap((command) =>
    optionsOf(command).flatMap(({ long, value }) => {
      if (value === 'none') return [];
      const words =
        value === 'estate' ? '-W "$(_entra_aws_estates)"' : value === 'path' ? '-f' : `-W ${quoted(listed(value))}`;
      return [`    ${quoted(`${command.name()} ${long}`)}) ${reply(words)}; return;;`];
    }),
  );
  const options = commands.map((command) => {
    const words = [...wordsOf(command), ...optionsOf(command).map(({ long }) => long)].join(' ');
    return `    ${command.name()}) ${reply(`-W ${quoted(words)}`)};;`;
  });
  return `_entra_aws_estates() { ${ESTATES}; }
_entra_aws() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    ${reply(`-W ${quoted(commands.map((command) => command.name()).join(' '))}`)}
    return
  fi
  case "$command \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  case "$command" in
${options.join('\n')}
  esac
}
complete -o filenames -F _entra_aws entra-aws
`;
}

const listed = (value: readonly string[] | 'text'): string => (value === 'text' ? '' : value.join(' '));

function zsh(commands: Commands): string {
  const action = (value: Value): string => {
    if (value === 'none') return '';
    if (value === 'estate') return ':estate:($(_entra_aws_estates))';
    return value === 'path' ? ':path:_files' : `:value:(${listed(value)})`;
  };
  const option = ({ long, text, value }: ReturnType<typeof optionsOf>[number]): string =>
    quoted(`*${long}[${text.replaceAll(/[[\]\\:]/g, String.raw`\$&`)}]${action(value)}`);
  const cases = commands.map((command) => {
    const words = wordsOf(command);
    const specs = [...optionsOf(command).map(option), ...(words.length > 0 ? [`'1:value:(${words.join(' ')})'`] : [])];
    return `    ${command.name()}) _arguments ${specs.join(' ')};;`;
  });
  return `#compdef entra-aws
_entra_aws_estates() { ${ESTATES}; }
_entra_aws() {
  local -a commands=(${commands.map((command) => quoted(`${command.name()}:${command.summary()}`)).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT -= 1 ))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef _entra_aws entra-aws
`;
}

function fish(commands: Commands): string {
  const value = (kind: Value): string => {
    if (kind === 'none') return '';
    if (kind === 'path') return ' -r -F';
    const estates = "(string replace -r '.*/(.*)/estate.yaml$' '$1' estates/*/estate.yaml)";
    return ` -x -a ${quotedForFish(kind === 'estate' ? estates : listed(kind))}`;
  };
  const lines = commands.flatMap((command) => {
    const within = `complete -c entra-aws -n '__fish_seen_subcommand_from ${command.name()}' -f`;
    return [
      `complete -c entra-aws -n __fish_use_subcommand -f -a ${command.name()} -d ${quotedForFish(command.summary())}`,
      ...wordsOf(command).map((word) => `${within} -a ${word}`),
      ...optionsOf(command).map(
        (option) => `${within} -l ${option.long.slice(2)}${value(option.value)} -d ${quotedForFish(option.text)}`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

const quotedForFish = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
