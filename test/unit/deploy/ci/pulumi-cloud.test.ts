import { givenToken } from '../../../../src/deploy/ci/pulumi-cloud';

const JOB_TOKEN = 'opaque-token-of-this-job';
const GIVEN = 'opaque-token-of-the-organization';
const NOW = Date.parse('2026-06-01T12:00:00Z');
const WANTED = {
  audience: 'urn:pulumi:org:insurance',
  connection: undefined,
  exchangedAt: { url: 'https://api.pulumi.com', organization: 'insurance' },
};

/** Exchanges a token at a Pulumi Cloud that answers so. */
function exchanged(...[body, init]: ConstructorParameters<typeof Response>) {
  const sent = jest.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(new Response(body, init)));
  const given = givenToken(WANTED, { GITLAB_CI: 'true', PULUMI_ID_TOKEN: JOB_TOKEN });
  return { sent, given };
}

const json = (value: object): string => JSON.stringify(value);

beforeEach(() => jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test('the token of a job goes in the body of one call, which no redirect takes elsewhere', async () => {
  const { sent, given } = exchanged(json({ access_token: GIVEN, expires_in: 7200 }));
  expect(await given).toEqual({ text: GIVEN, end: NOW + 7_200_000 });
  const [[url, init] = []] = sent.mock.calls;
  expect([sent.mock.calls.length, url, init?.redirect]).toEqual([
    1,
    'https://api.pulumi.com/api/oauth/token',
    'manual',
  ]);
  expect((init?.body as URLSearchParams).get('subject_token')).toBe(JOB_TOKEN);
  expect(JSON.stringify(init?.headers)).not.toContain(JOB_TOKEN);
});

test.each([
  ['a token without an end', json({ access_token: GIVEN }), {}],
  ['a token that has ended', json({ access_token: GIVEN, expires_in: -1 }), {}],
  ['an empty token', json({ access_token: '', expires_in: 7200 }), {}],
  ['a page', '<html>sign in</html>', {}],
  ['a redirect', null, { status: 302, headers: { location: 'https://evil.example' } }],
  ['an error with the token', json({ message: `unknown: ${JOB_TOKEN}` }), { status: 401 }],
])('%s is no token, and is refused without one', async (_what, body, init) => {
  const refusal = await exchanged(body, init).given.then(String, String);
  expect(refusal).toMatch(/^ForgeError: POST \/api\/oauth\/token: /);
  for (const token of [JOB_TOKEN, GIVEN]) expect(refusal).not.toContain(token);
});

test.each([400, 401, 403])('a refusal of HTTP %i names what an administrator allows, and why', async (status) => {
  const body = json({ error: 'invalid_request', error_description: 'no policy matches the token' });
  const refusal = await exchanged(body, { status }).given.then(String, String);
  expect(refusal).toContain('no policy matches the token');
  expect(refusal).toContain('OIDC Issuers');
});
