import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChildProcesses } from '../../../src/cli/ci/run-here';
import { INSTALLER } from '../../../src/deploy/pipeline/install-pulumi';
import { ci, JOB } from '../../../src/package/project/pipeline/commands';
import { EXAMPLE_ESTATES, PROGRAM } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';

const folder = temporaryFolder();
const text = (name: string): string => {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return '';
  }
};

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}

/** A signal as `process` hears it: a real one would end the other tests too. */
const send = (signal: NodeJS.Signals): boolean => process.emit(signal, signal);

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s interrupts the engine behind a command, and both end in order',
  async (signal) => {
    const ended = `ended-${signal}`;
    const begun = `begun-${signal}`;
    const engine = `trap 'echo engine >> ${ended}; exit 3' INT; echo > ${begun}; while :; do sleep 0.1; done`;
    // It waits for its engine, as a deployment does.
    const command = `cd '${folder}'; trap : INT; sh -c "${engine}"; echo command >> ${ended}; exit 1`;
    const children = new ChildProcesses();
    const done = children.whileHeard(() => children.run(['sh', '-c', command], { PATH: process.env['PATH'] }));
    await until(() => text(begun) !== '');
    send(signal);
    expect(await done).toBeUndefined();
    expect(text(ended)).toBe('engine\ncommand\n');
  },
);

test('a job that is cancelled while no command runs is given up', async () => {
  const children = new ChildProcesses();
  // A token endpoint that never answers.
  const done = children.whileHeard(() => new Promise<number>(() => undefined));
  send('SIGTERM');
  expect(await done).toBeUndefined();
  expect(await children.run(['true'], {})).toBeUndefined();
});

test('the Pulumi CLI that lies on the PATH is asked for its version without the tokens of the job', () => {
  const file = join(folder, 'pulumi');
  writeFileSync(file, '#!/bin/sh\nenv\n');
  chmodSync(file, 0o700);
  const { PATH } = process.env;
  process.env['PATH'] = `${folder}:${PATH ?? ''}`;
  process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] = 'asks-for-any-token';
  try {
    expect(INSTALLER.versionOnPath()).toContain('PULUMI_SKIP_UPDATE_CHECK');
    expect(INSTALLER.versionOnPath()).not.toContain('asks-for-any-token');
  } finally {
    process.env['PATH'] = PATH;
    delete process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  }
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a job hears of %s, by which a forge ends the shell of its step, and leaves no folder behind',
  async (signal) => {
    const place = join(folder, signal);
    const bin = join(place, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    mkdirSync(join(place, 'jobs'));
    symlinkSync(PROGRAM, join(bin, 'entra-aws'));
    symlinkSync(EXAMPLE_ESTATES, join(place, 'estates'));
    // The engine is that of the package, wherever else the machine has one.
    writeFileSync(
      join(bin, 'cdk'),
      '#!/bin/sh\ntrap "echo ended; exit 3" INT\necho begun\nwhile :; do sleep 0.1; done\n',
    );
    chmodSync(join(bin, 'cdk'), 0o700);
    writeFileSync(join(place, 'step.sh'), `${ci(JOB)}\n`);
    const env = {
      ...{ PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, RUNNER_TEMP: join(place, 'jobs') },
      ...{ JOB: 'plan-aws', ESTATE: 'sandbox' },
    };
    const shell = spawn('bash', ['-e', 'step.sh'], { cwd: place, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let shown = '';
    shell.stdout.setEncoding('utf8').on('data', (part: string) => {
      if (part.includes('begun')) shell.kill(signal);
      shown += part;
    });
    shell.stderr.setEncoding('utf8').on('data', (part: string) => (shown += part));
    expect(await once(shell, 'close')).toEqual([1, null]);
    expect(shown).toMatch(/begun\n[^]*ended\n[^]*cancelled/);
    expect(readdirSync(join(place, 'jobs'))).toEqual([]);
  },
);

test('a program that was not installed is not fetched: the shell names it', () => {
  writeFileSync(join(folder, 'step.sh'), `${ci(JOB)}\n`);
  const env = { PATH: process.env['PATH'], JOB: 'preview', ESTATE: 'sandbox' };
  const { status, stdout, stderr } = spawnSync('bash', ['-e', 'step.sh'], { cwd: folder, env, encoding: 'utf8' });
  expect([status, stdout]).toEqual([127, '']);
  expect(stderr).toMatch(/^[^\n]*node_modules\/\.bin\/entra-aws: No such file or directory\n/);
});

test('where the log is closed no token is left', async () => {
  const [cdk, jobs] = [join(folder, 'bin/cdk'), join(folder, 'jobs')];
  mkdirSync(join(folder, 'bin'));
  mkdirSync(jobs);
  writeFileSync(cdk, '#!/bin/sh\n');
  chmodSync(cdk, 0o700);
  let tokens = 0;
  const server = createServer((_request, response) => {
    tokens += 1;
    response.end('{"value":"a-token"}');
  }).listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    ...{ RUNNER_TEMP: jobs, GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'asks-for-any-token' },
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://localhost:${port}/?a=b`,
  };
  const words = [PROGRAM, 'ci', 'plan-aws', '--estate', 'sandbox', '--estates', EXAMPLE_ESTATES];
  const job = spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  job.stdout.setEncoding('utf8').on('data', (shown: string) => {
    if (shown.includes('--step snapshot')) job.stdout.destroy();
  });
  await once(job, 'close');
  server.close();
  expect([tokens, readdirSync(jobs)]).toEqual([1, []]);
});
