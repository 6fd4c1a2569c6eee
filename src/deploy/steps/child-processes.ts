import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { programEnvironment, type PulumiKind } from '../../estate/plan/stacks/stacks';
import { hideVariables, streamWithoutSecrets, withoutSecrets } from '../../text/secrets';
import { type Command, type CommandResult, INTERRUPTED, profilesOf } from './command';

/** As a shell answers for a program that it does not find, and for one that a signal ended, to whose number this is added. */
const NOT_FOUND = 127;
const ENDED_BY_SIGNAL = 128;

/** Runs a command to its end. It gets no input, and what it prints is not shown. */
export async function readCommand(command: Command): Promise<CommandResult> {
  const [program, ...args] = command.words;
  const child = spawn(program, args, { env: environment(command), stdio: ['ignore', 'pipe', 'pipe'] });
  const code = codeOf(child);
  const [stdout, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const stderr = withoutSecrets(said);
  const ended = await code;
  return ended === NOT_FOUND ? { code: ended, stdout, stderr: missing(program) } : { code: ended, stdout, stderr };
}

/** Runs a command at this terminal, and keeps nothing back of what it prints. */
export async function runCommandHere(command: Command): Promise<number> {
  return run(command, ['inherit', 'inherit', 'inherit']);
}

/**
 * Runs a command of an engine, whose output goes where this process's goes. A terminal is the engine's own, which asks there and
 * shows how far it is; what goes elsewhere, such as to the log of a job, goes without the secrets in it.
 */
export async function runEngineHere(command: Command, input: 'inherit' | 'ignore' = 'inherit'): Promise<number> {
  hideVariables(process.env);
  return run(command, [input, process.stdout.isTTY ? 'inherit' : 'pipe', process.stderr.isTTY ? 'inherit' : 'pipe']);
}

type Stream = 'inherit' | 'pipe' | 'ignore';

/**
 * Runs a command. An interrupt is the command's to handle: it may have to end an update in order, and then ends as it does for any
 * other failure.
 */
async function run(command: Command, stdio: [Stream, Stream, Stream]): Promise<number> {
  const [program, ...args] = command.words;
  let interrupts = 0;
  const wait = (): void => {
    interrupts += 1;
  };
  process.on('SIGINT', wait);
  try {
    const child = spawn(program, args, { env: environment(command), stdio });
    const [code] = await Promise.all([
      codeOf(child),
      pass(child.stdout, process.stdout),
      pass(child.stderr, process.stderr),
    ]);
    if (code === NOT_FOUND) process.stderr.write(`${missing(program)}\n`);
    return code !== 0 && interrupts > 0 ? INTERRUPTED : code;
  } finally {
    process.off('SIGINT', wait);
  }
}

async function pass(from: Readable | null, to: NodeJS.WriteStream): Promise<void> {
  if (from === null) return;
  for await (const shown of streamWithoutSecrets(from.setEncoding('utf8'))) {
    if (!to.write(shown)) await once(to, 'drain');
  }
}

const missing = (program: string): string =>
  `${program} is not installed, or not on the PATH (npx --no entra-aws docs deploying)`;

function environment({ words, ...profiles }: Command): NodeJS.ProcessEnv {
  const program = programOf(words);
  const own = program === undefined ? process.env : programEnvironment(program, process.env);
  return { ...own, ...profilesOf(profiles) };
}

/** The program that a command deploys or recovers, by its stack or by its name; its directory may have an identity of its own. */
function programOf(words: Command['words']): PulumiKind | undefined {
  const after = (option: string): string => words[words.indexOf(option) + 1] ?? '';
  const stack = words[0] === 'pulumi' && words.includes('--stack') ? after('--stack') : '';
  const named = ['repair', '--program'].map((word) => (words.includes(word) ? after(word) : ''));
  return PROGRAMS.find((program) => named.includes(program) || stack.endsWith(`-${program}`));
}

const PROGRAMS: readonly PulumiKind[] = ['customers', 'workforce'];

async function codeOf(child: ReturnType<typeof spawn>): Promise<number> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number, null] | [null, NodeJS.Signals];
    return signal === null ? code : ENDED_BY_SIGNAL + constants.signals[signal];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOT_FOUND;
    throw error;
  }
}

/** A command line that was run, how it ended and what it said. */
export interface EngineRun extends CommandResult {
  readonly command: string;
}

/** Output of an engine that is kept. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Runs an engine's CLI and keeps what it says. @throws Error if it can't be started or says more than is kept */
export function runEngine({ words }: Command): EngineRun {
  const [program, ...args] = words;
  const options = { encoding: 'utf8', maxBuffer: MAX_BYTES, env: process.env } as const;
  const { error, status, stdout, stderr } = spawnSync(program, args, options);
  const command = words.join(' ');
  if (error !== undefined) throw new Error(`${command}: can't be run: ${error.message}`);
  // Ended by a signal, it has no code.
  return { command, code: status ?? 1, stdout, stderr: withoutSecrets(stderr) };
}
