import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { writeTenantFiles } from '../../../src/local/containers/tenant-files';
import { NoHostError } from '../../../src/local/addresses';
import { B2cAgent, plainText, signIn } from '../../support/b2c-agent';
import { freePort } from '../../support/free-port';
import { CLIENT_SECRET } from '../../support/handoff/outputs';
import { startTenant, type Tenant, TENANT_USER } from '../../support/local/tenant';
import { REPOSITORY } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';
import { type Variables, variablesOf } from './stack';

const PROGRAMS = {
  database: 'src/local/services/database.ts',
  api: 'apps/api/main.ts',
  web: 'apps/web/main.ts',
} as const;

const folder = temporaryFolder();
const compose = join(folder, 'compose');
let tenant: Tenant;
let origin: string;
let places: Readonly<Record<'api' | 'database', string>>;
let running: readonly ChildProcess[] = [];

const directory = () => ({
  ...{ ids: tenant.ids, redirectUris: tenant.redirectUris },
  ...{ clientSecret: CLIENT_SECRET, stack: 'small-customers' },
});
const files = (changes: object = {}): ReturnType<typeof writeTenantFiles> =>
  writeTenantFiles(compose, {
    ...{ customers: tenant.customers, directory: { ...directory(), ...changes }, now: new Date() },
    ...{ places, tls: join(compose, 'tls') },
  });

beforeAll(async () => {
  origin = `http://localhost:${await freePort()}`;
  tenant = await startTenant(folder, 'small', origin);
  // Names of the containers are unknown outside of their network.
  places = { api: `localhost:${await freePort()}`, database: `localhost:${await freePort()}` };
  await files();
});
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  running = [];
});
afterAll(() => tenant.b2c.stop());

/** Starts a program as its container does, until it says that it is ready. */
async function run(name: keyof typeof PROGRAMS, changes: Variables = {}): Promise<void> {
  const env = { PATH: process.env['PATH'], ...variablesOf(compose, name), DATA: join(folder, 'data'), ...changes };
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAMS[name]], {
    cwd: REPOSITORY,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running = [child, ...running];
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      output += String(data);
      if (output.includes('"listening"')) resolve(undefined);
    });
  child.once('message', () => {
    resolve(undefined);
  });
  child.once('close', (code) => {
    reject(new Error(`${name} ended with ${String(code)}:\n${output}`));
  });
  await promise;
}

test('web, API and database speak TLS with each other by the certificate that was written', async () => {
  await run('database');
  await run('api');
  await run('web');
  const agent = new B2cAgent();
  await signIn(agent, await agent.open(`${origin}/login`), TENANT_USER);
  expect(plainText((await agent.open(`${origin}/account`)).html)).toContain('Your policy');
});

test('a web that does not know the authority calls neither', async () => {
  await run('database');
  await run('api');
  await run('web', { NODE_EXTRA_CA_CERTS: '' });
  expect(plainText((await new B2cAgent().open(`${origin}/public`)).html)).toContain('can’t be reached');
  expect((await fetch(`${origin}/readyz`)).status).toBe(503);
});

test('the API answers nothing over plain http', async () => {
  await run('database');
  await run('api');
  await expect(fetch(`http://${places.api}/healthz`)).rejects.toThrow();
});

test('the secret of the directory is in the variables of the web alone, for their owner', () => {
  const holds = (['database', 'api', 'web'] as const).filter((name) =>
    Object.values(variablesOf(compose, name)).includes(CLIENT_SECRET),
  );
  expect(holds).toEqual(['web']);
  expect(statSync(join(compose, 'web.env')).mode & 0o077).toBe(0);
});

test('writes nothing where the directory sends no one back', async () => {
  await expect(files({ redirectUris: [] })).rejects.toThrow(NoHostError);
});
