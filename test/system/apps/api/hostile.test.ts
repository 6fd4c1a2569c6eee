import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { startDynalite, type Dynalite } from '../../../support/dynalite';
import { TABLE, ask, startApi, tokenFor, type Api } from './api';
import { hostileRequests, type Hostile } from './hostile-tokens';

let database: Dynalite;
let api: Api;
let corpus: readonly Hostile[];

beforeAll(async () => {
  database = await startDynalite();
  await database.createTable(TABLE);
  api = await startApi({ database: database.endpoint });
  corpus = await hostileRequests(api.issuer);
});

afterAll(async () => {
  await api.stop();
  await database.stop();
});

/** By Node itself, since fetch joins and drops headers. */
async function send({ authorization, method, query = '', headers = [] }: Hostile): Promise<{
  readonly status: number | undefined;
  readonly challenge: string | undefined;
  readonly body: string;
}> {
  const path = `${method !== undefined ? '/policy/beneficiary' : '/policy'}${query}`;
  const body = method !== undefined ? '{"beneficiary":"Eve"}' : '';
  const request = httpRequest(`${api.url}${path}`, {
    method: method ?? 'GET',
    headers: [
      ...['Host', 'api', 'Connection', 'close', 'If-Match', '*', 'Content-Type', 'application/json'],
      ...['Content-Length', String(body.length)],
      ...authorization.flatMap((value) => ['Authorization', value]),
      ...headers.flat(),
    ],
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, challenge: response.headers['www-authenticate'], body: await text(response) };
}

test('the tokens are wrong in one way each: without it, the API takes them', async () => {
  expect((await ask(`${api.url}/policy`, await tokenFor(api.issuer))).status).toBe(200);
});

test('each of more than 80 hostile requests gets its exact status, and none reaches the database', async () => {
  expect(corpus.length).toBeGreaterThanOrEqual(80);
  expect(new Set(corpus.map(({ what }) => what)).size).toBe(corpus.length);
  database.resetCalls();
  const answers: Record<string, unknown> = {};
  for (const hostile of corpus) answers[hostile.what] = (await send(hostile)).status;
  expect(answers).toEqual(Object.fromEntries(corpus.map(({ what, status }) => [what, status])));
  expect([...database.calls]).toEqual([]);
});

test('every refusal is a challenge and a problem, in which nothing of the token stands', async () => {
  for (const hostile of corpus) {
    const { challenge, body } = await send(hostile);
    expect(challenge).toMatch(/^Bearer realm="customer-policies"(, error="\w+"(, \w+="[\w.]+")?)?$/);
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status: hostile.status });
    for (const value of hostile.authorization.filter((header) => header.length > 40)) {
      expect(body).not.toContain(value.slice(8, 40));
    }
  }
});

test('no token stands in the log, whole or in parts', async () => {
  for (const hostile of corpus) await send(hostile);
  const log = JSON.stringify(api.log());
  const parts = corpus
    .flatMap(({ authorization, query = '', headers = [] }) => [...authorization, query, ...headers.flat()])
    .flatMap((value) => value.split(/[\s.=,"]+/))
    .filter((part) => part.length >= 20);
  expect(parts.length).toBeGreaterThan(200);
  expect(parts.filter((part) => log.includes(part))).toEqual([]);
});

test('a token in the path is not logged either', async () => {
  const token = await tokenFor(api.issuer);
  await ask(`${api.url}/policy/${token}`);
  expect(JSON.stringify(api.log())).not.toContain(token.slice(-40));
});

test('no request goes where a token points, and unknown keys are asked for once in the cool-down', async () => {
  api.issuer.resetRequests();
  for (const hostile of corpus) await send(hostile);
  expect([...api.issuer.requests.keys()].filter((path) => path.includes('attacker'))).toEqual([]);
  expect(api.issuer.requestCount()).toBeLessThanOrEqual(2);
});

test('a header line beyond what the parser takes is answered with a problem', async () => {
  const { status, body } = await send({ what: '', status: 401, authorization: [`Bearer ${'x'.repeat(20_000)}`] });
  expect(status).toBe(431);
  expect(JSON.parse(body)).toMatchObject({ status: 431, code: 'malformed-request' });
});
