import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { objectOf } from '../../../apps/emulator/graph/json';
import { idOf } from '../../support/apps/emulator/support/client';
import { create, instantiate, useEmulator } from '../apps/emulator/support/use-emulator';
import { finish, type Finished, killGroup } from '../clouds/organization/run-snapshot';
import { changed, WORKFORCE } from '../../support/entra-estate';
import { writeEstate } from '../../support/estate-project';
import { temporaryFolder } from '../../support/templates';
import { PROGRAM, REPOSITORY } from '../../support/repository';

const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';
const ENDPOINT = 'https://scim.eu-west-1.amazonaws.com/e2b1c4d7-5a60/scim/v2';
const OLD = 'old-token-0001';
const NEW = 'new-token-0002';

const folder = temporaryFolder();
const estates = join(folder, 'estates');
writeEstate(folder, 'acme', { 'estate.yaml': WORKFORCE });

/** Told of each answer that a fault holds back. */
let onHeldBack: () => void = () => undefined;
const { emulator, call } = useEmulator(
  {
    tenant: { id: TENANT },
    quirks: { acceptedScimToken: OLD, echoesCredentials: true },
    wait: () => {
      onHeldBack();
      return Promise.resolve();
    },
  },
  'scim rotate',
);

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const command = [PROGRAM, 'scim', 'rotate', '--estates', estates, ...args];
  return spawn(process.execPath, command, {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], ...emulator().env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

const rotate = (token: string, ...args: readonly string[]): Promise<Finished> =>
  finish(start(args, { SCIM_TOKEN: token }));

let secrets: string;
let job: string;

/** The application that the estate names, with a job. */
beforeAll(async () => {
  const { principalId } = await instantiate(call, 'AWS');
  const synchronization = `/v1.0/servicePrincipals/${principalId}/synchronization`;
  secrets = `${synchronization}/secrets`;
  job = `${synchronization}/jobs/${idOf(await create(call, `${synchronization}/jobs`, { templateId: 'aWSSingleSignon' }))}`;
});

/** The job runs with the old token. */
beforeEach(async () => {
  Object.assign(emulator().quirks, { acceptedScimToken: OLD, stagedDeletions: 0 });
  await save(OLD);
  await call(`POST ${job}/start`);
  emulator().log.clear();
});

afterEach(() => {
  emulator().faults.clear();
  onHeldBack = () => undefined;
});

async function save(token: string): Promise<void> {
  const value = [
    { key: 'BaseAddress', value: ENDPOINT },
    { key: 'SecretToken', value: token },
    { key: 'SyncAll', value: 'false' },
  ];
  expect((await call(`PUT ${secrets}`, { value })).status).toBe(204);
}

const statusCode = async (): Promise<unknown> => objectOf((await call(`GET ${job}`)).body, 'status')['code'];

/** Whether the endpoint takes what is saved. */
const isSavedAccepted = async (): Promise<boolean> =>
  (await call(`POST ${job}/validateCredentials`, { useSavedCredentials: true })).status === 204;

const writes = (): readonly string[] =>
  emulator()
    .log.entries.filter(({ method, path, status }) => method !== 'GET' && path.startsWith('/v1.0/') && status !== 429)
    .map(({ method, path }) => `${method} ${path.split('/').at(-1) ?? ''}`);

test('tries the new token before it is saved, validates what was saved, and says what is left for a person; once more is no fault', async () => {
  emulator().quirks.acceptedScimToken = NEW;
  const { code, stdout, stderr } = await rotate(NEW);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').slice(0, 5)).toEqual([
    'the endpoint takes the new token',
    'the job has the new token',
    'the endpoint takes the token that is saved',
    'the job is NotRun',
    'Still to do, by a person:',
  ]);
  expect(stdout).not.toContain(NEW);
  expect(writes()).toEqual(['POST validateCredentials', 'PUT secrets', 'POST validateCredentials']);
  expect(await isSavedAccepted()).toBe(true);
  const again = await rotate(NEW);
  expect([again.stdout, await statusCode(), await isSavedAccepted()]).toEqual([stdout, 'NotRun', true]);
});

test('a token that the endpoint refuses changes nothing, and is not shown though the service repeats it', async () => {
  const { code, stdout, stderr } = await rotate('wrong-token-0003');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('the endpoint refuses the new token; nothing was changed');
  expect(stderr).toContain('HTTP 401 Unauthorized');
  expect(stderr).toContain('[secret]');
  expect(stderr).not.toContain('wrong-token-0003');
  expect(writes()).toEqual(['POST validateCredentials']);
  expect([await statusCode(), await isSavedAccepted()]).toEqual(['NotRun', true]);
});

test('a job in quarantine for its old token leaves it', async () => {
  emulator().quirks.acceptedScimToken = NEW;
  await call(`POST ${job}/start`);
  expect(await statusCode()).toBe('Quarantine');
  const { code, stdout } = await rotate(NEW);
  expect([code, await statusCode()]).toEqual([0, 'NotRun']);
  expect(stdout).toContain('the job is NotRun');
});

test('deletions that are held back stay so, and the new token is saved all the same', async () => {
  emulator().quirks.stagedDeletions = 12;
  await call(`POST ${job}/start`);
  emulator().quirks.acceptedScimToken = NEW;
  emulator().log.clear();
  const { code, stderr } = await rotate(NEW);
  expect(code).toBe(1);
  expect(stderr).toContain('TooManyDeletes since');
  expect(stderr).toContain('How many: 12 User, by the provisioning logs.');
  expect(writes()).toEqual(['POST validateCredentials', 'PUT secrets', 'POST validateCredentials']);
  const checked = await finish(start(['--verify']));
  expect([checked.code, checked.stderr]).toEqual([1, stderr]);
  expect([await isSavedAccepted(), await statusCode(), emulator().quirks.stagedDeletions]).toEqual([
    true,
    'Quarantine',
    12,
  ]);
});

test('a job that is paused has the new token, and is left to pulumi up, which knows what the pause may hide', async () => {
  await call(`POST ${job}/start`);
  await call(`POST ${job}/pause`);
  emulator().quirks.acceptedScimToken = NEW;
  emulator().log.clear();
  const { code, stdout } = await rotate(NEW);
  expect([code, stdout]).toEqual([0, expect.stringContaining('the job is Paused and was not started')]);
  expect(writes()).toEqual(['POST validateCredentials', 'PUT secrets', 'POST validateCredentials']);
});

test.each([
  ['the token is saved', 'PUT', 'secrets'],
  ['the quarantine is lifted', 'POST', 'restart'],
])('killed when %s, the same command ends what was begun', async (_, method, path) => {
  emulator().quirks.acceptedScimToken = NEW;
  await call(`POST ${job}/start`);
  emulator().faults.add({ kind: 'slow', method, path: path === 'secrets' ? secrets : `${job}/${path}` });
  const child = start([], { SCIM_TOKEN: NEW });
  onHeldBack = () => {
    killGroup(child);
  };
  expect((await finish(child)).code).toBeNull();
  const { code } = await rotate(NEW);
  expect([code, await statusCode(), await isSavedAccepted()]).toEqual([0, 'NotRun', true]);
});

test('--check validates what is saved and writes nothing', async () => {
  const sound = await finish(start(['--verify']));
  expect([sound.code, writes()]).toEqual([0, ['POST validateCredentials']]);
  expect(sound.stdout).toBe('the endpoint takes the token that is saved\nthe job is NotRun\n');
  emulator().quirks.acceptedScimToken = NEW;
  const refused = await finish(start(['--verify']));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('the endpoint refuses the token that is saved: provisioning stands still');
});

test('reads the token from standard input', async () => {
  emulator().quirks.acceptedScimToken = NEW;
  const child = spawn(process.execPath, [PROGRAM, 'scim', 'rotate', '--estates', estates], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], ...emulator().env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(`${NEW}\n`);
  expect((await finish(child)).code).toBe(0);
});

test.each([
  ['Bearer abc', "the token is empty or has blanks in it, and starts with 'Bearer'"],
  ['', 'the token is empty or has blanks in it'],
])('refuses %j before it sends anything', async (token, problem) => {
  const { code, stderr } = await rotate(token);
  expect({ code, sent: emulator().log.entries.length }).toEqual({ code: 2, sent: 0 });
  expect(stderr).toContain(problem);
});

test('says so where the directory has no such application', async () => {
  writeEstate(folder, 'other', { 'estate.yaml': changed(WORKFORCE, 'displayName: AWS', 'displayName: Other') });
  const { code, stderr } = await rotate(NEW, '--estate', 'other');
  writeEstate(folder, 'other', {});
  expect(code).toBe(1);
  expect(stderr).toContain(
    "there is no enterprise application 'Other' in this directory; run the workforce program first",
  );
});
