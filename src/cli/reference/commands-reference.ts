import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** Pages that say more of a command, in `docs/`. */
const PAGES: Readonly<Record<string, string>> = {
  architecture: 'hosting.md',
  ci: 'pipeline.md',
  deploy: 'deploying.md',
  doctor: 'doctor.md',
  drill: 'emergency-access.md',
  emulator: 'emulator.md',
  handoff: 'deploying.md',
  import: 'importing.md',
  init: 'own-repository.md',
  preview: 'preview.md',
  prove: 'proving.md',
  provision: 'operations.md',
  'rotate-scim-token': 'operations.md',
  schema: 'editor.md',
  snapshot: 'access-guide.md',
  start: 'application.md',
  upgrade: 'upgrading.md',
  watch: 'editor.md',
  who: 'logs.md',
};

/** Commands that write what the package brings. */
const OF_THE_REPOSITORY = new Set(['build', 'reference']);

const INTRODUCTION = `# Commands

<!-- Written by npm run reference from the definitions of the commands. -->

Each is a command of one program, \`entra-aws\`. In a team's repository \`npx --no-install entra-aws preview\` starts it, or \`npm run preview\`, the script of that name that \`init\` writes. \`entra-aws --help\` lists the commands, \`entra-aws <command> --help\` their options, and \`source <(entra-aws completion bash)\` completes both, estates too (\`zsh\` and \`fish\` as well).

- **Estates**: where there is one estate it is meant; where there are several, \`--estate\` says which.
- **Exit codes**: 0 done, 1 failed or something is wrong, 2 called wrongly. Each command says below what is 0 and what is 1.
- **npm**: with \`npm run\`, options stand after \`--\`, as in \`npm run preview -- --base main\`. Without it npm keeps them, and the command says so. Of \`--only\` it can't: npm warns (\`invalid config only\`) and passes nothing on, so \`npm run doctor --only=access\` examines everything. With \`--json\`, run \`npm run --silent preview -- --json\`: npm prints a banner of its own otherwise.
- **In this repository** three more scripts are CDK's and the tests' own: \`npm run synth\` and \`npm run diff\` for the sandbox (\`-- -c estate=NAME\` for another), and what [CONTRIBUTING](../CONTRIBUTING.md) lists.
`;

/** Reference of all commands of a program, in Markdown. */
export function commandsReference({ commands }: CommandUnknownOpts): string {
  const groups = Map.groupBy(commands, (command) => command.helpGroup().replace(/:$/, ''));
  return [
    INTRODUCTION,
    ...[...groups].map(([heading, together]) => overview(heading, together)),
    '## Each command\n',
    ...commands.map(describeCommand),
  ].join('\n');
}

/** The program that a command is of. @throws Error unless it is of one */
export function programOf({ parent }: { readonly parent: CommandUnknownOpts | null }): CommandUnknownOpts {
  if (parent === null) throw new Error('the command must be part of a program');
  return parent;
}

function overview(heading: string, commands: readonly CommandUnknownOpts[]): string {
  const rows = commands.map((command): readonly [string, string] => [linkTo(command), command.summary()]);
  return `## ${heading}\n\n${table(['Command', 'Does'], rows)}`;
}

function linkTo(command: CommandUnknownOpts): string {
  return `[\`${command.name()}\`](#${command.name()})`;
}

function describeCommand(command: CommandUnknownOpts): string {
  const name = command.name();
  const page = PAGES[name];
  const given = command.registeredArguments.map((each) => (each.required ? ` <${each.name()}>` : ` [${each.name()}]`));
  const options = command.options.map((option): readonly [string, string] => [`\`${option.flags}\``, textOf(option)]);
  return [
    `### ${name}`,
    `\`entra-aws ${name}${given.join('')}${options.length === 0 ? '' : ' [options]'}\``,
    `${escaped(command.description())}${OF_THE_REPOSITORY.has(name) ? ' A command of this repository alone.' : ''}`,
    ...(options.length === 0 ? [] : [table(['Option', 'Means'], options).trimEnd()]),
    `\`\`\`text\n${tailOf(command)}\n\`\`\``,
    ...(page === undefined ? [] : [`More: [${page}](${page}).`]),
  ]
    .join('\n\n')
    .concat('\n');
}

function textOf({ description, argChoices, defaultValue, mandatory }: Option): string {
  const notes = [
    ...(mandatory ? ['required'] : []),
    ...(argChoices === undefined ? [] : [`one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ...(defaultValue === undefined || typeof defaultValue === 'boolean' ? [] : [`default \`${String(defaultValue)}\``]),
  ];
  return `${escaped(description)}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}

/** Text that its help has below the options: examples, notes, exit codes. */
function tailOf(command: CommandUnknownOpts): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text.slice(command.helpInformation().length).trim();
}

/** Markdown would take these for tags. */
function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('|', String.raw`\|`);
}

/** A table as prettier writes it. */
function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  const widths = [0, 1].map((column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[], blank = ' '): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, blank)).join(' | ')} |`;
  return `${[line(head), line(['', ''], '-'), ...rows.map((row) => line(row))].join('\n')}\n`;
}
