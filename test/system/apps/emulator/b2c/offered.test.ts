import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeJwt } from 'jose';
import type { B2cEmulator, Client, Registrations } from '../../../../../apps/emulator/b2c';
import { type AgentPage, B2cAgent, signIn } from '../../../../support/b2c-agent';
import {
  ADA,
  API,
  FLOWS,
  READ,
  REGISTRATIONS,
  startForTest,
  WEB,
  WRITE,
} from '../../../../support/apps/emulator/b2c/support/application';
import { STEP_UP, TENANT } from '../external-id/tenant';

const CLASSIC: Client = {
  ...WEB,
  clientId: 'aaaaaaaa-1111-4111-8111-222222222222',
  implicitTokens: ['id_token', 'token'],
  grantedScopes: [...WEB.grantedScopes, 'User.Read'],
  logoutUrl: 'http://localhost:5000/front-channel?kept=1',
  optionalClaims: ['sid'],
};
const PAGE = {
  ...WEB,
  clientId: 'aaaaaaaa-1111-4111-8111-333333333333',
  redirectUris: [],
  spaRedirectUris: ['http://localhost:5000/page'],
};
const DESKTOP = {
  ...WEB,
  clientId: 'aaaaaaaa-1111-4111-8111-444444444444',
  redirectUris: [],
  nativeRedirectUris: ['http://localhost', 'claims://signed-in'],
};
const DAEMON = {
  ...WEB,
  clientId: 'aaaaaaaa-1111-4111-8111-555555555555',
  grantedRoles: [`${API.identifierUri}/Jobs`],
};
/** One registration with addresses of every platform. */
const MIXED = {
  ...DAEMON,
  clientId: 'aaaaaaaa-1111-4111-8111-666666666666',
  spaRedirectUris: PAGE.spaRedirectUris,
  nativeRedirectUris: ['http://localhost/native', 'claims://signed-in'],
};
const CLIENTS = [WEB, CLASSIC, PAGE, DESKTOP, DAEMON, MIXED] as readonly Client[];

const PATHS = { b2c: `contoso.onmicrosoft.com/${FLOWS.signIn.id}`, 'external-id': TENANT.tenantId };
type DirectoryType = keyof typeof PATHS;

const emulators = new Map<DirectoryType, B2cEmulator>();

beforeAll(async () => {
  const clients = CLIENTS.map((client) => ({ ...client, grantedScopes: [...client.grantedScopes, STEP_UP_SCOPE] }));
  const b2c: Registrations = { ...REGISTRATIONS, clients };
  const externalId: Registrations = {
    ...TENANT,
    clients,
    apis: [API, { ...STEP_UP, needsFactor: false }],
  };
  emulators.set('b2c', await startForTest({ registrations: b2c }));
  emulators.set('external-id', await startForTest({ registrations: externalId }));
});

afterAll(() => Promise.all([...emulators.values()].map((one) => one.stop())));

const STEP_UP_SCOPE = `${STEP_UP.identifierUri}/Accounts.Write`;
type Fields = Readonly<Record<string, string>>;

const VERIFIER = 'a-verifier-of-this-test-that-is-long-enough-for-the-rule';
const PKCE = {
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
};
const secret = { client_secret: WEB.secrets[0] ?? '' };

/** One directory, as an application sees it. */
class Directory {
  readonly base: string;

  constructor(
    readonly type: DirectoryType,
    private readonly url: string,
  ) {
    this.base = `${url}/${PATHS[type]}/oauth2/v2.0`;
  }

  /** Fields of the answer of a sign-in, wherever they come: query, fragment or form. */
  async authorize(fields: Fields, how: 'get' | 'post' = 'get', agent = this.newAgent()): Promise<Fields> {
    const all = { response_type: 'code', scope: 'openid', state: 'kept', nonce: 'once', ...fields };
    const query = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ''));
    const start = how === 'get' ? `${this.base}/authorize?${query.toString()}` : await this.posted(query);
    const page = await agent.open(start);
    return answerOf(page.html.includes('Sign in with') ? await signIn(agent, page, ADA) : page);
  }

  newAgent(): B2cAgent {
    return new B2cAgent((url) => !url.href.startsWith(this.url));
  }

  private async posted(body: URLSearchParams): Promise<string> {
    const response = await fetch(`${this.base}/authorize`, { method: 'POST', body, redirect: 'manual' });
    return new URL(response.headers.get('location') ?? '', this.base).href;
  }

  async token(fields: Fields, headers: Fields = {}): Promise<Answer> {
    const response = await fetch(`${this.base}/token`, { method: 'POST', body: new URLSearchParams(fields), headers });
    return { ...((await response.json()) as Fields), cors: response.headers.get('access-control-allow-origin') ?? '' };
  }

  /** Signs in and redeems the code. */
  async redeem(client: Client, uri: string, more: Redemption = {}): Promise<Answer> {
    const { scope = `openid offline_access ${READ}`, headers = {}, fields = {} } = more;
    const { code, ...answer } = await this.authorize({ ...PKCE, client_id: client.clientId, redirect_uri: uri, scope });
    if (code === undefined) return { cors: '', ...answer };
    const grant = { grant_type: 'authorization_code', code, code_verifier: VERIFIER, redirect_uri: uri };
    return await this.token({ ...grant, client_id: client.clientId, ...fields }, headers);
  }
}

type Answer = Fields & { readonly cors: string };

interface Redemption {
  readonly scope?: string;
  readonly headers?: Fields;
  readonly fields?: Fields;
}

function answerOf({ url, html, status }: AgentPage): Fields {
  if (status === 0) {
    const { search, hash } = new URL(url);
    return Object.fromEntries(new URLSearchParams(hash === '' ? search : hash.slice(1)));
  }
  const fields = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  if (fields.length === 0) return { error_description: /AAD\w+/.exec(html)?.[0] ?? `page ${status}` };
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
}

/** `works`, or the code of the refusal. */
function outcome(answer: Fields, isRight: boolean): string {
  const code = /AAD(?:B2C|STS)\d+/.exec(answer['error_description'] ?? '')?.[0];
  return code ?? (isRight ? 'works' : `differs: ${JSON.stringify(answer)}`);
}

const halfHash = (text = ''): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

/** An answer of a front channel: the state, the tokens that were asked for, and no issuer. */
function frontChannel(client: Client, fields: Fields): (directory: Directory) => Promise<string> {
  return async (directory) => {
    const [uri = ''] = client.redirectUris;
    const answer = await directory.authorize({ client_id: client.clientId, redirect_uri: uri, ...fields });
    const { id_token: token, code, state, iss } = answer;
    const claims = token === undefined ? undefined : decodeJwt(token);
    const wanted = (fields['response_type'] ?? 'code').split(' ');
    const isRight =
      state === 'kept' &&
      iss === undefined &&
      wanted.includes('code') === (code !== undefined) &&
      wanted.includes('id_token') === (claims !== undefined) &&
      (claims === undefined || (claims.aud === client.clientId && claims['nonce'] === 'once')) &&
      (claims === undefined || claims['c_hash'] === (code === undefined ? undefined : halfHash(code)));
    return outcome(answer, isRight);
  };
}

async function all(...tries: readonly Promise<string>[]): Promise<string> {
  return [...new Set(await Promise.all(tries))].join(', ');
}

const modes =
  (client: Client, type: string, ...names: readonly string[]) =>
  (directory: Directory) =>
    all(...names.map((response_mode) => frontChannel(client, { response_type: type, response_mode })(directory)));

const origin = { origin: 'http://localhost:5000' };
const [PAGE_URI = ''] = PAGE.spaRedirectUris;
const [WEB_URI = ''] = WEB.redirectUris;
const roleOf = (token: string): unknown => decodeJwt(token)['roles'] ?? decodeJwt(token)['scp'];

/** Flows of the docs' table, in its order. */
const FLOWS_TRIED: readonly (readonly [string, (directory: Directory) => Promise<string>])[] = [
  ['`code`, by query, fragment, form_post', modes(WEB, 'code', 'query', 'fragment', 'form_post')],
  ['`id_token`, by fragment, form_post', modes(CLASSIC, 'id_token', 'fragment', 'form_post')],
  ['`code id_token`, by fragment, form_post', modes(CLASSIC, 'code id_token', 'fragment', 'form_post')],
  ['`id_token` by query', modes(CLASSIC, 'id_token', 'query')],
  ['`id_token` without `nonce`', frontChannel(CLASSIC, { response_type: 'id_token', nonce: '' })],
  ['`id_token` without the implicit grant', frontChannel(WEB, { response_type: 'id_token' })],
  ['`code id_token` without the implicit grant', frontChannel(WEB, { response_type: 'code id_token' })],
  ['`token`', frontChannel(CLASSIC, { response_type: 'token' })],
  ['`id_token token`', frontChannel(CLASSIC, { response_type: 'id_token token' })],
  [
    'authorize by POST',
    async (directory) => {
      const answer = await directory.authorize({ client_id: WEB.clientId, redirect_uri: WEB_URI }, 'post');
      return outcome(answer, answer['code'] !== undefined);
    },
  ],
  ['code without a secret, web address', async (directory) => outcome(await directory.redeem(WEB, WEB_URI), false)],
  [
    'single-page application: PKCE, CORS, refresh token of a day',
    async (directory) => {
      const tokens = await directory.redeem(PAGE, PAGE_URI, { headers: origin });
      const refreshed = await directory.token(
        { grant_type: 'refresh_token', client_id: PAGE.clientId, refresh_token: tokens['refresh_token'] ?? '' },
        origin,
      );
      const life = Number(tokens['refresh_token_expires_in'] ?? 86_400);
      const isRight = tokens.cors === origin.origin && refreshed['access_token'] !== undefined && life <= 86_400;
      return outcome({ ...tokens, ...refreshed }, isRight && life > 86_000);
    },
  ],
  [
    'single-page application without PKCE',
    async (directory) =>
      outcome(await directory.authorize({ client_id: PAGE.clientId, redirect_uri: PAGE_URI }), false),
  ],
  [
    'single-page application with a secret',
    async (directory) => outcome(await directory.redeem(PAGE, PAGE_URI, { headers: origin, fields: secret }), false),
  ],
  [
    'single-page application, from another origin',
    async (directory) => {
      const refused = await directory.redeem(PAGE, PAGE_URI, { headers: { origin: 'http://localhost:5001' } });
      return outcome(refused, false).replace(/^differs: .*invalid_request.*"cors":"".*/, 'refused without CORS');
    },
  ],
  [
    'single-page application, from no page',
    async (directory) => {
      const tokens = await directory.redeem(PAGE, PAGE_URI);
      return outcome(tokens, tokens['access_token'] !== undefined);
    },
  ],
  [
    'native application: loopback with any port, a scheme of its own',
    (directory) =>
      all(
        ...['http://localhost:51234', 'claims://signed-in'].map(async (uri) => {
          const tokens = await directory.redeem(DESKTOP, uri);
          return outcome(tokens, tokens['access_token'] !== undefined);
        }),
      ),
  ],
  [
    'native application with a secret',
    async (directory) => outcome(await directory.redeem(DESKTOP, 'claims://signed-in', { fields: secret }), false),
  ],
  [
    'native application, another path or https on loopback',
    (directory) =>
      all(
        ...[
          'http://localhost:51234/other',
          'https://localhost:51234',
          'http://u@localhost:51234',
          ' http://localhost',
        ].map(async (uri) => outcome(await directory.redeem(DESKTOP, uri), false)),
      ),
  ],
  [
    'client credentials, scope `<API>/.default`',
    async (directory) => {
      const scope = `${API.identifierUri}/.default`;
      const tokens = await directory.token({ grant_type: 'client_credentials', ...clientOf(DAEMON), scope });
      const { access_token: token } = tokens;
      const isRight = token !== undefined && decodeJwt(token).aud === API.clientId && String(roleOf(token)) === 'Jobs';
      return outcome(tokens, isRight);
    },
  ],
  [
    'client credentials, another scope',
    async (directory) =>
      outcome(await directory.token({ grant_type: 'client_credentials', ...clientOf(DAEMON), scope: READ }), false),
  ],
  [
    'client credentials without an app role',
    async (directory) => {
      const scope = `${API.identifierUri}/.default`;
      const tokens = await directory.token({ grant_type: 'client_credentials', ...clientOf(WEB), scope });
      return outcome(tokens, tokens['access_token'] !== undefined && roleOf(tokens['access_token']) === undefined);
    },
  ],
  [
    'resource owner password',
    async (directory) =>
      outcome(await directory.token({ grant_type: 'password', ...clientOf(WEB), username: ADA.email }), false),
  ],
  [
    'on behalf of, device code',
    (directory) =>
      all(
        ...['jwt-bearer', 'device_code'].map(async (name) =>
          outcome(
            await directory.token({ grant_type: `urn:ietf:params:oauth:grant-type:${name}`, ...clientOf(WEB) }),
            false,
          ),
        ),
      ),
  ],
  [
    'scope `<client id>`',
    async (directory) => {
      const scope = `openid ${WEB.clientId}`;
      const tokens = await directory.redeem(WEB, WEB_URI, { scope, fields: secret });
      const claims = tokens['access_token'] === undefined ? {} : decodeJwt(tokens['access_token']);
      return outcome(tokens, claims.aud === WEB.clientId && claims['scp'] === undefined);
    },
  ],
  [
    'scope `<API>/.default` in a sign-in',
    async (directory) => {
      const tokens = await directory.redeem(WEB, WEB_URI, {
        scope: `openid ${API.identifierUri}/.default`,
        fields: secret,
      });
      return outcome(tokens, tokens['scope'] === `${READ} ${WRITE}`);
    },
  ],
  [
    'scopes of which one was granted',
    async (directory) => {
      const scope = `openid ${READ} ${API.identifierUri}/Accounts.Delete`;
      const tokens = await directory.redeem(WEB, WEB_URI, { scope, fields: secret });
      return outcome(tokens, tokens['scope'] === READ);
    },
  ],
  ['refresh for another API', (directory) => refreshFor(directory, STEP_UP_SCOPE)],
  ['scope `User.Read` of Microsoft Graph', (directory) => userRead(directory, CLASSIC)],
  ['scope `User.Read` without consent', (directory) => userRead(directory, WEB)],
  ['front-channel sign-out, with `sid`', signOutOfAll],
  [
    '`ui_locales`',
    async (directory) => {
      const query = new URLSearchParams({ client_id: WEB.clientId, redirect_uri: WEB_URI, ui_locales: 'de' });
      const url = `${directory.base}/authorize?response_type=code&scope=openid&${query.toString()}`;
      const { html } = await directory.newAgent().open(url);
      return html.includes('lang="en"') && html.includes('Sign in with') ? 'pages in English' : 'differs';
    },
  ],
];

async function userRead(directory: Directory, client: Client): Promise<string> {
  const tokens = await directory.redeem(client, WEB_URI, { scope: 'openid User.Read', fields: secret });
  const { aud } = tokens['access_token'] === undefined ? {} : decodeJwt(tokens['access_token']);
  return outcome(tokens, aud === '00000003-0000-0000-c000-000000000000' && tokens['scope'] === 'User.Read');
}

/** Two applications of one session; one of them has a front-channel address. */
async function signOutOfAll(directory: Directory): Promise<string> {
  const agent = directory.newAgent();
  const classic = { client_id: CLASSIC.clientId, redirect_uri: WEB_URI, response_type: 'id_token' };
  const { id_token: token = '' } = await directory.authorize({ ...classic, response_mode: 'fragment' }, 'get', agent);
  const { sid } = decodeJwt(token);
  await directory.authorize({ client_id: WEB.clientId, redirect_uri: WEB_URI }, 'get', agent);
  const { html, url } = await agent.open(`${directory.base}/logout`);
  const frames = [...html.matchAll(/<iframe src="([^"]*)"/g)].map(([, src = '']) => src.replace('&amp;', '&'));
  if (frames.length === 0 && url.endsWith('/signed-out')) return 'not loaded';
  return frames.join() === `${CLASSIC.logoutUrl ?? ''}&sid=${String(sid)}` ? 'works' : `differs: ${frames.join()}`;
}

function clientOf({ clientId }: Client): Fields {
  return { client_id: clientId, ...secret };
}

async function refreshFor(directory: Directory, scope: string): Promise<string> {
  const { refresh_token = '' } = await directory.redeem(WEB, WEB_URI, { fields: secret });
  const tokens = await directory.token({ grant_type: 'refresh_token', refresh_token, ...clientOf(WEB), scope });
  const { access_token: token } = tokens;
  return outcome(tokens, token !== undefined && decodeJwt(token).aud === STEP_UP.clientId);
}

function directory(type: DirectoryType): Directory {
  const emulator = emulators.get(type);
  if (emulator === undefined) throw new Error(`no emulator of ${type} runs`);
  return new Directory(type, emulator.url);
}

/** Rows of the table in the docs: flow, B2C, External ID, difference. */
function documented(): readonly (readonly string[])[] {
  const [, table = ''] = readFileSync('docs/emulator-b2c.md', 'utf8').split('<!-- flows -->');
  const rows = table.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test.each(FLOWS_TRIED)('%s is answered as the docs say', async (flow, run) => {
  const found = [await run(directory('b2c')), await run(directory('external-id'))];
  const cells = found.map((one) => (one.startsWith('AAD') ? `\`${one}\`` : one));
  expect([flow, ...cells]).toEqual(
    documented()
      .find(([name]) => name === flow)
      ?.slice(0, 3),
  );
});

test('the docs have no other row', () => {
  expect(documented().map(([name]) => name)).toEqual(FLOWS_TRIED.map(([name]) => name));
});

describe.each(['b2c', 'external-id'] as const)('%s', (type) => {
  const daemon = {
    grant_type: 'client_credentials',
    client_id: MIXED.clientId,
    scope: `${API.identifierUri}/.default`,
  };

  test.each([PAGE_URI, ...MIXED.nativeRedirectUris])(
    'gives an application itself nothing without its secret, by %s',
    async (uri) => {
      const tokens = await directory(type).token({ ...daemon, redirect_uri: uri });
      expect([tokens['error'], tokens['access_token']]).toEqual(['invalid_client', undefined]);
    },
  );

  test("redeems no code of a web address without its secret, by a refresh token of another application's page", async () => {
    const { refresh_token = '' } = await directory(type).redeem(PAGE, PAGE_URI, { headers: origin });
    const tokens = await directory(type).redeem(MIXED, WEB_URI, { fields: { refresh_token } });
    expect([tokens['error'], tokens['access_token']]).toEqual(['invalid_client', undefined]);
  });

  test('refreshes nothing of a web address without its secret, by another address', async () => {
    const { refresh_token = '' } = await directory(type).redeem(MIXED, WEB_URI, { fields: secret });
    const refresh = { grant_type: 'refresh_token', client_id: MIXED.clientId, refresh_token };
    const tokens = await directory(type).token({ ...refresh, redirect_uri: 'claims://signed-in' });
    expect([tokens['error'], tokens['access_token']]).toEqual(['invalid_client', undefined]);
  });

  test('lets no page read what a web address redeems', async () => {
    const web = await directory(type).redeem(MIXED, WEB_URI, { headers: origin, fields: secret });
    const { refresh_token = '' } = await directory(type).redeem(MIXED, WEB_URI, { fields: secret });
    const refresh = { grant_type: 'refresh_token', ...clientOf(MIXED), refresh_token };
    const refreshed = await directory(type).token(refresh, origin);
    expect([web, refreshed].map(({ error, access_token, cors }) => [error, access_token, cors])).toEqual([
      ['invalid_request', undefined, ''],
      ['invalid_request', undefined, ''],
    ]);
  });

  test.each([
    [PAGE, origin],
    [DESKTOP, {}],
    [MIXED, origin],
    [MIXED, {}],
  ] as const)('tells a public client that its refresh token has expired', async ({ clientId }, headers) => {
    const tokens = await directory(type).token(
      { grant_type: 'refresh_token', client_id: clientId, refresh_token: 'gone' },
      headers,
    );
    expect([tokens['error'], tokens.cors]).toEqual(['invalid_grant', 'origin' in headers ? headers.origin : '*']);
  });
});
