import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { API_OPEN_PATHS } from '../../../../constructs/aws/hosting/firewalls';
import { startDynalite, type Dynalite } from '../../../support/dynalite';
import { SIGN_IN, TABLE, ask, claimsOf, startApi, tokenFor, tokensOf, type Api } from './api';

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

/** Another API on the same table, with other limits. */
async function withApi(options: Parameters<typeof startApi>[0], use: (api: Api) => Promise<void>): Promise<void> {
  const other = await startApi(options);
  try {
    await use(other);
  } finally {
    await other.stop();
  }
}

test('the public endpoint asks for no token', async () => {
  const { status, body } = await ask(`${api.url}/public`);
  expect([status, typeof body['message']]).toEqual([200, 'string']);
});

test.each(API_OPEN_PATHS)('%s, which the firewall lets through without a token, asks for none', async (path) => {
  expect((await ask(`${api.url}${path}`)).status).not.toBe(401);
});

test('a path that is not there is a problem with the id of the request', async () => {
  const { status, headers, body } = await ask(`${api.url}/nothing`, undefined, {
    headers: { 'X-Request-Id': 'abcdefgh-1' },
  });
  expect([status, headers.get('x-request-id')]).toEqual([404, 'abcdefgh-1']);
  expect(body).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is nothing at this path; see /openapi.json.',
    code: 'not-found',
    requestId: 'abcdefgh-1',
  });
});

test.each(['short', 'a'.repeat(65), 'with space', '{"json":1}'])('gives an id of its own for %s', async (given) => {
  const { headers } = await ask(`${api.url}/public`, undefined, { headers: { 'X-Request-Id': given } });
  expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

test.each([
  ['POST', '/public', 'GET, HEAD, OPTIONS'],
  ['DELETE', '/policy', 'GET, HEAD, OPTIONS'],
  ['GET', '/policy/beneficiary', 'PUT, OPTIONS'],
  ['POST', '/policy/beneficiary', 'PUT, OPTIONS'],
  ['PATCH', '/healthz', 'GET, HEAD, OPTIONS'],
])('%s %s is not allowed, and Allow says what is', async (method, path, allow) => {
  const { status, headers, body } = await ask(`${api.url}${path}`, undefined, { method });
  expect([status, headers.get('allow'), body['code']]).toEqual([405, allow, 'method-not-allowed']);
  const options = await ask(`${api.url}${path}`, undefined, { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
});

test('answers carry security headers, and do not say what made them', async () => {
  const { headers } = await ask(`${api.url}/public`);
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(headers.get('strict-transport-security')).toContain('max-age=');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.has('x-powered-by')).toBe(false);
});

test('bounds what one person asks in a minute, and lets others through', async () => {
  const limits = { requestsPerMinute: 3, refusalsPerMinute: 1000 };
  await withApi({ database: database.endpoint, limits }, async (limited) => {
    const [ada, bob] = [await tokensOf(limited), await tokensOf(limited)];
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await ask(`${limited.url}/policy`, ada.signIn)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const { status, headers, body } = await ask(`${limited.url}/policy`, ada.stepUp);
    expect([status, body['code']]).toEqual([429, 'too-many-requests']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(`${limited.url}/policy`, bob.signIn)).status).toBe(200);
  });
});

test('stops checking the tokens of an address that sent too many wrong ones', async () => {
  const limits = { requestsPerMinute: 1000, refusalsPerMinute: 3 };
  await withApi({ database: database.endpoint, limits }, async (limited) => {
    const { signIn } = await tokensOf(limited);
    for (let count = 0; count < 10; count++) expect((await ask(`${limited.url}/policy`, signIn)).status).toBe(200);
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await ask(`${limited.url}/policy`, 'wrong')).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
  });
});

test.each([
  ['no proxy is trusted', 0, [401, 429]],
  ['one proxy is trusted', 1, [401, 401]],
])('with X-Forwarded-For, while %s', async (_what, trustProxy, expected) => {
  const limits = { requestsPerMinute: 1000, refusalsPerMinute: 1 };
  await withApi({ database: database.endpoint, limits, trustProxy }, async (limited) => {
    const statuses: number[] = [];
    for (const address of ['198.51.100.1', '198.51.100.2']) {
      const init = { headers: { 'X-Forwarded-For': address } };
      statuses.push((await ask(`${limited.url}/policy`, 'wrong', init)).status);
    }
    expect(statuses).toEqual(expected);
  });
});

test('works on with cached keys while the directory is down or slow', async () => {
  const { signIn } = await tokensOf(api);
  await ask(`${api.url}/policy`, signIn);
  for (const fault of ['error', 'silent', 'slow'] as const) {
    api.issuer.fail(fault);
    expect((await ask(`${api.url}/policy`, await tokenFor(api.issuer))).status).toBe(200);
  }
  api.issuer.fail(undefined);
});

/** Each look at it is an hour after the one before: no cool-down holds. */
const clock = (): number => (hours += 3_600_000);
let hours = 0;

test('answers 503 while the keys were never to be had', async () => {
  await withApi({ database: database.endpoint, keys: { clock } }, async (other) => {
    other.issuer.fail('error');
    const token = await tokenFor(other.issuer);
    const { status, headers } = await ask(`${other.url}/policy`, token);
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    other.issuer.fail(undefined);
    expect((await ask(`${other.url}/policy`, token)).status).toBe(200);
  });
});

test('takes a token signed with a new key, and one that still has the old key', async () => {
  await withApi({ database: database.endpoint, keys: { clock } }, async (other) => {
    const old = await tokenFor(other.issuer);
    expect((await ask(`${other.url}/policy`, old)).status).toBe(200);
    await other.issuer.rotate(SIGN_IN);
    expect((await ask(`${other.url}/policy`, await tokenFor(other.issuer))).status).toBe(200);
    expect((await ask(`${other.url}/policy`, old)).status).toBe(200);
  });
});

test.each(['acr', 'tfp'])('takes the flow from %s, in any letters', async (name) => {
  const claims = claimsOf(api.issuer, { tfp: undefined, [name]: SIGN_IN.toUpperCase() });
  expect((await ask(`${api.url}/policy`, await api.issuer.sign(SIGN_IN, claims))).status).toBe(200);
});

test('what is not HTTP is answered with a problem, and the connection is closed', async () => {
  const { port, hostname } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.end('NONSENSE\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('"code":"malformed-request"');
});

test.each([
  ['application/json; charset=utf-16', 415],
  ['application/json; charset="UTF-8"', 428],
  ['text/json', 415],
])('a body of %s gets %i', async (type, expected) => {
  const { stepUp } = await tokensOf(api);
  await ask(`${api.url}/policy`, stepUp);
  const { status } = await ask(`${api.url}/policy/beneficiary`, stepUp, {
    method: 'PUT',
    headers: { 'Content-Type': type },
    body: JSON.stringify({ beneficiary: 'Bob' }),
  });
  expect(status).toBe(expected);
});

test('a token from the future is refused, and the log says by how much the clocks differ', async () => {
  const ahead = Math.floor(Date.now() / 1000) + 600;
  const { status } = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { nbf: ahead, iat: ahead }));
  expect([status, JSON.stringify(api.log())]).toEqual([
    401,
    expect.stringMatching(/nbf is (59\d|600) s ahead of this clock; 60 s are borne/),
  ]);
});
