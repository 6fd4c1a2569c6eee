import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startGraphEmulator, writeEnvironment } from '../../../../apps/emulator/graph';
import { callTls, clientOf, errorCode, errorMessage } from '../../../support/apps/emulator/support/client';
import { CALM, useEmulator } from './support/use-emulator';

const { emulator, call } = useEmulator({ quirks: CALM });

test('a second one beside it starts and answers', async () => {
  const second = await startGraphEmulator();
  const answer = await clientOf(second)('GET /v1.0/groups');
  await second.stop();
  expect(answer.status).toBe(200);
});

test.each(['0.0.0.0', '192.168.1.10', '::', 'example.com'])('refuses to listen on %s', async (host) => {
  await expect(startGraphEmulator({ host })).rejects.toThrow(
    `host: '${host}' can be reached from elsewhere, and the emulator is for local use and tests only; ` +
      'use 127.0.0.1, or allow it (allowRemote, --allow-remote) where nothing else can reach it, as inside a container',
  );
});

test('listens on all addresses where that is allowed', async () => {
  const open = await startGraphEmulator({ host: '0.0.0.0', allowRemote: true });
  const answer = await clientOf(open)('GET /v1.0/groups');
  await open.stop();
  expect(answer.status).toBe(200);
});

test('describes the cloud over TLS, with Graph over plain HTTP', async () => {
  const { tlsUrl, graphUrl } = emulator();
  const answer = await callTls(emulator(), '/metadata/endpoints?api-version=2022-09-01');
  expect(answer.body).toEqual({
    name: 'AzureCloud',
    resourceManager: `${tlsUrl}/`,
    microsoftGraphResourceId: `${graphUrl}/`,
    authentication: { loginEndpoint: tlsUrl, audiences: [tlsUrl], tenant: 'common', identityProvider: 'AAD' },
    suffixes: {},
  });
});

test('refuses who does not trust its authority', async () => {
  await expect(fetch(`${emulator().tlsUrl}/metadata/endpoints`)).rejects.toThrow('fetch failed');
});

test('answers Graph over TLS too', async () => {
  const answer = await callTls(emulator(), '/v1.0/groups');
  expect(errorCode(answer)).toBe('InvalidAuthenticationToken');
});

test('gives a client the variables that azuread and Azure tools read', () => {
  const { env, tlsUrl, tenant, deployer, caFile } = emulator();
  expect(env).toEqual({
    ARM_METADATA_HOSTNAME: tlsUrl.replace('https://', ''),
    ARM_TENANT_ID: tenant.id,
    ARM_CLIENT_ID: deployer.clientId,
    ARM_CLIENT_SECRET: deployer.clientSecret,
    ARM_USE_CLI: 'false',
    SSL_CERT_FILE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
  });
});

test('writes the environment for its owner alone', () => {
  const file = writeEnvironment(emulator());
  expect(readFileSync(file, 'utf8')).toContain(`ARM_CLIENT_SECRET='${emulator().deployer.clientSecret}'\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('leaves nothing behind', async () => {
  const second = await startGraphEmulator();
  await second.stop();
  expect(existsSync(dirname(second.caFile))).toBe(false);
});

test('a start that fails leaves no port, folder or database in use', async () => {
  const data = mkdtempSync(join(tmpdir(), 'emulator-'));
  const before = await startGraphEmulator({ data });
  await before.stop();
  const graphPort = Number(new URL(before.graphUrl).port);
  const tlsPort = Number(new URL(emulator().tlsUrl).port);
  await expect(startGraphEmulator({ data, graphPort, tlsPort })).rejects.toThrow(/EADDRINUSE/);
  const after = await startGraphEmulator({ data, graphPort });
  await after.stop();
  await after.stop();
  rmSync(data, { recursive: true });
});

test('keeps its authority and its tokens where it has a folder', async () => {
  const data = join(mkdtempSync(join(tmpdir(), 'emulator-')), 'data');
  const first = await startGraphEmulator({ data });
  const [authority, token] = [readFileSync(first.caFile, 'utf8'), first.token()];
  await first.stop();
  const second = await startGraphEmulator({ data, graphPort: Number(new URL(first.graphUrl).port) });
  const answer = await clientOf(second)('GET /v1.0/groups', undefined, { token });
  await second.stop();
  expect(readFileSync(second.caFile, 'utf8')).toBe(authority);
  expect(answer.status).toBe(200);
  rmSync(dirname(data), { recursive: true });
});

test.each([
  'GET /v1.0/devices',
  'GET /v1.0/identity/b2cUserFlows',
  'PUT /v1.0/groups/1',
  'GET /v2.0/groups',
  'GET /anything',
  'POST /v1.0/groups/1/members',
  'GET /v1.0/users/delta',
  'GET /v1.0/users/delta()',
  'GET /v1.0/groups/microsoft.graph.delta()',
  'GET /v1.0/groups/1/members/microsoft.graph.user',
])('answers 501 with the path to %s', async (request) => {
  const answer = await call(request);
  expect([answer.status, errorCode(answer)]).toEqual([501, 'NotImplementedByEmulator']);
  expect(errorMessage(answer)).toBe(`The emulator does not implement ${request}.`);
});

test('names a query option that it does not know', async () => {
  const answer = await call('GET /v1.0/groups?$apply=groupby((displayName))');
  expect([answer.status, errorMessage(answer)]).toEqual([
    501,
    "The emulator does not implement the query option '$apply' here.",
  ]);
});

test('says who asked and when in an error', async () => {
  const answer = await call('GET /v1.0/groups/1', undefined, { headers: { 'client-request-id': 'mine' } });
  expect(answer.body['error']).toEqual({
    code: 'Request_ResourceNotFound',
    message: "Resource '1' does not exist or one of its queried reference-property objects are not present.",
    innerError: {
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/) as string,
      'request-id': answer.headers.get('request-id'),
      'client-request-id': 'mine',
    },
  });
});

test.each(['HEAD', 'OPTIONS'])('%s asks for the token first, and is not implemented', async (method) => {
  const [known, unknown] = [`${method} /v1.0/groups`, `${method} /beta/devices`];
  const without = [await call(known, undefined, { token: '' }), await call(unknown, undefined, { token: '' })];
  const answered = [await call(known), await call(unknown), await call(`${method} /healthz`)];
  expect(without.map(({ status }) => status)).toEqual([401, 401]);
  expect(answered.map(({ status }) => status)).toEqual([501, 501, 501]);
});

test('refuses a body that is not JSON, is of another type, or is too large', async () => {
  const broken = await call('POST /v1.0/groups', '{"displayName": ');
  const list = await call('POST /v1.0/groups', '[]');
  const text = await call('POST /v1.0/groups', '{}', { headers: { 'content-type': 'text/plain' } });
  const large = await call('POST /v1.0/groups', `{"a": "${'a'.repeat(4_000_001)}"}`);
  expect([broken, list, text, large].map(({ status }) => status)).toEqual([400, 400, 415, 413]);
});

test('survives a path that is not percent-encoded as it should be', async () => {
  const answer = await call('GET /v1.0/groups/%E0%A4%A');
  expect(answer.status).toBe(400);
});

test('says that it is well without a token', async () => {
  const answer = await call('GET /healthz', undefined, { token: '' });
  expect(answer.body).toEqual({ status: 'ok' });
});

test('finds objects by their app id', async () => {
  const byKey = await call("GET /v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')");
  const none = await call("GET /v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000009')");
  expect([byKey.status, byKey.body['displayName'], none.status]).toEqual([200, 'Microsoft Graph', 404]);
});

test('compares paths without regard to case', async () => {
  expect((await call('GET /v1.0/Groups')).status).toBe(200);
});
