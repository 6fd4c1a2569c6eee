import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startDynalite, type Dynalite } from '../../../support/dynalite';
import { startFakeIssuer, type FakeIssuer } from '../../../support/fake-issuer';
import { SIGN_IN, STEP_UP, TABLE, ask, claimsOf, putBeneficiary } from './api';
import { environmentOf, spawnProgram, startProgram } from './program';
import { expectWholePolicies } from './whole-policies';

let database: Dynalite;
let issuer: FakeIssuer;

beforeAll(async () => {
  database = await startDynalite();
  await database.createTable(TABLE);
  issuer = await startFakeIssuer([SIGN_IN, STEP_UP]);
});

afterAll(async () => {
  await issuer.stop();
  await database.stop();
});

async function runToEnd(environment: Record<string, string>): Promise<{ code: unknown; error: string }> {
  const child = spawnProgram(environment);
  const exited = once(child, 'exit');
  const error = await text(child.stderr as NodeJS.ReadableStream);
  const [code] = (await exited) as [number];
  return { code, error };
}

test('names every fault of its environment at once, prints no value, and ends with 2', async () => {
  const { code, error } = await runToEnd({
    PATH: process.env['PATH'] ?? '',
    PORT: 's3cret-port',
    API_CLIENT_ID: 's3cret-id',
    SIGN_IN_METADATA_URL: 'http://s3cret.example.org/.well-known/openid-configuration',
    STEP_UP_METADATA_URL: 'https://example.org/s3cret',
    SIGN_IN_FLOW: 'flow',
    STEP_UP_FLOW: 'FLOW',
    AWS_REGION: '',
    LOG_LEVEL: 's3cret',
    TRUST_PROXY: 's3cret',
  });
  expect(code).toBe(2);
  expect(error).toBe(
    [
      'The API does not start, since its environment is wrong (npx --no entra-aws docs application-reference):',
      '  PORT: must be a port, a whole number from 0 to 65535',
      '  LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent',
      "  TRUST_PROXY: must be a number of proxies (0 to 9) or addresses such as '10.0.0.0/16'",
      '  AWS_REGION: is missing',
      '  SIGN_IN_METADATA_URL: must be https; http is for loopback hosts (localhost, 127.0.0.0/8, [::1]) only',
      '  API_CLIENT_ID: must be a GUID, such as 00000000-0000-4000-8000-000000000000',
      '  WEB_CLIENT_ID: is missing',
      '  POLICIES_TABLE: is missing',
      '  STEP_UP_METADATA_URL: must be a full OpenID metadata URL, whose path ends in /.well-known/openid-configuration',
      '  STEP_UP_FLOW: must be another flow than SIGN_IN_FLOW, or the second factor proves nothing',
      '',
    ].join('\n'),
  );
});

test('says that the port is taken, without a stack', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const { code, error } = await runToEnd({ ...environmentOf(issuer, database.endpoint), PORT: String(port) });
  expect(code).toBe(2);
  expect(error).toBe(`The API does not start: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`);
  holder.close();
});

test('is ready once the table and the keys of both flows are there', async () => {
  issuer.fail('error');
  const api = await startProgram(environmentOf(issuer, database.endpoint));
  expect(await ask(`${api.url}/healthz`)).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await ask(`${api.url}/readyz`)).toMatchObject({ status: 503, body: { checks: { table: true, keys: false } } });
  issuer.fail(undefined);
  const token = await issuer.sign(SIGN_IN, claimsOf(issuer));
  const stepUp = await issuer.sign(STEP_UP, claimsOf(issuer, { tfp: STEP_UP }));
  const isReady = async (): Promise<boolean> => {
    for (const each of [token, stepUp]) await ask(`${api.url}/policy`, each);
    return (await ask(`${api.url}/readyz`)).status === 200;
  };
  while (!(await isReady()));
  await api.end('SIGTERM');
});

test('on SIGTERM answers what is in flight, takes nothing new, and ends with 0', async () => {
  const api = await startProgram(environmentOf(issuer, database.endpoint));
  const token = await issuer.sign(SIGN_IN, claimsOf(issuer));
  expect((await ask(`${api.url}/policy`, token)).status).toBe(200);
  // The first attempt of the read gets no answer, so that the request is in flight until the SDK's second.
  database.resetCalls();
  database.fail('GetItem', 'hang', { times: 1 });
  const inFlight = ask(`${api.url}/policy`, token);
  while ((database.calls.get('GetItem') ?? 0) < 1) await new Promise(setImmediate);
  const ended = api.end('SIGTERM');
  const refused = async (): Promise<boolean> =>
    ask(`${api.url}/public`).then(
      () => false,
      () => true,
    );
  while (!(await refused()));
  expect((await inFlight).status).toBe(200);
  expect(await ended).toBe(0);
});

test('killed at any moment, leaves no half policy, and the next process goes on', async () => {
  const people = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const claims = claimsOf(issuer);
      const stepUp = await issuer.sign(STEP_UP, { ...claims, tfp: STEP_UP });
      return { oid: String(claims['oid']), stepUp };
    }),
  );
  const rounds = 3;
  for (let round = 0; round < rounds; round++) {
    const api = await startProgram(environmentOf(issuer, database.endpoint));
    database.resetCalls();
    const work = people.map(async ({ stepUp }) => {
      await ask(`${api.url}/policy`, stepUp);
      await putBeneficiary(api, stepUp, { beneficiary: `Round ${round}`, tag: '*' });
    });
    const settled = Promise.allSettled(work);
    const writes = (): number => (database.calls.get('PutItem') ?? 0) + (database.calls.get('UpdateItem') ?? 0);
    while (writes() < 25 * (round + 1)) await new Promise(setImmediate);
    expect(await api.end('SIGKILL')).toBe('SIGKILL');
    await settled;
    expectWholePolicies(await database.items(TABLE));
  }
  const api = await startProgram(environmentOf(issuer, database.endpoint));
  for (const { oid, stepUp } of people) {
    const { status, body } = await ask(`${api.url}/policy`, stepUp);
    expect([status, typeof body['policyNumber'], oid]).toEqual([200, 'string', oid]);
  }
  await api.end('SIGTERM');
  expectWholePolicies(await database.items(TABLE));
});
