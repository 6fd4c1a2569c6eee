import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { programEnvironment } from '../../estate/plan/program-environment';
import type { PulumiKind } from '../../estate/plan/stacks';
import { withoutSecrets } from '../../text/secrets';
import type { Command, CommandResult } from './command';

/** As a shell answers for a program that it does not find, and for one that a signal ended. */
const NOT_FOUND = 127;
const ENDED_BY_SIGNAL = 130;

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

/** Runs a command at this terminal. An interrupt is the command's to handle: it may have to end an update in order. */
export async function runCommandHere(command: Command): Promise<number> {
  const [program, ...args] = command.words;
  const wait = (): void => undefined;
  process.on('SIGINT', wait);
  try {
    const code = await codeOf(spawn(program, args, { env: environment(command), stdio: 'inherit' }));
    if (code === NOT_FOUND) process.stderr.write(`${missing(program)}\n`);
    return code;
  } finally {
    process.off('SIGINT', wait);
  }
}

const missing = (program: string): string => `${program} is not installed, or not on the PATH (docs/deploying.md)`;

function environment({ profile, words }: Command): NodeJS.ProcessEnv {
  const program = programOf(words);
  const own = program === undefined ? process.env : programEnvironment(program, process.env);
  return profile === undefined ? own : { ...own, AWS_PROFILE: profile };
}

/** The program that a command deploys or recovers, by its stack or by its name; its directory may have an identity of its own. */
function programOf(words: Command['words']): PulumiKind | undefined {
  const after = (option: string): string => words[words.indexOf(option) + 1] ?? '';
  const stack = words[0] === 'pulumi' && words.includes('--stack') ? after('--stack') : '';
  const named = words.includes('--program') ? after('--program') : '';
  return PROGRAMS.find((program) => named === program || stack.endsWith(`-${program}`));
}

const PROGRAMS: readonly PulumiKind[] = ['customers', 'workforce'];

async function codeOf(child: ReturnType<typeof spawn>): Promise<number> {
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code ?? ENDED_BY_SIGNAL;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOT_FOUND;
    throw error;
  }
}
