import { join, parse } from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { listEstates } from '../../estate/load/estate-folder';
import { quotedList, suggestName } from '../../estate/source/suggest';
import { visibleLines } from '../../estate/source/visible';
import { adviceOnNpm, noteOnNpm } from './npm-options';

/** Exit codes of every command: 0 done, 1 it failed or something is wrong, 2 it was called wrongly. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Where the estates are unless `--estates` says otherwise. */
export const DEFAULT_ESTATES_FOLDER = 'estates';

/** The command was called wrongly; `runCommand` prints the message and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs a command with the arguments of this process and exits with the code that it answers. An error is printed as its
 * message, without a stack trace (`DEBUG=1` adds it); the code is then 1, or 2 for a `UsageError`.
 */
export async function runCommand(main: (argv: readonly string[]) => Promise<number>): Promise<void> {
  process.stdout.on('error', exitOnClosedPipe);
  const code = await main(process.argv.slice(2)).catch(reportError);
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  // Calls still under way after a failure must not keep the process waiting.
  process.exit(code);
}

/** `command | head` closes the pipe early, which is no failure to talk about. */
function exitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.failed);
  throw error;
}

function reportError(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env['DEBUG'] && error instanceof Error ? `${error.stack ?? ''}\n` : '';
  process.stderr.write(visibleLines(`${message}\n${stack}`));
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

type ParsedValues<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; strict: true; allowPositionals: false }>
>['values'];

/**
 * Parses `--flags` as `node:util` describes them.
 *
 * @throws UsageError for an unknown flag, a missing value or a stray word, and where npm kept flags for itself
 */
export function parseCommandArgs<const Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
): ParsedValues<Options> {
  const call = { command: commandName(), argv, env: process.env };
  const advice = adviceOnNpm(call, options);
  if (advice !== undefined) throw new UsageError(advice);
  const note = noteOnNpm(call, options);
  if (note !== undefined) process.stderr.write(visibleLines(`${note}\n`));
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const fault = error as NodeJS.ErrnoException;
    throw fault.code?.startsWith('ERR_PARSE_ARGS') === true ? usageErrorOf(fault, Object.keys(options)) : error;
  }
}

/** `preview`, of `src/cli/preview.ts`. */
function commandName(): string {
  const [, script = process.execPath] = process.argv;
  return parse(script).name;
}

function usageErrorOf(fault: NodeJS.ErrnoException, known: readonly string[]): UsageError {
  const given = /'(?<given>[^']*)'/.exec(fault.message)?.groups?.['given'] ?? '';
  const flags = known.map((name) => `--${name}`);
  switch (fault.code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': {
      const near = suggestName(given, flags);
      const hint = near === undefined ? '.' : `; did you mean '${near}'?`;
      return new UsageError(`Unknown option '${given}'${hint} Known: ${flags.join(', ')}`);
    }
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return new UsageError(`'${given}' belongs to no option. Known: ${flags.join(', ')}`);
    default:
      return new UsageError(fault.message.split('\n', 1)[0]);
  }
}

/** A whole number given as an option. @throws UsageError if it is none, or out of range. */
export function parseInteger(
  option: string,
  text: string,
  range: { readonly min: number; readonly max: number },
): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw new UsageError(`${option} must be a whole number from ${range.min} to ${range.max}, not '${text}'`);
}

export interface EstateChoice {
  /** Folder that holds one folder an estate. */
  readonly root: string;
  /** @default the only estate, where there is just one */
  readonly name?: string | undefined;
}

/** An estate that exists: its name and its folder. */
export interface ChosenEstate {
  readonly name: string;
  readonly folder: string;
}

/** Finds the estate that a command is about. @throws UsageError, with the existing ones, if there is no such estate. */
export function chooseEstate(choice: EstateChoice): ChosenEstate {
  const existing = listEstates(choice.root);
  const name = choice.name ?? (existing.length === 1 ? existing[0] : undefined);
  if (name !== undefined && existing.includes(name)) return { name, folder: join(choice.root, name) };
  const fault = name === undefined ? 'Say which estate: --estate NAME.' : `There is no estate '${name}'.`;
  throw new UsageError(`${fault} Estates (folders with an estate.yaml) in ${choice.root}: ${quotedList(existing)}`);
}

/** Replaces a file in one step: whoever reads it, and whatever interrupts this, finds the old text or the new one. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, text, { encoding: 'utf8' });
}
