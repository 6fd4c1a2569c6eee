import { rmSync, statSync } from 'node:fs';
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as http from 'node:http';
import { dirname } from 'node:path';
import { onExit } from 'signal-exit';
import writeFileAtomic from 'write-file-atomic';
import { visibleLines } from '../../estate/source/visible';
import { hideVariables, withoutSecrets } from '../../text/secrets';

/** Exit codes of every command: 0 done, 1 it failed or something is wrong, 2 it was called wrongly. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** The command was called wrongly; `runProgram` prints the message and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs the program with the arguments of this process and exits with the code that it answers. An error is printed as its
 * message, without a stack trace (`DEBUG=1` adds it); the code is then 1, or 2 for a `UsageError`.
 */
export async function runProgram(main: (argv: readonly string[]) => Promise<number>): Promise<void> {
  process.stdout.on('error', exitOnClosedPipe);
  const code = await main(process.argv.slice(2)).catch(reportError);
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  // Calls still under way after a failure must not keep the process waiting.
  process.exit(code);
}

/** `command | head` closes the pipe early, which is not a failure. */
function exitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.failed);
  throw error;
}

/** The one place where errors are printed: those of clouds and engines may quote what they were sent. */
function reportError(error: unknown): number {
  hideVariables(process.env);
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env['DEBUG'] && error instanceof Error ? `${error.stack ?? ''}\n` : '';
  process.stderr.write(visibleLines(withoutSecrets(`${message}\n${stack}`)));
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

/** Prints a text. @returns the exit code of a command that is done with it */
export function printed(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

/** Tells whether output may have colours: on a terminal, unless NO_COLOR is set. */
export function hasColours(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

/** Replaces a file in one step: whoever reads it, and whatever interrupts this, finds the old text or the new one. Makes its folder. */
export async function writeAtomically(path: string, text: Pieces): Promise<void> {
  if (typeof text !== 'string') return writeTogether([{ path, text }]);
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, text, { encoding: 'utf8' });
}

/** A text, in pieces where the whole would take much memory. */
export type Pieces = string | Iterable<string>;

interface Draft {
  readonly path: string;
  readonly text: Pieces;
}

/**
 * Replaces several files together: while any can't be written, all stay as they are, and where a signal ends the program too. A kill
 * between the last steps, which only rename, leaves each file whole.
 */
export async function writeTogether(files: readonly Draft[]): Promise<void> {
  const drafts = new Map<string, string>();
  const forget = onExit(() => {
    for (const draft of drafts.keys()) rmSync(draft, { force: true });
  });
  try {
    for (const { path, text } of files) {
      await mkdir(dirname(path), { recursive: true });
      const target = await realpath(path).catch(() => path);
      const draft = `${target}.${process.pid}.draft`;
      drafts.set(draft, target);
      const mode = (await stat(target).catch(() => undefined))?.mode;
      await writeFile(draft, text, { encoding: 'utf8', flush: true, ...(mode !== undefined && { mode }) });
    }
    for (const [draft, target] of drafts) await rename(draft, target);
  } finally {
    for (const draft of drafts.keys()) await rm(draft, { force: true });
    forget();
  }
}

/** Most that a file may have which a person names in a command. */
const MOST_BYTES = 1_000_000;

/**
 * Reads a file that a person names in a command.
 *
 * @param what what the file must be, for whoever named another one
 * @throws UsageError if there is no such file, or if it is too large
 */
export async function readGiven(file: string, what: string): Promise<string> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw new UsageError(`${file} must be ${what}, and there is no such file`);
  if (found.size > MOST_BYTES) {
    throw new UsageError(`${file} must be ${what}, of at most ${MOST_BYTES} bytes, got ${found.size}`);
  }
  return readFile(file, 'utf8');
}

/** Reached directly, whatever the proxy: stand-ins for the clouds, and the servers by which the engines talk to their plug-ins. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'];

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY'] as const;

/**
 * Lets everything that this process sends go through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, in upper or
 * lower case, but for what is on this machine; and what it starts as well, since some of that asks one spelling alone.
 *
 * @throws UsageError if the address of the proxy can't be read
 */
export function useProxy(environment: NodeJS.ProcessEnv): void {
  const used = PROXIES.filter((name) => (environment[name.toLowerCase()] ?? environment[name] ?? '') !== '');
  if (used.length === 0) return;
  const direct = directHosts(environment['no_proxy'] ?? environment['NO_PROXY'] ?? '');
  environment['NO_PROXY'] = direct;
  environment['no_proxy'] = direct;
  try {
    // From Node 24.14 on; before it, `fetch` wants NODE_USE_ENV_PROXY=1 when Node starts.
    if ('setGlobalProxyFromEnv' in http) http.setGlobalProxyFromEnv(environment);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${used.join(' and ')} must be the address of a proxy, such as http://proxy:3128: ${reason}`);
  }
}

function directHosts(given: string): string {
  if (given.trim() === '*') return '*';
  const hosts = given.split(',').map((host) => host.trim());
  return [...new Set([...hosts.filter((host) => host !== ''), ...THIS_MACHINE])].join(',');
}
