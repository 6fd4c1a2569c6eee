import { randomUUID } from 'node:crypto';
import { readConfiguration } from '../../../../apps/api/configuration';
import { tokenRules } from '../../../../apps/api/configuration';
import { FlowKeys } from '../../../../apps/api/tokens/flow-keys';
import { startDynalite, type Dynalite } from '../../../support/dynalite';
import { API_CLIENT_ID, ask, claimsOf, SIGN_IN, startApi, TABLE, WEB_CLIENT_ID, type Answer, type Api } from './api';

const STEP_UP_CLIENT_ID = '33333333-3333-4333-8333-333333333333';

let database: Dynalite;
let api: Api;
let oid: string;

beforeAll(async () => {
  database = await startDynalite();
  await database.createTable(TABLE);
  api = await startApi({
    database: database.endpoint,
    rules: ({ 'sign-in': keys }) => ({
      authorizedParty: WEB_CLIENT_ID,
      flows: { 'sign-in': { audience: API_CLIENT_ID, keys }, 'step-up': { audience: STEP_UP_CLIENT_ID, keys } },
    }),
  });
});
beforeEach(() => {
  oid = randomUUID();
});
afterAll(async () => {
  await api.stop();
  await database.stop();
});

/** A token as External ID gives it: without a user flow, with one e-mail address. */
const tokenWith = (changes: Readonly<Record<string, unknown>> = {}): Promise<string> =>
  api.issuer.sign(
    SIGN_IN,
    claimsOf(api.issuer, {
      oid,
      tfp: undefined,
      emails: undefined,
      email: 'ada@example.org',
      ver: '2.0',
      scp: 'Accounts.Read',
      ...changes,
    }),
  );
const stepUp = (changes: Readonly<Record<string, unknown>> = {}): Promise<string> =>
  tokenWith({ aud: STEP_UP_CLIENT_ID, scp: 'Accounts.Write', ...changes });

const change = (token: string, tag: string): Promise<Answer> =>
  ask(`${api.url}/policy/beneficiary`, token, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'If-Match': tag },
    body: JSON.stringify({ beneficiary: 'Byron' }),
  });

const visit = async (): Promise<string> =>
  (await ask(`${api.url}/policy`, await tokenWith())).headers.get('etag') ?? '';

test('sub does not stand in for oid, since each application has another one of a person', async () => {
  expect((await ask(`${api.url}/policy`, await tokenWith({ oid: undefined, sub: oid }))).status).toBe(401);
});

test('a policy is read with a token for the API, and has the address of its claim email', async () => {
  const { status, body } = await ask(`${api.url}/policy`, await tokenWith());
  expect([status, body['email']]).toEqual([200, 'ada@example.org']);
});

test('a token for the step-up application changes it: no other is given without a second factor', async () => {
  const { status, body } = await change(await stepUp(), await visit());
  expect([status, body['beneficiary']]).toEqual([200, 'Byron']);
});

test('a token of a sign-in without a second factor is refused with 403: it has no scope to write', async () => {
  const { status, body } = await change(await tokenWith(), await visit());
  expect([status, body['code']]).toEqual([403, 'insufficient-scope']);
});

test('a scope to write proves nothing where the token is for the API itself', async () => {
  const { status, headers, body } = await change(await tokenWith({ scp: 'Accounts.Write' }), await visit());
  expect([status, body['code']]).toEqual([401, 'insufficient-authentication']);
  expect(headers.get('www-authenticate')).toContain('insufficient_user_authentication');
  expect(body['detail']).toBe(
    `This needs a token for the application ${STEP_UP_CLIENT_ID}, which asks for a second factor.`,
  );
});

test.each([
  ['names a flow of B2C as if that proved a second factor', { tfp: 'B2C_1_signupsignin1_mfa', scp: 'Accounts.Write' }],
  ['claims a second factor by itself', { amr: ['pwd', 'mfa'], acrs: ['c1'], scp: 'Accounts.Write' }],
])('a token that %s changes nothing', async (_what, claims) => {
  expect((await change(await tokenWith(claims), await visit())).status).toBe(401);
});

test('a token for the step-up application reads nothing, and writes nothing without its scope', async () => {
  expect((await ask(`${api.url}/policy`, await stepUp())).status).toBe(403);
  expect((await change(await stepUp({ scp: 'Accounts.Read' }), await visit())).status).toBe(403);
});

test.each([
  ['another application', { aud: WEB_CLIENT_ID }],
  ['both in a list', { aud: [API_CLIENT_ID, STEP_UP_CLIENT_ID] }],
  ['nobody', { aud: undefined }],
])('a token for %s is refused', async (_what, claims) => {
  const { status, body } = await ask(`${api.url}/policy`, await tokenWith(claims));
  expect([status, body['detail']]).toEqual([401, "The token's claim aud is not acceptable."]);
});

test('a token that another application asked for is refused', async () => {
  expect((await ask(`${api.url}/policy`, await tokenWith({ azp: randomUUID() }))).status).toBe(401);
});

test('the OpenAPI document says what proves a second factor', async () => {
  const { body } = await ask(`${api.url}/openapi.json`);
  expect(JSON.stringify(body)).toContain(`a token for the application ${STEP_UP_CLIENT_ID}`);
});

const ENVIRONMENT = {
  PORT: '5001',
  DIRECTORY_TYPE: 'external-id',
  API_CLIENT_ID,
  WEB_CLIENT_ID,
  STEP_UP_API_CLIENT_ID: STEP_UP_CLIENT_ID,
  SIGN_IN_METADATA_URL: 'https://contoso.ciamlogin.com/t/v2.0/.well-known/openid-configuration',
  POLICIES_TABLE: TABLE,
  AWS_REGION: 'eu-central-1',
};
const findingsOf = (changes: Readonly<Record<string, string>>): readonly string[] => {
  const read = readConfiguration({ ...ENVIRONMENT, ...changes });
  return read.ok ? [] : read.findings;
};

test('the environment needs no user flow, and two applications that differ', () => {
  expect(findingsOf({})).toEqual([]);
  expect(findingsOf({ STEP_UP_API_CLIENT_ID: '' })).toEqual(['STEP_UP_API_CLIENT_ID: is missing']);
  expect(findingsOf({ STEP_UP_API_CLIENT_ID: API_CLIENT_ID })).toEqual([
    'STEP_UP_API_CLIENT_ID: must be another application than API_CLIENT_ID, or the second factor proves nothing',
  ]);
  expect(findingsOf({ DIRECTORY_TYPE: 'entra' })).toEqual(['DIRECTORY_TYPE: must be one of b2c, external-id']);
});

test('by that environment both kinds of token are checked with the keys of the tenant', () => {
  const read = readConfiguration(ENVIRONMENT);
  if (!read.ok) throw new Error(read.findings.join());
  const urls: string[] = [];
  const rules = tokenRules(read.configuration, (metadataUrl) => {
    urls.push(metadataUrl.href);
    return new FlowKeys({ metadataUrl, onFailure: () => undefined });
  });
  expect(urls).toEqual([ENVIRONMENT.SIGN_IN_METADATA_URL]);
  expect(rules.flows['step-up'].keys).toBe(rules.flows['sign-in'].keys);
  expect([rules.flows['sign-in'].audience, rules.flows['step-up'].audience]).toEqual([
    API_CLIENT_ID,
    STEP_UP_CLIENT_ID,
  ]);
});
