import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { EXIT } from '../program/cli';
import { completion, SHELLS } from './options';

type Shell = (typeof SHELLS)[number];

/** Prints the completion of the program that this command is a part of. */
export function run(_options: object, [given]: readonly string[]): number {
  const shell = SHELLS.find((one) => one === given);
  const program: CommandUnknownOpts | null = completion.parent;
  if (shell === undefined || program === null) return EXIT.usage;
  process.stdout.write(completionOf(program.commands, shell));
  return EXIT.ok;
}

type Commands = readonly CommandUnknownOpts[];

/** Script for a shell. */
function completionOf(commands: Commands, shell: Shell): string {
  return { bash, zsh, fish }[shell](commands);
}

/** Value that may follow an option: nothing, one of some words, an estate, a file or folder, or any text. */
type Value = 'none' | readonly string[] | 'estate' | 'path' | 'text';

interface Completed {
  readonly long: string;
  readonly text: string;
  readonly value: Value;
  readonly isRepeated: boolean;
}

const HELP: Completed = { long: '--help', text: 'display help for command', value: 'none', isRepeated: false };

function valueOf({ flags, long, argChoices, required }: Option): Value {
  if (!required) return 'none';
  if (argChoices !== undefined) return argChoices;
  if (long === '--estate') return 'estate';
  return /<(file|folder)>/.test(flags) ? 'path' : 'text';
}

function optionsOf({ options }: CommandUnknownOpts): readonly Completed[] {
  const known = options.flatMap((option) => {
    const { long, description: text, variadic: isRepeated } = option;
    return long == null ? [] : [{ long, text, value: valueOf(option), isRepeated }];
  });
  return [...known, HELP];
}

/** Commands with those below them. */
const withParts = (commands: Commands): Commands => commands.flatMap((one) => [one, ...one.commands]);

/** Name as it is typed, with that of the command above it. */
const pathOf = (command: CommandUnknownOpts): string => {
  const above = command.parent?.parent == null ? undefined : command.parent.name();
  return above === undefined ? command.name() : `${above} ${command.name()}`;
};

/** Names of commands that have two words, each quoted. */
const twoWords = (commands: Commands): readonly string[] =>
  commands.flatMap((one) => one.commands.map((part) => quoted(pathOf(part))));

/** Words that may follow a command: those below it, and its arguments, such as the shell of `completion`. */
const wordsOf = ({ commands, registeredArguments }: CommandUnknownOpts): readonly string[] => [
  ...commands.map((part) => part.name()),
  ...registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
];

const listed = (value: readonly string[] | 'text'): string => (value === 'text' ? '' : value.join(' '));

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const BASH_HELPERS = `_entra_aws_words() { local IFS=$' \\n'; compgen -W "$1" -- "$cur"; }
_entra_aws_estates() {
  local f i folder=estates
  for ((i = 2; i < COMP_CWORD; i++)); do
    if [ "\${COMP_WORDS[i]}" = --estates ]; then folder="\${COMP_WORDS[i + 1]}"; fi
  done
  for f in "$folder"/*/estate.yaml; do
    if [ -e "$f" ]; then f="\${f%/estate.yaml}"; echo "\${f##*/}"; fi
  done
}
`;

/** Lines of names may hold spaces, so words are separated by ends of lines alone; `--estate=NAME` is three words to bash. */
function bash(commands: Commands): string {
  const reply = (words: string): string => `COMPREPLY=($(${words}))`;
  const replyOf = (value: Exclude<Value, 'none'>): string => {
    if (value === 'path') return `compopt -o filenames 2>/dev/null; ${reply('compgen -f -- "$cur"')}`;
    return reply(`_entra_aws_words ${value === 'estate' ? '"$(_entra_aws_estates)"' : quoted(listed(value))}`);
  };
  const values = withParts(commands).flatMap((command) =>
    optionsOf(command).flatMap(({ long, value }) =>
      value === 'none' ? [] : [`    ${quoted(`${pathOf(command)} ${long}`)}) ${replyOf(value)}; return;;`],
    ),
  );
  const options = withParts(commands).map((command) => {
    const words = [...wordsOf(command), ...optionsOf(command).map(({ long }) => long)];
    return `    ${quoted(pathOf(command))}) ${replyOf(words)};;`;
  });
  return `${BASH_HELPERS}_entra_aws() {
  local IFS=$'\\n' cur="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    ${replyOf([...commands.map((command) => command.name()), ...TOP])}
    return
  fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "$command \${COMP_WORDS[2]}" in ${twoWords(commands).join(' | ')}) command="$command \${COMP_WORDS[2]}";; esac
  fi
  if [ "$cur" = = ]; then cur=; elif [ "$before" = = ]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  case "$command $before" in
${values.join('\n')}
  esac
  case "$command" in
${options.join('\n')}
  esac
}
complete -F _entra_aws entra-aws
${BY_NPX}
`;
}

/** The program by its name alone, which a shell completes: a team's repository has it where only npx finds it. */
const BY_NPX = 'command -v entra-aws >/dev/null || entra-aws() { npx --no entra-aws "$@"; }';

/** Options of the program itself. */
const TOP = ['--help', '--version'];

const ZSH_ESTATES = `_entra_aws_estates() {
  local f folder=estates i=\${words[(I)--estates]}
  if (( i )); then folder=$words[i+1]; fi
  for f in $folder/*/estate.yaml(N); do echo \${f:h:t}; done
}
`;

function zsh(commands: Commands): string {
  const action = (value: Value): string => {
    if (value === 'none') return '';
    if (value === 'estate') return ':estate:($(_entra_aws_estates))';
    return value === 'path' ? ':path:_files' : `:value:(${listed(value)})`;
  };
  const option = ({ long, text, value, isRepeated }: Completed): string => {
    const name = `${isRepeated ? '*' : ''}${long}${value === 'none' ? '' : '='}`;
    return quoted(`${name}[${text.replaceAll(/[[\]\\:]/g, String.raw`\$&`)}]${action(value)}`);
  };
  const cases = withParts(commands).map((command) => {
    const words = wordsOf(command).join(' ');
    const specs = [...optionsOf(command).map(option), ...(words === '' ? [] : [`'1:value:(${words})'`])];
    return `    ${quoted(pathOf(command))}) _arguments ${specs.join(' ')};;`;
  });
  return `#compdef entra-aws
${ZSH_ESTATES}_entra_aws() {
  local -a commands=(${commands.map((command) => quoted(`${command.name()}:${command.summary()}`)).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    compadd -- ${TOP.join(' ')}
    return
  fi
  shift words
  (( CURRENT -= 1 ))
  local name=$words[1]
  if (( CURRENT > 2 )); then
    case "$words[1] $words[2]" in (${twoWords(commands).join('|')}) name="$words[1] $words[2]"; shift words; (( CURRENT -= 1 ));; esac
  fi
  case $name in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _entra-aws ]]; then _entra_aws "$@"
else
  if (( ! $+functions[compdef] )); then autoload -Uz compinit; compinit; fi
  compdef _entra_aws entra-aws; ${BY_NPX}
fi
`;
}

const FISH_ESTATES = `function __entra_aws_estates
  set -l folder estates
  set -l words (commandline -opc)
  if set -l i (contains -i -- --estates $words)
    set folder $words[(math $i + 1)]
  end
  for f in $folder/*/estate.yaml
    string replace -r '.*/(.*)/estate.yaml$' '$1' $f
  end
end
`;

/** Files are offered for no argument, and for the options that take one. */
function fish(commands: Commands): string {
  const value = (kind: Value): string => {
    if (kind === 'none') return '';
    if (kind === 'path') return ' -r -F';
    return ` -x -a ${quotedForFish(kind === 'estate' ? '(__entra_aws_estates)' : listed(kind))}`;
  };
  const first = 'complete -c entra-aws -n __fish_use_subcommand';
  const top = [
    ...TOP.map((option) => `${first} -l ${option.slice(2)}`),
    ...commands.map((command) => `${first} -a ${command.name()} -d ${quotedForFish(command.summary())}`),
  ];
  const lines = withParts(commands).flatMap((command) => {
    const within = `complete -c entra-aws -n '__entra_aws_is ${pathOf(command)}'`;
    return [
      ...wordsOf(command).map((word) => `${within} -a ${word}`),
      ...optionsOf(command).map(
        (option) => `${within} -l ${option.long.slice(2)}${value(option.value)} -d ${quotedForFish(option.text)}`,
      ),
    ];
  });
  return `${FISH_ESTATES}function __entra_aws_is
  set -l words (commandline -opc)
  set -l found "$words[2]"
  if contains -- "$words[2] $words[3]" ${twoWords(commands).join(' ')}
    set found "$words[2] $words[3]"
  end
  test "$found" = "$argv"
end
if not type -q entra-aws
  function entra-aws; npx --no entra-aws $argv; end
end
complete -c entra-aws -f
${[...top, ...lines].join('\n')}
`;
}

const quotedForFish = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
