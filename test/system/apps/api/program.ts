import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { databaseEnvironment } from '../../../support/dynalite';
import type { FakeIssuer } from '../../../support/fake-issuer';
import { API_CLIENT_ID, SIGN_IN, STEP_UP, TABLE, WEB_CLIENT_ID } from './api';
import { REPOSITORY } from '../../../support/repository';

/** The API as a process of its own. */
export interface Program {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it by a signal and waits. @returns its exit code, or the signal that killed it */
  readonly end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>;
}

/** The environment that a program needs. */
export function environmentOf(issuer: FakeIssuer, database: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    TENANT_ID: issuer.tenantId,
    API_CLIENT_ID,
    WEB_CLIENT_ID,
    SIGN_IN_FLOW: SIGN_IN,
    STEP_UP_FLOW: STEP_UP,
    SIGN_IN_METADATA_URL: issuer.metadataUrl(SIGN_IN),
    STEP_UP_METADATA_URL: issuer.metadataUrl(STEP_UP),
    POLICIES_TABLE: TABLE,
    REQUESTS_PER_MINUTE: '1000000',
    ...databaseEnvironment(database),
  };
}

export function spawnProgram(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', join(REPOSITORY, 'apps/api/main.ts')], {
    cwd: REPOSITORY,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts the API and waits until it listens. */
export async function startProgram(environment: Record<string, string>): Promise<Program> {
  const child = spawnProgram(environment);
  if (child.stdout === null) throw new Error('no output');
  const url = await new Promise<string>((found, failed) => {
    child.once('exit', (code) => {
      failed(new Error(`the API ended with ${String(code)}`));
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const { url: listening } = JSON.parse(line) as { url?: string };
      if (listening !== undefined) found(listening);
    });
  });
  return {
    url,
    child,
    end: async (signal) => {
      const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
      child.kill(signal);
      const [code, killer] = await exited;
      return code ?? killer;
    },
  };
}
