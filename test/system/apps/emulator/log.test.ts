import { Writable } from 'node:stream';
import pino from 'pino';
import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { textOf } from '../../../../apps/emulator/graph/json';
import { callTls } from '../../../support/apps/emulator/support/client';
import { CALM, application, create, instantiate, register, useEmulator, user } from './support/use-emulator';

let output = '';
const logger = pino(
  { base: null },
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      output += chunk.toString();
      done();
    },
  }),
);
const { emulator, call } = useEmulator({ quirks: CALM, logger });

test('a line for each request: method, path, status, time, who, and the code of an error', async () => {
  output = '';
  await call('GET /v1.0/groups/none?$select=id');
  const [entry] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);
  expect(entry).toMatchObject({
    method: 'GET',
    path: '/v1.0/groups/none?$select=id',
    status: 404,
    code: 'Request_ResourceNotFound',
    msg: 'request',
  });
  expect(typeof entry?.['milliseconds']).toBe('number');
  expect(emulator().log.entries.at(-1)).toMatchObject({ path: '/v1.0/groups/none?$select=id', status: 404 });
});

test('no secret that was sent or answered is in the log, nor in what is kept', async () => {
  output = '';
  const { applicationId } = await register(call);
  const password = await call(`POST /v1.0/applications/${applicationId}/addPassword`, { passwordCredential: {} });
  const { principalId } = await instantiate(call);
  await call(`PUT /v1.0/servicePrincipals/${principalId}/synchronization/secrets`, {
    value: [{ key: 'SecretToken', value: 'scim-secret' }],
  });
  await create(call, '/v1.0/users', user('ada', { passwordProfile: { password: 'Pass-phrase' } }));
  await call('POST /v1.0/users', user('eve', { userPrincipalName: 'x', passwordProfile: { password: 'Pass-phrase' } }));
  const token = await callTls(emulator(), `/${emulator().tenant.id}/oauth2/v2.0/token`, {
    client_id: emulator().deployer.clientId,
    client_secret: emulator().deployer.clientSecret,
    grant_type: 'client_credentials',
    scope: 'https://graph.microsoft.com/.default',
  });
  const secrets = [
    textOf(password.body, 'secretText'),
    textOf(token.body, 'access_token'),
    emulator().deployer.clientSecret,
    emulator().token(),
    'scim-secret',
    'Pass-phrase',
  ];
  const kept = `${output}${JSON.stringify(emulator().log.entries)}${JSON.stringify(emulator().store.state())}`;
  expect(secrets.every((secret) => secret.length > 8)).toBe(true);
  expect(secrets.filter((secret) => kept.includes(secret))).toEqual([]);
});

test('an error of the emulator itself is logged, and answered without its details', async () => {
  output = '';
  const { directory } = emulator();
  const newId = jest.spyOn(directory, 'newId').mockImplementation(() => {
    throw new Error('something inside');
  });
  const answer = await call('POST /v1.0/applications', application());
  newId.mockRestore();
  expect([answer.status, answer.text.includes('something inside')]).toEqual([500, false]);
  expect(output).toContain('something inside');
});

test('keeps the last requests only', () => {
  for (let count = 0; count < 4100; count += 1) {
    emulator().log.add({ method: 'GET', path: '/', status: 200, milliseconds: 1, requestId: String(count) });
  }
  const { entries } = emulator().log;
  expect([entries.length, entries.at(-1)?.requestId]).toEqual([2000, '4099']);
});
