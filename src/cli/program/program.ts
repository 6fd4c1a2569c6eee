import { Command, type CommandUnknownOpts, Help, type OptionValues } from '@commander-js/extra-typings';
import { version } from '../../../package.json';
import { suggestName } from '../../text/suggest';
import { visibleLines } from '../../estate/source/visible';
import { EXIT, UsageError } from './cli';
import { completionCommand } from './completion';
import { adviceOnNpm, noteOnNpm } from './npm-options';

/** Export of a command's file, which does the work and answers with the exit code. */
interface Runnable<Options> {
  /** @param words arguments besides options */
  readonly run: (options: Options, words: readonly string[]) => number | Promise<number>;
}

/** A command, and where its work is loaded from once it is called. */
export interface LoadedCommand {
  readonly definition: CommandUnknownOpts;
  /** Commands below it. */
  readonly parts: readonly LoadedCommand[];
  readonly run: () => Promise<number>;
}

/** Ties a command to the file that does its work, which is loaded only when the command runs. */
export function runs<Words extends unknown[], Options extends OptionValues>(
  definition: Command<Words, Options>,
  load: () => Promise<Runnable<Options>>,
  parts: readonly LoadedCommand[] = [],
): LoadedCommand {
  return {
    definition,
    parts,
    run: async () => (await load()).run(definition.opts(), definition.args),
  };
}

/** Commands by the heading under which `--help` lists them. */
export type Groups = Readonly<Record<string, readonly LoadedCommand[]>>;

/** Runs what `argv` asks for. @returns the exit code @throws UsageError for a wrong call */
export async function runArguments(groups: Groups, argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(groups, async ({ run }) => {
    code = await run();
  });
  answerNpm(program, argv);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    const typo = error.code === 'commander.missingMandatoryOptionValue' ? typoOf(program, argv) : undefined;
    throw new UsageError(typo ?? error.message.replace(/^error: /, ''));
  }
  return code;
}

/** An option that is missing may have been given with a typing error, which commander does not look for. */
function typoOf(program: CommandUnknownOpts, argv: readonly string[]): string | undefined {
  const known = commandOf(program, argv)?.options.flatMap(({ long }) => long ?? []) ?? [];
  const flags = argv.filter((word) => word.startsWith('--')).map((word) => word.split('=', 1)[0] ?? word);
  const unknown = flags.find((flag) => !known.includes(flag));
  const near = unknown === undefined ? undefined : suggestName(unknown, known);
  return near === undefined ? undefined : `unknown option '${unknown}'\n(Did you mean ${near}?)`;
}

function commandOf(program: CommandUnknownOpts, [name]: readonly string[]): CommandUnknownOpts | undefined {
  return program.commands.find((command) => command.name() === name);
}

/** @throws UsageError where npm kept options of the command for itself */
function answerNpm(program: CommandUnknownOpts, argv: readonly string[]): void {
  const command = commandOf(program, argv);
  if (command === undefined) return;
  const call = { command: command.name(), argv: argv.slice(1), env: process.env };
  const options = command.options.map((option) => ({
    name: option.name(),
    type: option.isBoolean() ? ('boolean' as const) : ('string' as const),
  }));
  const advice = adviceOnNpm(call, options);
  if (advice !== undefined) throw new UsageError(advice);
  const note = noteOnNpm(call, options);
  if (note !== undefined) process.stderr.write(visibleLines(`${note}\n`));
}

/** The tree of commands. */
export function createProgram(groups: Groups, onCall: (command: LoadedCommand) => Promise<void>): CommandUnknownOpts {
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
  program.commandsGroup('Shell:');
  program.addCommand(quiet(completionCommand(program)));
  program.addHelpText('after', "\nEach command explains itself: 'entra-aws preview --help'.");
  return program;
}

function attached(command: LoadedCommand, onCall: (command: LoadedCommand) => Promise<void>): CommandUnknownOpts {
  const { definition, parts } = command;
  definition.action(async () => {
    refuseEmpty(definition);
    await onCall(command);
  });
  if (parts.length > 0) definition.helpCommand(false).enablePositionalOptions();
  for (const part of parts) definition.addCommand(attached(part, onCall));
  return quiet(definition);
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

function isCommanderError(error: unknown): error is Error & { readonly exitCode: number; readonly code: string } {
  return (
    error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.')
  );
}
