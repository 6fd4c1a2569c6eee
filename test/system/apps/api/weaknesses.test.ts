import { randomUUID } from 'node:crypto';
import { readConfiguration } from '../../../../apps/api/configuration';
import { startDynalite, type Dynalite } from '../../../support/dynalite';
import { SIGN_IN, STEP_UP, TABLE, ask, claimsOf, putBeneficiary, startApi, tokenFor, tokensOf, type Api } from './api';

// The weaknesses of the sample application that the project set out from, as far as they are the API's, by number.

let database: Dynalite;
let api: Api;

beforeAll(async () => {
  database = await startDynalite();
  await database.createTable(TABLE);
  api = await startApi({ database: database.endpoint });
});

afterAll(async () => {
  await api.stop();
  await database.stop();
});

test('weakness 1: a token without the second factor changes nothing, and hears which flow to take', async () => {
  const { signIn, stepUp } = await tokensOf(api);
  const { headers } = await ask(`${api.url}/policy`, signIn);
  const change = { beneficiary: 'Eve', tag: headers.get('etag') ?? '' };
  const refused = await putBeneficiary(api, signIn, change);
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
    401,
    `Bearer realm="customer-policies", error="insufficient_user_authentication", acr_values="${STEP_UP}"`,
  ]);
  expect((await putBeneficiary(api, stepUp, change)).status).toBe(200);
});

test('weakness 5: a refused token is 401 or 403 with a challenge, never 500', async () => {
  const wrong = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { aud: randomUUID() }));
  expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="customer-policies", error="invalid_token"',
  ]);
  const narrow = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { scp: 'Accounts.Write' }));
  expect([narrow.status, narrow.headers.get('www-authenticate')]).toEqual([
    403,
    'Bearer realm="customer-policies", error="insufficient_scope", scope="Accounts.Read"',
  ]);
  const none = await ask(`${api.url}/policy`);
  expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="customer-policies"']);
});

test('weakness 6: nothing is written by GET, nor from the query string', async () => {
  const { signIn, stepUp } = await tokensOf(api);
  const before = await ask(`${api.url}/policy`, signIn);
  expect((await ask(`${api.url}/policy/beneficiary?name=Eve&beneficiary=Eve`, stepUp)).status).toBe(405);
  expect((await ask(`${api.url}/policy?beneficiary=Eve`, stepUp)).body).toEqual(before.body);
});

test('weakness 7: the person is the oid, in any letters; the e-mail address says nothing', async () => {
  const oid = randomUUID();
  const first = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { oid, emails: ['Ada@example.org'] }));
  const upper = await tokenFor(api.issuer, { oid: oid.toUpperCase(), emails: ['Ada@example.org'] });
  expect((await ask(`${api.url}/policy`, upper)).body).toEqual(first.body);
  const other = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { emails: ['Ada@example.org'] }));
  expect(other.body['policyNumber']).not.toBe(first.body['policyNumber']);
});

test.each([[undefined], [[]]])('weakness 8: no e-mail address (%j) is no fault', async (emails) => {
  const { status, body } = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { emails }));
  expect([status, body['email']]).toEqual([200, null]);
});

test('weakness 8: another address coming first does not change which one the policy has', async () => {
  const oid = randomUUID();
  await ask(`${api.url}/policy`, await tokenFor(api.issuer, { oid, emails: ['a@example.org'] }));
  const emails = ['b@example.org', 'a@example.org'];
  const { body } = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { oid, emails }));
  expect(body['email']).toBe('a@example.org');
});

test('weakness 9: of two writes from the same version one is refused, none is lost', async () => {
  const { signIn, stepUp } = await tokensOf(api);
  const tag = (await ask(`${api.url}/policy`, signIn)).headers.get('etag') ?? '';
  const names = ['Ada', 'Bob'];
  const answers = await Promise.all(names.map((beneficiary) => putBeneficiary(api, stepUp, { beneficiary, tag })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
  const { body } = await ask(`${api.url}/policy`, signIn);
  expect(body['history']).toHaveLength(1);
});

test('weakness 11: a token for another application of the tenant is refused', async () => {
  expect((await ask(`${api.url}/policy`, await tokenFor(api.issuer, { azp: randomUUID() }))).status).toBe(401);
});

test('weakness 12: a token without exp is refused', async () => {
  expect((await ask(`${api.url}/policy`, await tokenFor(api.issuer, { exp: undefined }))).status).toBe(401);
});

test('weakness 13: junk does not lead to a fetch of keys, nor does each good token', async () => {
  const { signIn } = await tokensOf(api);
  await ask(`${api.url}/policy`, signIn);
  api.issuer.resetRequests();
  for (const token of ['junk', 'a.b.c', `${signIn}x`, signIn, signIn]) await ask(`${api.url}/policy`, token);
  expect(api.issuer.requestCount()).toBe(0);
});

test('weakness 14: tokens of both flows are checked, each with the keys of its own flow', async () => {
  const { signIn, stepUp } = await tokensOf(api);
  expect((await ask(`${api.url}/policy`, signIn)).status).toBe(200);
  expect((await ask(`${api.url}/policy`, stepUp)).status).toBe(200);
  const crossed = await api.issuer.sign(SIGN_IN, claimsOf(api.issuer, { tfp: STEP_UP }));
  expect((await ask(`${api.url}/policy`, crossed)).status).toBe(401);
});

test('weakness 15: forwarded headers are believed from no one that the configuration does not name', async () => {
  const limits = { requestsPerMinute: 100, refusalsPerMinute: 1 };
  const other = await startApi({ database: database.endpoint, limits });
  const statuses: number[] = [];
  for (const address of ['198.51.100.1', '198.51.100.2']) {
    const headers = { 'X-Forwarded-For': address, 'X-Forwarded-Host': 'evil.example', Forwarded: `for=${address}` };
    const answer = await ask(`${other.url}/policy`, 'wrong', { headers });
    statuses.push(answer.status);
    expect(JSON.stringify([answer.body, [...answer.headers]])).not.toContain('evil');
  }
  await other.stop();
  expect(statuses).toEqual([401, 429]);
});

test('weakness 18: the directory and the database are not asked over plain HTTP, except on this machine', () => {
  const read = readConfiguration({
    SIGN_IN_METADATA_URL: 'http://127.0.0.1.example.org/.well-known/openid-configuration',
    STEP_UP_METADATA_URL: 'http://127.0.0.1:5002/.well-known/openid-configuration',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://dynamodb.example.org',
  });
  const findings = read.ok ? [] : read.findings.filter((finding) => finding.includes('must be https'));
  expect(findings.map((finding) => finding.split(':')[0]).toSorted()).toEqual([
    'AWS_ENDPOINT_URL_DYNAMODB',
    'SIGN_IN_METADATA_URL',
  ]);
});

test('weakness 19: a write is audited, its input bounded, and its answer not kept by a cache', async () => {
  const { oid, signIn, stepUp } = await tokensOf(api);
  await ask(`${api.url}/policy`, signIn);
  const long = await putBeneficiary(api, stepUp, { beneficiary: 'x'.repeat(20_000), tag: '*' });
  expect(long.status).toBe(413);
  const { headers } = await putBeneficiary(api, stepUp, { beneficiary: 'Bob', tag: '*' });
  expect(headers.get('cache-control')).toBe('no-store');
  const audited = api.log().filter(({ audit }) => (audit as { oid?: string } | undefined)?.oid === oid);
  expect(audited.map(({ msg }) => msg)).toEqual(['policy-created', 'beneficiary-changed']);
});
