import { spawnSync } from 'node:child_process';
import { withoutSecrets } from '../../text/secrets';
import type { Command, CommandResult } from '../steps/command';

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
