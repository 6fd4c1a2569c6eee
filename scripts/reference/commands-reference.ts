import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { Groups, LoadedCommand } from '../../src/cli/program/loaded-command';
import { createProgram } from '../../src/cli/program/program';

const INTRODUCTION = `# Commands

<!-- Written by npm run reference from the definitions of the commands. -->

Each is a command of one program, \`npx --no entra-aws\`. \`npx --no entra-aws --help\` lists the commands, \`npx --no entra-aws <command> --help\` their options, and \`source <(npx --no entra-aws completion bash)\` completes both, estates too (\`zsh\` and \`fish\` as well).

- **Estates**: where there is one estate it is meant; where there are several, \`--estate\` names one.
- **Exit codes**: 0 done, 1 failed or something is wrong, 2 usage error. Each command says below what is 0 and what is 1.
- **Former names** (\`recover\`, \`preflight\`, \`watch\` and others) are answered with the present one, and nothing runs ([the list](adr/0051-sixteen-commands.md)).
- **Scripts of this repository**, which no package has, are in \`scripts/\`: \`npm run reference\`, and \`npx tsx scripts/build.ts\`, \`architecture.ts\` and \`prove.ts\`, each with \`--help\`.
`;

/** Reference of all commands of a program, in Markdown. */
export function commandsReference(groups: Groups): string {
  // Names, usage and help are those of the whole program.
  createProgram(groups, () => Promise.resolve());
  const all = Object.values(groups).flat();
  return [
    INTRODUCTION,
    ...Object.entries(groups).map(([heading, together]) => overview(heading, together)),
    '## Each command\n',
    ...all.flatMap((command) => [command, ...command.parts]).map(describeCommand),
  ].join('\n');
}

function overview(heading: string, commands: readonly LoadedCommand[]): string {
  const rows = commands
    .flatMap((command) => [command, ...command.parts])
    .map(({ definition }): readonly [string, string] => [linkTo(definition), definition.summary()]);
  return `## ${heading}\n\n${table(['Command', 'Does'], rows)}`;
}

/** Name as it is typed, with that of the command above it. */
function pathOf(command: CommandUnknownOpts): string {
  const { parent } = command;
  return parent?.parent == null ? command.name() : `${parent.name()} ${command.name()}`;
}

function linkTo(command: CommandUnknownOpts): string {
  const path = pathOf(command);
  return `[\`${path}\`](#${path.replaceAll(' ', '-')})`;
}

function describeCommand({ definition: command, page, run }: LoadedCommand): string {
  const path = pathOf(command);
  const given = command.registeredArguments.map((each) => (each.required ? ` <${each.name()}>` : ` [${each.name()}]`));
  const options = command.options.map((option): readonly [string, string] => [`\`${option.flags}\``, textOf(option)]);
  const usage = run === undefined ? ' <command>' : `${given.join('')}${options.length === 0 ? '' : ' [options]'}`;
  const tail = tailOf(command);
  return [
    `### ${path}`,
    `\`npx --no entra-aws ${path}${usage}\``,
    escaped(command.description()),
    ...(options.length === 0 ? [] : [table(['Option', 'Means'], options).trimEnd()]),
    ...(tail === '' ? [] : [`\`\`\`text\n${tail}\n\`\`\``]),
    ...(page === undefined ? [] : [`More: [${page}](${page}).`]),
  ]
    .join('\n\n')
    .concat('\n');
}

function textOf({ description, argChoices, defaultValue, defaultValueDescription, mandatory }: Option): string {
  const notes = [
    ...(mandatory ? ['required'] : []),
    ...(argChoices === undefined ? [] : [`one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ...(defaultValue === undefined || typeof defaultValue === 'boolean'
      ? []
      : [`default ${defaultValueDescription ?? `\`${String(defaultValue)}\``}`]),
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
