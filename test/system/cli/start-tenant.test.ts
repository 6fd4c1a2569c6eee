import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { startB2cEmulator, type B2cEmulator } from '../../../apps/emulator/b2c';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { Customers } from '../../../src/estate/sections/customers/customers';
import { emulatedIds } from '../../../src/local/environment';
import { runCustomers } from '../../../src/local/registrations';
import { B2cAgent, plainText, signIn } from '../../support/b2c-agent';
import { writeEstate } from '../../support/estate-project';
import { fakePrograms } from '../../support/fake-cli';
import { freePort } from '../../support/free-port';
import { inDays } from '../../support/fixed-day';
import { CLIENT_SECRET } from '../../support/handoff/outputs';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';

const ADA = { email: 'ada@example.com', password: 'Engine-1843', displayName: 'Ada Lovelace' };

const folder = temporaryFolder();
const programs = fakePrograms(join(folder, 'bin'));
let b2c: B2cEmulator;
let origin: string;
let outputs: Readonly<Record<string, unknown>>;
let running: ChildProcess | undefined;

beforeAll(async () => {
  origin = `http://localhost:${await freePort()}`;
  const { customers } = parse(readFileSync(join(REPOSITORY, 'estates/sandbox/estate.yaml'), 'utf8')) as {
    customers: { webApplication: object };
  };
  const webApplication = { ...customers.webApplication, hosts: [origin] };
  writeEstate(folder, 'small', { 'estate.yaml': stringify({ customers: { ...customers, webApplication } }) });
  const { estate } = planEstate(diskFolder(join(folder, 'estates'), 'small'));
  if (estate.customers === undefined) throw new Error('the estate has customers');
  const options = { estate, customers: estate.customers, clientSecret: CLIENT_SECRET, now: new Date() };
  const registrations = await runCustomers(options);
  b2c = await startB2cEmulator({ registrations, users: [ADA] });
  const ids = emulatedIds({ customers: estate.customers, registrations, b2c: b2c.url });
  outputs = outputsOf(estate.customers, ids);
});
afterEach(async () => {
  if (running === undefined) return;
  running.kill('SIGTERM');
  if (running.exitCode === null && running.signalCode === null) await once(running, 'close');
});
afterAll(() => b2c.stop());

/** Outputs of the stack, as if the emulator were the directory that it deployed. */
function outputsOf(customers: Customers, ids: ReturnType<typeof emulatedIds>): Readonly<Record<string, unknown>> {
  const { callbacks } = customers.webApplication;
  const flows = customers.userFlows.map(({ use, id }) => [use, { id, metadataUrl: b2c.metadataUrl(id) }]);
  return {
    ...{ tenantId: customers.tenantId, apiClientId: ids.apiClientId, webClientId: ids.webClientId },
    ...{ clientSecret: CLIENT_SECRET, clientSecretExpires: inDays(300) },
    userFlows: Object.fromEntries(flows) as object,
    scopes: [ids.readScope, ids.writeScope],
    redirectUris: [`${origin}${callbacks.signIn}`, `${origin}${callbacks.stepUp}`],
  };
}

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
  const run = start(outputs);
  expect([await run.outcome, run.output()]).toEqual(['started', expect.stringContaining(`runs:  ${origin}\n`)]);
  expect(run.output()).toContain(`Sign in     at ${new URL(b2c.url).host}, which small-customers deployed`);
  const agent = new B2cAgent();
  await signIn(agent, await agent.open(`${origin}/login`), ADA);
  expect(plainText((await agent.open(`${origin}/account`)).html)).toContain('Your policy');
  expect(b2c.log.entries.some(({ path }) => path.endsWith('/token'))).toBe(true);
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
  ['the secret has ended', () => ({ ...outputs, clientSecretExpires: inDays(-1) }), 'client-secret-ended'],
  ['the stack sends no one back here', () => ({ ...outputs, redirectUris: [] }), 'redirect-uri-missing'],
])('starts nothing where %s', async (_what, printed, code) => {
  const requests = b2c.log.entries.length;
  const run = start(printed());
  expect([await run.outcome, run.output()]).toEqual([1, expect.stringContaining(`(${code})`)]);
  expect(run.output()).not.toContain(CLIENT_SECRET);
  expect(b2c.log.entries).toHaveLength(requests);
});
