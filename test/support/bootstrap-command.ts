import { type ChildProcess, spawn } from 'node:child_process';
import type { GraphEmulator } from '../../apps/emulator/graph';
import { enterCode, signInAt } from './apps/emulator/support/person-browser';
import { PROGRAM } from './repository';

export interface CommandRun {
  readonly emulator: GraphEmulator;
  /** Folder with `estates`, and with a home for keys. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a command of the package in a folder, whose keys stay in that folder. */
export function startIn({ emulator, folder, env = {} }: CommandRun, args: readonly string[]): ChildProcess {
  // The deployer's own credentials would be another way to sign in.
  const { ARM_METADATA_HOSTNAME, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE } = emulator.env;
  return spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: {
      ...{ PATH: process.env['PATH'], HOME: folder, XDG_CONFIG_HOME: folder, BROWSER: 'true' },
      ...{ ARM_METADATA_HOSTNAME, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** A person at the browser: signs in as soon as the command says where, or by which code. */
export function answeringSignIn(child: ChildProcess, emulator: GraphEmulator, person: string): ChildProcess {
  let said = '';
  let isAnswered = false;
  const look = (chunk: Buffer): void => {
    said += chunk.toString();
    const url = /Open this page, if your browser does not: (\S+)\n/.exec(said)?.[1];
    const code = /enter the code (\S+) to authenticate/.exec(said)?.[1];
    if (isAnswered || (url === undefined && code === undefined)) return;
    isAnswered = true;
    if (code !== undefined) void enterCode(emulator, code, person);
    if (url !== undefined) void signInAt(emulator, url, person).catch(() => child.kill());
  };
  child.stdout?.on('data', look);
  child.stderr?.on('data', look);
  return child;
}
