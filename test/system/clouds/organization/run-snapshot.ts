import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PROGRAM, REPOSITORY } from '../../../support/repository';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Estates {
  readonly root: string;
  /** Path of `organization.json` of the estate 'sandbox'. */
  readonly file: string;
  readonly remove: () => void;
}

/** A folder of estates of its own, with one estate: sandbox. */
export function makeEstates(): Estates {
  const root = mkdtempSync(join(tmpdir(), 'estates-'));
  const folder = join(root, 'sandbox');
  mkdirSync(folder);
  writeFileSync(join(folder, 'estate.yaml'), 'version: 1\n');
  return {
    root,
    file: join(folder, 'organization.json'),
    remove: () => {
      rmSync(root, { recursive: true });
    },
  };
}

/** Starts `npx --no entra-aws snapshot` as a process group of its own, which sees nothing of this one's environment but PATH. */
export function startSnapshot(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return startCommand('snapshot', args, env);
}

function startCommand(name: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [PROGRAM, name, ...args], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Kills the process and those that it started. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

export async function finish(child: ChildProcess): Promise<Finished> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the output of the process is not piped');
  const [out, err, [code]] = (await Promise.all([text(stdout), text(stderr), once(child, 'close')])) as [
    string,
    string,
    [number | null],
  ];
  return { code, stdout: out, stderr: err };
}

export async function runSnapshot(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished> {
  return finish(startSnapshot(args, env));
}

/** Runs another command of this repository in the same way. */
export async function runCommand(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  return finish(startCommand(name, args, env));
}
