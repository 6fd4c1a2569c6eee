import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { startGraphEmulator } from '../../../../apps/emulator/graph';
import { textOf } from '../../../../apps/emulator/graph/json';
import type { Answer, Call } from '../../../support/apps/emulator/support/client';
import { callTls, clientOf, idOf } from '../../../support/apps/emulator/support/client';
import { application } from './support/use-emulator';
import { PROGRAM, REPOSITORY } from '../../../support/repository';

interface Process {
  readonly graphUrl: string;
  readonly tlsUrl: string;
  readonly caFile: string;
  readonly envFile: string;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
  readonly output: () => string;
}

/** `npx --no entra-aws start graph` as a process of its own, once it says that it listens. */
async function startProcess(...args: readonly string[]): Promise<Process> {
  const child = spawn(process.execPath, [PROGRAM, 'start', 'graph', ...args], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, introduction] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit');
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      introduction += chunk.toString();
      if (introduction.includes('environment')) resolve();
    });
  });
  const after = (label: string): string => new RegExp(`^${label} +(\\S+)`, 'm').exec(introduction)?.[1] ?? '';
  return {
    graphUrl: after('Graph').replace('/v1.0', ''),
    tlsUrl: after('metadata, tokens'),
    caFile: after('authority'),
    envFile: /\. '([^']+)'/.exec(introduction)?.[1] ?? '',
    output: () => output,
    kill: async (signal) => {
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

async function tokenOf(running: Process): Promise<string> {
  const env = parseEnv(readFileSync(running.envFile, 'utf8'));
  const answer = await callTls(running, `/${env['ARM_TENANT_ID'] ?? ''}/oauth2/v2.0/token`, {
    client_id: env['ARM_CLIENT_ID'] ?? '',
    client_secret: env['ARM_CLIENT_SECRET'] ?? '',
    grant_type: 'client_credentials',
    scope: `${running.graphUrl}/.default`,
  });
  return textOf(answer.body, 'access_token');
}

/** Registers applications one after another until the process is gone. @returns those that were answered */
async function writeUntilKilled(call: Call, answered: (count: number) => void): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const made = await call('POST /v1.0/applications', application({ displayName: `app ${ids.length}` })).catch(
      () => undefined,
    );
    if (made === undefined) return ids;
    ids.push(idOf(made));
    answered(ids.length);
  }
}

test('killed in the middle of writes, it comes back with all that it answered, and whole', async () => {
  const data = mkdtempSync(join(tmpdir(), 'kill-'));
  const running = await startProcess('--data', data, '--forgive', 'lag', 'throttling');
  const token = await tokenOf(running);
  const call = clientOf({ graphUrl: running.graphUrl, token: () => token });
  let killed: Promise<unknown> | undefined;
  // Four writers at once, so that the kill meets requests that are under way.
  const writers = Array.from({ length: 4 }, () =>
    writeUntilKilled(call, (count) => {
      if (count === 40) killed ??= running.kill('SIGKILL');
    }),
  );
  const answered = (await Promise.all(writers)).flat();
  await killed;

  const again = await startGraphEmulator({ data });
  const read = clientOf(again);
  const states: Answer[] = [];
  for (const id of answered) states.push(await read(`GET /v1.0/applications/${id}`));
  const all = [...again.store.list('applications')];
  await again.stop();
  rmSync(data, { recursive: true });
  expect(answered.length).toBeGreaterThanOrEqual(40);
  expect(states.filter(({ status }) => status !== 200)).toEqual([]);
  // One of each writer may have been written and not answered; none is half there.
  expect(all.length - 1 - answered.length).toBeLessThanOrEqual(4);
  expect(all.every((app) => textOf(app, 'displayName') !== '' && textOf(app, 'appId') !== '')).toBe(true);
});

test('a signal stops it in order: exit code 0, a line of JSON for each request, no secret', async () => {
  const running = await startProcess('--group', 'Operators', '--forgive', 'throttling');
  const token = await tokenOf(running);
  const secret = parseEnv(readFileSync(running.envFile, 'utf8'))['ARM_CLIENT_SECRET'] ?? 'missing';
  await clientOf({ graphUrl: running.graphUrl, token: () => token })('GET /v1.0/groups?$filter=displayName+eq+%27x%27');
  const code = await running.kill('SIGTERM');
  const lines = running
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(code).toBe(0);
  expect(lines.map(({ method, path, status }) => [method, path, status])).toEqual([
    ['POST', '/11111111-1111-4111-8111-111111111111/oauth2/v2.0/token', 200],
    ['GET', "/v1.0/groups?$filter=displayName eq 'x'", 200],
  ]);
  expect(running.output()).not.toContain(secret);
  expect(running.output()).not.toContain(token);
});
