import { Command, type CommandUnknownOpts, Help } from '@commander-js/extra-typings';
import { version } from '../../../package.json';
import { suggestName } from '../../text/suggest';
import { EXIT, UsageError } from './cli';
import type { Groups, LoadedCommand } from './define';

/** Commands that have another name now. A script of the repository, which no package has, is named with how to run it. */
const FORMER: ReadonlyMap<string, string> = new Map([
  ['architecture', "a script of the package's own repository, npx tsx scripts/architecture.ts"],
  ['bootstrap', 'npx --no entra-aws sign-in bootstrap'],
  ['build', "a script of the package's own repository, npx tsx scripts/build.ts"],
  ['drill', 'npx --no entra-aws doctor drill'],
  ['eject', 'npx --no entra-aws upgrade eject'],
  ['emulator', 'npx --no entra-aws start graph'],
  ['evidence', 'npx --no entra-aws deploy evidence'],
  ['finding', 'npx --no entra-aws docs CODE'],
  ['handoff', 'npx --no entra-aws deploy handoff'],
  ['preflight', 'npx --no entra-aws deploy check'],
  ['prove', "a script of the package's own repository, npx tsx scripts/prove.ts"],
  ['provision', 'npx --no entra-aws scim provision'],
  ['reconcile', 'npx --no entra-aws deploy repair access'],
  ['recover', 'npx --no entra-aws deploy repair stacks (with --program NAME: npx --no entra-aws deploy repair NAME)'],
  ['reference', "a script of the package's own repository, npm run reference"],
  ['revoke', 'npx --no entra-aws deploy revoke'],
  ['roll-out', 'npx --no entra-aws deploy roll-out'],
  ['rotate-scim-token', 'npx --no entra-aws scim rotate'],
  ['schema', 'npx --no entra-aws docs schema'],
  ['watch', 'npx --no entra-aws preview --watch'],
]);

/** Sentence that answers a former name with the present one; undefined for any other name. */
export function formerName(name: string | undefined): string | undefined {
  const present = name === undefined ? undefined : FORMER.get(name);
  return present === undefined ? undefined : `entra-aws ${name} has another name now: ${present}`;
}

/** Runs what `argv` asks for. @returns the exit code @throws UsageError for a wrong call */
export async function runArguments(groups: Groups, argv: readonly string[], name = 'entra-aws'): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(groups, async (run) => {
    code = await run();
  }).name(name);
  const former = formerName(argv[0]);
  if (former !== undefined) throw new UsageError(former);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    // The help is on stderr.
    if (error.code === 'commander.help') return EXIT.usage;
    throw new UsageError(reasonOf(error.code, program, argv) ?? error.message.replace(/^error: /, ''));
  }
  return code;
}

/** Reason why a call is wrong, where commander knows less: an option in place of another, an unknown word, no argument. */
function reasonOf(code: string, program: CommandUnknownOpts, argv: readonly string[]): string | undefined {
  const [path, command, rest] = commandOf([], program, argv);
  if (code === 'commander.missingMandatoryOptionValue') {
    const known = command.options.flatMap(({ long }) => long ?? []);
    const flags = rest.filter((word) => word.startsWith('--')).map((word) => word.split('=', 1)[0] ?? word);
    const unknown = flags.find((flag) => !known.includes(flag));
    return unknown === undefined ? undefined : near('option', unknown, known);
  }
  if (code === 'commander.missingArgument') return missingArgument(command);
  const [word] = rest;
  if (word === undefined || !WRONG_WORD.has(code) || takes(command, word)) return undefined;
  // `deploy recover` is what whoever knew `recover` tries: the nearest name, `deploy revoke`, would take access away.
  const former =
    word === 'help' ? `--help explains a command: ${['entra-aws', ...path].join(' ')} --help` : formerName(word);
  if (former !== undefined || path.length === 0) return former;
  const full = (name: string): string => [...path, name].join(' ');
  return near(
    'command',
    full(word),
    command.commands.map((part) => full(part.name())),
  );
}

function missingArgument({ registeredArguments: [argument] }: CommandUnknownOpts): string | undefined {
  if (argument?.argChoices === undefined) return undefined;
  return `missing required argument '${argument.name()}', one of ${argument.argChoices.join(', ')}`;
}

/** Tells whether a command takes the word as its argument; one that follows is wrong then. */
function takes({ registeredArguments: [argument] }: CommandUnknownOpts, word: string): boolean {
  return argument !== undefined && (argument.argChoices?.includes(word) ?? true);
}

/** Codes of commander for a word that a command does not take. */
const WRONG_WORD: ReadonlySet<string> = new Set([
  'commander.excessArguments',
  'commander.invalidArgument',
  'commander.unknownCommand',
]);

function near(kind: string, unknown: string, known: readonly string[]): string | undefined {
  const meant = suggestName(unknown, known);
  return meant === undefined ? undefined : `unknown ${kind} '${unknown}'\n(Did you mean ${meant}?)`;
}

/** Command that is called, its name with those above it, and the words after that name. */
function commandOf(
  path: readonly string[],
  command: CommandUnknownOpts,
  words: readonly string[],
): readonly [readonly string[], CommandUnknownOpts, readonly string[]] {
  const part = command.commands.find((one) => one.name() === words[0]);
  return part === undefined ? [path, command, words] : commandOf([...path, part.name()], part, words.slice(1));
}

/** @param run does the work of the command that is called */
type OnCall = (run: NonNullable<LoadedCommand['run']>) => Promise<void>;

/** The tree of commands. */
export function createProgram(groups: Groups, onCall: OnCall): CommandUnknownOpts {
  const program = new Command('entra-aws')
    .description('Plans, deploys and examines an identity estate: Entra ID, Azure AD B2C and AWS from one file.')
    .version(version)
    .helpCommand(false)
    // An option behind a command is that command's, though the one above it has one of that name.
    .enablePositionalOptions() as unknown as CommandUnknownOpts;
  quiet(program);
  for (const [heading, commands] of Object.entries(groups)) {
    program.commandsGroup(`${heading}:`);
    for (const command of commands) program.addCommand(attached(command, onCall));
  }
  program.configureHelp({ subcommandDescription: (command) => [command.summary(), ...belowOf(command)].join(' ') });
  program.addHelpText('after', "\nEach command explains itself: 'npx --no entra-aws deploy check --help'.");
  return program;
}

function attached(command: LoadedCommand, onCall: OnCall): CommandUnknownOpts {
  const { definition, parts, run } = command;
  if (run !== undefined) {
    definition.action(async () => {
      refuseEmpty(definition);
      refuseOfAbove(definition);
      await onCall(run);
    });
  }
  if (parts.length > 0) definition.helpCommand(false).enablePositionalOptions();
  for (const part of parts) definition.addCommand(attached(part, onCall));
  return quiet(definition);
}

/** Names of the commands below one, in parentheses. */
function belowOf({ commands }: CommandUnknownOpts): readonly string[] {
  return commands.length === 0 ? [] : [`(${commands.map((part) => part.name()).join(', ')})`];
}

const help = new Help();

/** Errors are thrown, and printed where those of all commands are. That a flag is off unless given needs no words. */
function quiet(command: CommandUnknownOpts): CommandUnknownOpts {
  return command
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ optionDescription: (option) => help.optionDescription(option).replace(' (default: false)', '') });
}

/** A variable of a workflow that is not set makes `--estate ''`, which is never meant. */
function refuseEmpty(command: CommandUnknownOpts): void {
  const values: Readonly<Record<string, unknown>> = command.opts();
  for (const option of command.options) {
    const value = values[option.attributeName()];
    if (value === '' || (Array.isArray(value) && value.includes('')))
      throw new UsageError(`--${option.name()} must not be empty`);
  }
}

/** An option before the name of a command below another is the other's, and would be passed over. */
function refuseOfAbove(command: CommandUnknownOpts): void {
  const { parent } = command;
  if (parent === null) return;
  const given = parent.options.find((option) => parent.getOptionValueSource(option.attributeName()) === 'cli');
  if (given === undefined) return;
  throw new UsageError(`--${given.name()} must come after '${parent.name()} ${command.name()}', got it before`);
}

function isCommanderError(error: unknown): error is Error & { readonly exitCode: number; readonly code: string } {
  return (
    error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.')
  );
}
