import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { textOf } from '../../../apps/emulator/graph/json';
import { answeringSignIn, startIn } from '../../support/bootstrap-command';
import { writeEstate } from '../../support/estate-project';
import { callTls } from '../../support/apps/emulator/support/client';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { PROGRAM } from '../../support/repository';
import { hostedSandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { useEmulator } from '../apps/emulator/support/use-emulator';
import { finish, type Finished } from '../clouds/organization/run-snapshot';

const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';
const ADMIN = 'ada@contosob2c.onmicrosoft.com';
const folder = temporaryFolder();
const { emulator } = useEmulator({ tenant: { id: TENANT }, users: [ADMIN], quirks: { administrators: [ADMIN] } });
const PRINT = `process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => name.includes('ARM_')))))`;
const Variables = z.record(z.string(), z.string());

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  startIn({ emulator: emulator(), folder, env }, args);
const bootstrap = (env: Readonly<Record<string, string>> = {}): Promise<Finished> => {
  const child = start(['sign-in', 'bootstrap', '--program', 'customers', '--laptop', '--yes'], env);
  return finish(answeringSignIn(child, emulator(), ADMIN));
};
const signIn = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> =>
  finish(start(['sign-in', ...args], env));

beforeAll(async () => {
  writeEstate(folder, 'sandbox', hostedSandboxFiles());
  expect(await bootstrap()).toMatchObject({ code: 0, stderr: '' });
});

test('the command gets what both providers sign in by, and no key; with it Graph gives the roles that were granted', async () => {
  const secret = { ARM_CLIENT_SECRET: 'of another application' };
  const { code, stdout, stderr } = await signIn(
    ['--program', 'customers', '--', process.execPath, '-e', PRINT],
    secret,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const variables = Variables.parse(JSON.parse(stdout));
  expect(variables).toMatchObject({
    ARM_TENANT_ID: TENANT,
    ARM_USE_OIDC: 'true',
    ARM_USE_CLI: 'false',
    ARM_CLIENT_SECRET: '',
  });
  expect(variables['CUSTOMERS_ARM_CLIENT_ID']).toBe(variables['ARM_CLIENT_ID']);
  expect(stdout).not.toContain('PRIVATE KEY');
  const { exp = 0, iat = 0 } = decodeJwt(variables['ARM_OIDC_TOKEN'] ?? '');
  expect(exp - iat).toBe(3600);
  const { body } = await callTls(emulator(), `/${TENANT}/oauth2/v2.0/token`, {
    grant_type: 'client_credentials',
    client_id: variables['ARM_CLIENT_ID'] ?? '',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: variables['ARM_OIDC_TOKEN'] ?? '',
    scope: `${emulator().graphUrl}/.default`,
  });
  expect(decodeJwt(textOf(body, 'access_token'))['roles']).toEqual(GRAPH_PERMISSIONS.customers.deploy);
});

test('a person signs in to it with the permissions that only read, and the doctor reads by them', async () => {
  const doctor = [process.execPath, PROGRAM, 'doctor', '--only', 'b2c-token'];
  const child = start(['sign-in', '--program', 'customers', '--person', 'device-code', '--', ...doctor]);
  const { stdout } = await finish(answeringSignIn(child, emulator(), ADMIN));
  expect(stdout).toContain('may read applications, client secrets and consent, user flows of B2C, and deploys nothing');
});

test('exits as the command does, and tells of one that is not there', async () => {
  const exits = ['--program', 'customers', '--', process.execPath, '-e', 'process.exitCode = 7'];
  expect((await signIn(exits)).code).toBe(7);
  const missing = await signIn(['--program', 'customers', '--', 'no-such-program']);
  expect(missing).toMatchObject({ code: 127 });
  expect(missing.stderr).toContain('no-such-program is not installed');
});

test.each([
  [['--program', 'customers'], 'Say which command to run'],
  [
    ['--program', 'workforce', '--', 'true'],
    'This laptop has no key for workforce of sandbox: npx --no entra-aws sign-in bootstrap --estate sandbox --program workforce --laptop makes one.',
  ],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await signIn(args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('a certificate that has ended is not used', async () => {
  const file = join(folder, 'entra-aws/keys', `${TENANT}.sandbox.customers.json`);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/"expires": "[^"]+"/, '"expires": "2020-01-01T00:00:00.000Z"'));
  const { code, stderr } = await signIn(['--program', 'customers', '--', 'true']);
  expect(code).toBe(2);
  expect(stderr).toContain('The certificate of this laptop ended on 2020-01-01');
  // Another run makes the next one, in place of it.
  const { stdout } = await bootstrap();
  expect(stdout).toContain('in place of the one that ends');
  expect((await signIn(['--program', 'customers', '--', 'true'])).code).toBe(0);
});

/** A keyring as `secret-tool` offers it: secrets by their account, given on standard input. */
const SECRET_TOOL = `#!${process.execPath}
const { readFileSync, writeFileSync, existsSync, rmSync } = require('node:fs');
const [command, ...rest] = process.argv.slice(2);
const file = process.env.HOME + '/ring/' + rest.at(-1);
if (command === 'store') writeFileSync(file, readFileSync(0));
if (command === 'lookup') existsSync(file) ? process.stdout.write(readFileSync(file)) : process.exit(1);
if (command === 'clear') rmSync(file, { force: true });
`;

test('where the desktop has a keyring, the key is in it and in no file', async () => {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'ring'));
  writeFileSync(join(folder, 'bin/secret-tool'), SECRET_TOOL, { mode: 0o755 });
  const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, XDG_CONFIG_HOME: join(folder, 'desktop') };
  const made = await bootstrap(env);
  expect(made.stdout).toContain('its key is in the keyring of this desktop (Secret Service)');
  const place = `${TENANT}.sandbox.customers`;
  expect(readFileSync(join(folder, 'desktop/entra-aws/keys', `${place}.json`), 'utf8')).not.toContain('PRIVATE KEY');
  expect(readFileSync(join(folder, 'ring', place), 'utf8')).toContain('BEGIN PRIVATE KEY');
  expect((await signIn(['--program', 'customers', '--', 'true'], env)).code).toBe(0);
});
