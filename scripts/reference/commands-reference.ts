import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { Groups, LoadedCommand } from '../../src/cli/program/define';
import { createProgram } from '../../src/cli/program/program';

const INTRODUCTION = `# Commands

<!-- Written by npm run reference from the definitions of the commands. -->

Type each as \`npx --no entra-aws <command>\`; with \`--help\` it prints this text, and alone \`--help\` lists them. \`source <(npx --no entra-aws completion bash)\` completes commands, options and values (\`zsh\` and \`fish\` as well; [more](own-repository.md#completion-in-a-shell)). A command about an estate has \`--estate\` and \`--estates\`.

Exit codes: 0 and 1 as each command has them, 2 for a usage error. Former names (\`recover\`, \`preflight\`, \`watch\`) print the present one and run nothing ([list](adr/0051-sixteen-commands.md)).
`;

/** Options of each command that is about an estate. */
const OF_ESTATES = ['--estate', '--estates'];

/** An option that as many commands have, in the same words, is explained once. */
const SHARED_BY = 2;

/** Reference of all commands of a program, in Markdown. */
export function commandsReference(groups: Groups): string {
  // Names, usage and help are those of the whole program.
  createProgram(groups, () => Promise.resolve());
  const all = Object.values(groups).flatMap(withParts);
  const shared = sharedOptions(all);
  return [
    INTRODUCTION,
    `## Options of several commands\n\n${[...shared].join('\n')}\n`,
    ...Object.entries(groups).flatMap(([heading, together]) => [
      `## ${heading}\n`,
      ...withParts(together).map((command) => describeCommand(command, shared)),
    ]),
  ].join('\n');
}

/** Commands, each with those below it. */
function withParts(commands: readonly LoadedCommand[]): readonly LoadedCommand[] {
  return commands.flatMap((command) => [command, ...command.parts]);
}

/** Lines of the options that several commands have; of a name with two meanings, the first. */
function sharedOptions(commands: readonly LoadedCommand[]): ReadonlySet<string> {
  const options = commands.flatMap(({ definition }) => definition.options);
  const lines = options.map(optionLine);
  const repeated = options.filter((option) => lines.filter((line) => line === optionLine(option)).length >= SHARED_BY);
  const first = [...Map.groupBy(repeated, ({ flags }) => flags).values()].flatMap((alike) => alike.slice(0, 1));
  return new Set(first.map(optionLine));
}

/** Name as it is typed, with that of the command above it. */
function pathOf(command: CommandUnknownOpts): string {
  const { parent } = command;
  return parent?.parent == null ? command.name() : `${parent.name()} ${command.name()}`;
}

function describeCommand({ definition: command, page }: LoadedCommand, shared: ReadonlySet<string>): string {
  const path = pathOf(command);
  const given = command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`));
  const lines = command.options.map(optionLine);
  const own = lines.filter((line) => !shared.has(line));
  const others = command.options
    .filter((option) => shared.has(optionLine(option)) && !OF_ESTATES.includes(option.long ?? ''))
    .map(({ long }) => `\`${long}\``);
  const tail = tailOf(command);
  const parts = [
    `### ${path}`,
    given.length === 0 ? '' : `\`${[path, ...given].join(' ')}\``,
    escaped(command.description()),
    own.join('\n'),
    others.length === 0 ? '' : `[Also](#options-of-several-commands) ${others.join(', ')}.`,
    tail,
    page === undefined ? '' : `[${page}](${page})`,
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
