import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { B2cAgent, plainText, signIn } from '../../support/b2c-agent';
import { fakePrograms } from '../../support/fake-cli';
import { freePort } from '../../support/free-port';
import { inDays } from '../../support/fixed-day';
import { CLIENT_SECRET } from '../../support/handoff/outputs';
import { startTenant, type Tenant, TENANT_USER } from '../../support/local/tenant';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';

const folder = temporaryFolder();
const programs = fakePrograms(join(folder, 'bin'));
let origin: string;
let tenant: Tenant;
let running: ChildProcess | undefined;

beforeAll(async () => {
  origin = `http://localhost:${await freePort()}`;
  tenant = await startTenant(folder, 'small', origin);
});
afterEach(async () => {
  if (running === undefined) return;
  running.kill('SIGTERM');
  if (running.exitCode === null && running.signalCode === null) await once(running, 'close');
});
afterAll(() => tenant.b2c.stop());

interface Run {
  readonly output: () => string;
  /** Its exit code, or `started`. */
  readonly outcome: Promise<number | 'started' | null>;
}

function start(printed: object | { readonly stderr: string; readonly code: number }): Run {
  const answer = 'stderr' in printed ? printed : { stdout: JSON.stringify(printed) };
  programs.answer('pulumi', [{ words: ['--show-secrets', 'small-customers'], ...answer }]);
  const folders = ['--estates', join(folder, 'estates'), '--state', join(folder, 'state')];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', PROGRAM, 'start', '--tenant', ...folders],
    {
      cwd: REPOSITORY,
      env: { ...process.env, PATH: programs.path },
    },
  );
  running = child;
  let output = '';
  const { promise, resolve } = Promise.withResolvers<number | 'started' | null>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output += String(data);
      if (output.includes('Ctrl-C ends it.')) resolve('started');
    });
  child.once('close', resolve);
  return { output: () => output, outcome: promise };
}

test('runs web and API with the outputs of the stack, and shows and keeps its secret nowhere', async () => {
  const run = start(tenant.outputs);
  expect([await run.outcome, run.output()]).toEqual(['started', expect.stringContaining(`runs:  ${origin}\n`)]);
  expect(run.output()).toContain(`Sign in     at ${new URL(tenant.b2c.url).host}, which small-customers deployed`);
  const agent = new B2cAgent();
  await signIn(agent, await agent.open(`${origin}/login`), TENANT_USER);
  expect(plainText((await agent.open(`${origin}/account`)).html)).toContain('Your policy');
  expect(tenant.b2c.log.entries.some(({ path }) => path.endsWith('/token'))).toBe(true);
  const state = readdirSync(join(folder, 'state'), { recursive: true, withFileTypes: true });
  const kept = state.filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  for (const text of [run.output(), ...kept]) expect(text.includes(CLIENT_SECRET)).toBe(false);
});

const NO_STACK = "error: no stack named 'small-customers' found\n";
const NO_PASSPHRASE =
  'error: constructing secrets manager of type "passphrase": constructing secrets manager: passphrase must be set with ' +
  'PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables\n';
const WRONG_PASSPHRASE = `error: failed to decrypt: incorrect passphrase, in {"clientSecret": "${CLIENT_SECRET}"}\n`;
const SIGNED_OUT = 'error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n';

test.each([
  ['the backend has no such stack', () => ({ stderr: NO_STACK, code: 6 }), 'stack-not-found'],
  ['no one is signed in to the backend', () => ({ stderr: SIGNED_OUT, code: 3 }), 'backend-not-read'],
  ['the state has another passphrase', () => ({ stderr: NO_PASSPHRASE, code: 1 }), 'state-not-decrypted'],
  ['the passphrase is wrong', () => ({ stderr: WRONG_PASSPHRASE, code: 1 }), 'state-not-decrypted'],
  ['the stack was never deployed', () => ({}), 'stack-outputs'],
  ['the secret has ended', () => ({ ...tenant.outputs, clientSecretExpires: inDays(-1) }), 'client-secret-ended'],
  ['the stack sends no one back here', () => ({ ...tenant.outputs, redirectUris: [] }), 'redirect-uri-missing'],
])('starts nothing where %s', async (_what, printed, code) => {
  const requests = tenant.b2c.log.entries.length;
  const run = start(printed());
  expect([await run.outcome, run.output()]).toEqual([1, expect.stringContaining(`(${code})`)]);
  expect(run.output()).not.toContain(CLIENT_SECRET);
  expect(tenant.b2c.log.entries).toHaveLength(requests);
});
