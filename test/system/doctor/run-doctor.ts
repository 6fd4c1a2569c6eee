import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { EstateFiles } from '../../support/large-estate';
import { EXAMPLE, PROGRAM } from '../../support/repository';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

export function runDoctor(args: readonly string[], env: Environment): Promise<Finished> {
  return runCommand('doctor', args, env);
}

/** Runs a command as a process that sees nothing of this one's environment but PATH. */
export async function runCommand(name: string, args: readonly string[], env: Environment): Promise<Finished> {
  const child = spawn(process.execPath, [PROGRAM, ...name.split(' '), ...args], {
    cwd: EXAMPLE,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = (await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])) as [string, string, [number | null]];
  return { code, stdout, stderr };
}

/** Writes an estate to a folder. */
export function writeEstate(folder: string, files: EstateFiles): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
