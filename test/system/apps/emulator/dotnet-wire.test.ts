import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { B2cEmulator, Client, Registrations } from '../../../../apps/emulator/b2c';
import { ADA, API, REGISTRATIONS, startForTest, WEB } from '../../../support/apps/emulator/b2c/support/application';
import { type AgentPage, B2cAgent, codeFor, type Fields } from '../../../support/b2c-agent';
import { STEP_UP, TENANT } from './external-id/tenant';

const FieldsOf = z.record(z.string(), z.string());
const Recorded = z.object({
  directory: z.enum(['b2c', 'external-id']),
  from: z.string(),
  method: z.enum(['GET', 'POST']),
  path: z.string(),
  query: FieldsOf.default({}),
  form: FieldsOf.optional(),
  headers: FieldsOf.default({}),
  /** The library redeemed the code a second time. */
  code: z.literal('used').optional(),
});
type Recorded = Readonly<z.output<typeof Recorded>>;

/** Recorded from Microsoft.Identity.Web, ASP.NET Core and MSAL.NET on 29 November 2026; values in braces vary. */
const RECORDED = readFileSync(join(__dirname, 'fixtures', 'dotnet-requests.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Recorded.parse(JSON.parse(line)));

const PUBLIC = { ...WEB, clientId: 'aaaaaaaa-1111-4111-8111-444444444444', redirectUris: [] };
const STEP_UP_SCOPE = `${STEP_UP.identifierUri}/Accounts.Write`;
const CLIENTS: readonly Client[] = [
  {
    ...WEB,
    redirectUris: ['http://localhost:5001/signin-oidc', 'http://localhost:5001/signout-callback-oidc'],
    implicitTokens: ['id_token', 'token'],
    grantedScopes: [...WEB.grantedScopes, STEP_UP_SCOPE, 'User.Read'],
    grantedRoles: [`${API.identifierUri}/Jobs`],
  },
  { ...PUBLIC, nativeRedirectUris: ['http://localhost', `msal${PUBLIC.clientId}://auth`] },
];
const DIRECTORIES: Readonly<Record<Recorded['directory'], Registrations>> = {
  b2c: { ...REGISTRATIONS, clients: CLIENTS },
  'external-id': { ...TENANT, clients: CLIENTS, apis: [API, { ...STEP_UP, needsFactor: false }] },
};
const emulators = new Map<Recorded['directory'], B2cEmulator>();

beforeAll(async () => {
  for (const [name, registrations] of Object.entries(DIRECTORIES))
    emulators.set(name as Recorded['directory'], await startForTest({ registrations }));
});

afterAll(() => Promise.all([...emulators.values()].map((one) => one.stop())));

const VERIFIER = 'a-verifier-of-this-test-that-is-long-enough-for-the-rule';

/** Values of one run of an application. */
const VALUES: Fields = {
  domain: 'contoso.onmicrosoft.com',
  tenantId: REGISTRATIONS.tenantId,
  clientId: WEB.clientId,
  publicClientId: PUBLIC.clientId,
  secret: WEB.secrets[0] ?? '',
  client_secret: 'another-secret',
  nonce: 'a-nonce',
  state: 'a state+with/signs=',
  code_verifier: VERIFIER,
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  guid: randomUUID(),
  'client-request-id': randomUUID(),
  password: ADA.password,
  assertion: 'an-assertion',
};

function fill(text: string, more: Fields = {}): string {
  return text.replace(/\{([\w-]+)\}/g, (whole, name: string) => more[name] ?? VALUES[name] ?? whole);
}

const filled = (fields: Fields, more: Fields = {}): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fill(value, more)]));

const emulatorOf = ({ directory }: Recorded): B2cEmulator => {
  const emulator = emulators.get(directory);
  if (emulator === undefined) throw new Error(`no emulator of ${directory}`);
  return emulator;
};

function urlOf(row: Recorded, more: Fields = {}): string {
  const query = new URLSearchParams(filled(row.query, more)).toString();
  return `${emulatorOf(row).url}${fill(row.path)}${query === '' ? '' : `?${query}`}`;
}

function endpointOf({ path }: Recorded): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Name of the flow in a path; empty in External ID. */
const flowOf = ({ path }: Recorded): string => /\/(b2c_1_\w+)\//i.exec(path)?.[1]?.toLowerCase() ?? '';

/** Buttons of the pages, the most advanced first, and what a person fills in. */
const STEPS: readonly (readonly [string, (row: Recorded) => Fields])[] = [
  ['Verify code', (row) => ({ code: codeFor(emulatorOf(row), flowOf(row).includes('reset') ? ADA.email : ADA.phone) })],
  ['Send code', () => ({})],
  ['Send verification code', () => ({ email: ADA.email })],
  ['Continue', () => ({ password: ADA.password, repeated: ADA.password })],
  ['Sign in', () => ({ email: ADA.email, password: ADA.password })],
];

/** More than any journey has. */
const MOST_PAGES = 8;

/** Goes through the pages until the application has its answer. */
async function goThrough(row: Recorded): Promise<Fields> {
  const emulator = emulatorOf(row);
  const agent = new B2cAgent((url) => url.origin !== emulator.url);
  let page = await agent.open(urlOf(row));
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { html } = page;
    const isAnswer = page.status === 0 || /<form[^>]* action="http/.test(html);
    const step = isAnswer ? undefined : STEPS.find(([button]) => html.includes(`>${button}</button>`));
    if (step === undefined) return answerOf(page);
    page = await agent.press(page, step[0], step[1](row));
  }
  throw new Error(`no answer after ${MOST_PAGES} pages: ${page.url}`);
}

/** What the application gets, in the query, the fragment or a form that posts itself. */
function answerOf({ url, html, status }: AgentPage): Fields {
  if (status === 0) {
    const { search, hash } = new URL(url);
    return Object.fromEntries(new URLSearchParams(hash === '' ? search : hash.slice(1)));
  }
  const fields = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  if (fields.length > 0) return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, unescape(value)]));
  return { error: `page ${status}`, error_description: html };
}

const unescape = (text: string): string =>
  text.replaceAll('&#x2B;', '+').replaceAll('&#x3D;', '=').replaceAll('&#61;', '=').replaceAll('&amp;', '&');

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url(), authorization_endpoint: z.url() });

async function metadataOf(row: Recorded): Promise<z.output<typeof Metadata>> {
  const base = urlOf({ ...row, query: {} }).replace(/\/(oauth2|discovery|v2\.0)\/.*$/, '');
  return Metadata.parse(await (await fetch(`${base}/v2.0/.well-known/openid-configuration`)).json());
}

/** The id token as the libraries check it: signature, issuer, audience and life. */
async function checked(row: Recorded, token: string, audience: string): Promise<JWTPayload> {
  const { issuer, jwks_uri } = await metadataOf(row);
  const keys = createLocalJWKSet((await (await fetch(jwks_uri)).json()) as JSONWebKeySet);
  return (await jwtVerify(token, keys, { issuer, audience })).payload;
}

/** Code of a refusal, which every refusal has beside a correlation id. */
function refusal({ error = '', error_description: text = '' }: Fields): string {
  const code = /AAD(?:B2C|STS)\d+/.exec(text)?.[0] ?? `${error}: ${text.slice(0, 200)}`;
  return /Correlation ID: [\da-f-]{36}/i.test(text) ? code : `${code} without a correlation id`;
}

const half = (text: string): string => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

async function authorized(row: Recorded): Promise<string> {
  const answer = await goThrough(row);
  if (answer['error'] !== undefined) return refusal(answer);
  const { query } = row;
  expect(answer['state']).toBe(query['state'] === undefined ? undefined : fill(query['state']));
  const types = (query['response_type'] ?? '').split(' ');
  expect(['code', 'id_token'].filter((name) => answer[name] !== undefined)).toEqual(types);
  expect(answer).not.toHaveProperty('iss');
  const { id_token: token, code } = answer;
  if (token === undefined) return 'signed in';
  const claims = await checked(row, token, fill(query['client_id'] ?? ''));
  expect(claims['nonce']).toBe(fill(query['nonce'] ?? ''));
  expect(claims['c_hash']).toBe(code === undefined ? undefined : half(code));
  return 'signed in';
}

/** The nearest request before a row that is like it. */
function before(row: Recorded, isLike: (other: Recorded) => boolean): Recorded {
  const found = RECORDED.slice(0, RECORDED.indexOf(row)).findLast(
    (other) => other.directory === row.directory && isLike(other),
  );
  if (found === undefined) throw new Error(`nothing comes before ${row.method} ${row.path}`);
  return found;
}

async function post(row: Recorded, more: Fields): Promise<Response> {
  const headers = { ...filled(row.headers), accept: 'application/json' };
  return await fetch(urlOf(row), { method: 'POST', headers, body: new URLSearchParams(filled(row.form ?? {}, more)) });
}

/** What the row needs of requests before it: a code, or a refresh token. */
async function given(row: Recorded): Promise<Fields> {
  const { form = {} } = row;
  const isOfIt = (other: Recorded): boolean =>
    flowOf(other) === flowOf(row) && (other.query['client_id'] ?? other.form?.['client_id']) === form['client_id'];
  if (form['grant_type'] === 'refresh_token') {
    const first = before(row, (one) => isOfIt(one) && one.form?.['grant_type'] === 'authorization_code');
    const answer = (await (await post(first, await given(first))).json()) as Fields;
    return { refresh_token: answer['refresh_token'] ?? '' };
  }
  if (form['grant_type'] !== 'authorization_code') return {};
  const asked = before(
    row,
    (one) =>
      isOfIt(one) &&
      endpointOf(one) === 'authorize' &&
      one.query['redirect_uri'] === form['redirect_uri'] &&
      one.query['response_type'] === 'code',
  );
  const { code = '', error_description: text = '' } = await goThrough(asked);
  if (code === '') throw new Error(text);
  return { code };
}

async function redeemed(row: Recorded): Promise<string> {
  const more = await given(row);
  if (row.code === 'used') await post(row, more);
  const response = await post(row, more);
  const answer = (await response.json()) as Fields;
  const sent = fill(row.headers['client-request-id'] ?? '');
  // MSAL warns of another correlation id than its own.
  expect([null, sent]).toContain(response.headers.get('client-request-id'));
  if (!response.ok) return `${response.status} ${refusal(answer)}`;
  const { id_token: token, token_type, client_info: info } = answer;
  expect(token_type).toBe('Bearer');
  if (row.form?.['grant_type'] === 'client_credentials') return 'access token';
  const claims = await checked(row, token ?? '', fill(row.form?.['client_id'] ?? ''));
  if (row.directory === 'b2c') expect(String(claims['tfp']).toLowerCase()).toBe(flowOf(row));
  if (row.form?.['client_info'] === '1') {
    const { utid } = JSON.parse(Buffer.from(info ?? '', 'base64url').toString()) as Fields;
    expect(utid).toBe(REGISTRATIONS.tenantId);
  }
  return answer['access_token'] === undefined ? 'id token' : 'access token';
}

async function signedOut(row: Recorded): Promise<string> {
  const hint = row.query['id_token_hint'] === undefined ? '' : await idToken(row);
  const response = await fetch(urlOf(row, { id_token_hint: hint }), { redirect: 'manual' });
  const location = new URL(response.headers.get('location') ?? 'about:blank');
  expect(location.searchParams.get('state')).toBe(fill(row.query['state'] ?? ''));
  location.search = '';
  return location.href === row.query['post_logout_redirect_uri'] ? 'signed out' : location.href;
}

async function idToken(row: Recorded): Promise<string> {
  const first = before(row, (one) => flowOf(one) === flowOf(row) && one.form?.['grant_type'] === 'authorization_code');
  return ((await (await post(first, await given(first))).json()) as Fields)['id_token'] ?? '';
}

async function described(row: Recorded): Promise<string> {
  const { issuer, jwks_uri, authorization_endpoint } = Metadata.parse(await (await fetch(urlOf(row))).json());
  const { url } = emulatorOf(row);
  expect([issuer, jwks_uri, authorization_endpoint].every((one) => one.startsWith(`${url}/`))).toBe(true);
  expect(authorization_endpoint.toLowerCase()).toContain(flowOf(row));
  return 'served';
}

async function listed(row: Recorded): Promise<string> {
  const { keys } = (await (await fetch(urlOf(row))).json()) as JSONWebKeySet;
  expect(keys.every(({ kid, kty, n }) => kty === 'RSA' && kid !== undefined && n !== undefined)).toBe(true);
  return 'served';
}

const TRIED: Readonly<Record<string, (row: Recorded) => Promise<string>>> = {
  'openid-configuration': described,
  keys: listed,
  authorize: authorized,
  token: redeemed,
  logout: signedOut,
};

const isGrant = (row: Recorded, grant: string): boolean => row.form?.['grant_type'] === grant;

/** Requests that are refused, where everything else works. The last would be answered by the service. */
const REFUSED: readonly (readonly [(row: Recorded) => boolean, string])[] = [
  [(row) => row.form?.['client_secret'] === '{client_secret}', '401 AADB2C90081'],
  [(row) => row.code === 'used', '400 AADB2C90080'],
  [(row) => isGrant(row, 'urn:ietf:params:oauth:grant-type:jwt-bearer'), '400 AADB2C90086'],
  // A refresh token of B2C has the scopes of its sign-in alone.
  [(row) => isGrant(row, 'refresh_token') && isOfAnotherScope(row), '400 AADB2C90117'],
  [(row) => isGrant(row, 'password'), '401 AADB2C90079'],
];

const isOfAnotherScope = ({ directory, form = {} }: Recorded): boolean =>
  directory === 'b2c' && (form['scope'] ?? '').includes('Accounts.Write');

/** What the library expects of its request. */
function expectedOf(row: Recorded): string {
  const refused = REFUSED.find(([is]) => is(row))?.[1];
  if (refused !== undefined) return refused;
  const endpoint = endpointOf(row);
  if (endpoint === 'authorize') return 'signed in';
  if (endpoint === 'logout') return 'signed out';
  if (endpoint !== 'token') return 'served';
  return hasAccessToken(row) ? 'access token' : 'id token';
}

/** ASP.NET Core redeems a code without naming the scopes of the sign-in again; External ID always gives an access token. */
const hasAccessToken = ({ directory, from, form = {} }: Recorded): boolean =>
  directory === 'external-id' || (form['scope'] ?? '').includes('/api') || from.startsWith('ASP.NET');

const NAMED = RECORDED.map((row, index) => [`${index + 1}: ${row.from}, ${row.method} ${row.path}`, row] as const);

test('all requests that were recorded are tried', () => {
  expect(NAMED).toHaveLength(97);
  expect(NAMED.filter(([, row]) => TRIED[endpointOf(row)] === undefined)).toEqual([]);
});

test.each(NAMED)('%s', async (_name, row) => {
  expect(await TRIED[endpointOf(row)]?.(row)).toBe(expectedOf(row));
});
