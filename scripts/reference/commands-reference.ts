import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { Groups, LoadedCommand } from '../../src/cli/program/loaded-command';
import { createProgram } from '../../src/cli/program/program';

const INTRODUCTION = `# Commands

<!-- Written by npm run reference from the definitions of the commands. -->

Type each as \`npx --no entra-aws <command>\`; with \`--help\` it prints this text. \`source <(npx --no entra-aws completion bash)\` completes commands, options and estates (\`zsh\` and \`fish\` as well).

Exit codes: 0 and 1 as each command has them, 2 for a usage error. Former names (\`recover\`, \`preflight\`, \`watch\`) print the present one and run nothing ([list](adr/0051-sixteen-commands.md)). Only this repository has \`npm run reference\` and \`npx tsx scripts/build.ts\`, \`architecture.ts\` and \`prove.ts\`.
`;

/** An option that as many commands have, in the same words, is explained once. */
const SHARED_BY = 2;

/** Reference of all commands of a program, in Markdown. */
export function commandsReference(groups: Groups): string {
  // Names, usage and help are those of the whole program.
  createProgram(groups, () => Promise.resolve());
  const all = Object.values(groups)
    .flat()
    .flatMap((command) => [command, ...command.parts]);
  const shared = sharedOptions(all);
  return [
    INTRODUCTION,
    ...Object.entries(groups).map(([heading, together]) => overview(heading, together)),
    `## Options of several commands\n\n${[...shared].join('\n')}\n`,
    '## Each command\n',
    ...all.map((command) => describeCommand(command, shared)),
  ].join('\n');
}

/** Lines of the options that several commands have. */
function sharedOptions(commands: readonly LoadedCommand[]): ReadonlySet<string> {
  const lines = commands.flatMap(({ definition }) => definition.options.map(optionLine));
  return new Set(lines.filter((line) => lines.filter((other) => other === line).length >= SHARED_BY));
}

function overview(heading: string, commands: readonly LoadedCommand[]): string {
  const lines = commands
    .flatMap((command) => [command, ...command.parts])
    .map(({ definition }) => `- ${linkTo(definition)}: ${definition.summary()}`);
  return `## ${heading}\n\n${lines.join('\n')}\n`;
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

function describeCommand({ definition: command, page }: LoadedCommand, shared: ReadonlySet<string>): string {
  const path = pathOf(command);
  const given = command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`));
  const lines = command.options.map(optionLine);
  const own = lines.filter((line) => !shared.has(line));
  const others = command.options.filter((option) => shared.has(optionLine(option))).map(({ long }) => `\`${long}\``);
  const tail = tailOf(command);
  const parts = [
    `### ${path}`,
    given.length === 0 ? '' : `\`${[path, ...given].join(' ')}\``,
    escaped(command.description()),
    own.join('\n'),
    others.length === 0 ? '' : `[As elsewhere](#options-of-several-commands): ${others.join(', ')}.`,
    tail,
    page === undefined ? '' : `More: [${page}](${page}).`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function optionLine(option: Option): string {
  return `- \`${option.flags}\`: ${textOf(option)}`;
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

/** Text that its help has below the options: examples as code, notes, exit codes. */
function tailOf(command: CommandUnknownOpts): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text
    .slice(command.helpInformation().length)
    .replace(', 2 usage error.', '.')
    .replace(/^Examples:\n/m, '')
    .replace(/(?:^ {2}.*\n)+/m, (lines) => `\n\`\`\`sh\n${lines.replaceAll(/^ {2}/gm, '')}\`\`\`\n`)
    .trim();
}

/** Markdown would take it for a tag. */
function escaped(text: string): string {
  return text.replaceAll('<', '&lt;');
}
