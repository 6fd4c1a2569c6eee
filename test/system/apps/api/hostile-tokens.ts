import { createHmac, createSign, type KeyObject, createPrivateKey, createPublicKey } from 'node:crypto';
import { CompactEncrypt, exportJWK, exportPKCS8, importJWK } from 'jose';
import { createSigningKey, type FakeIssuer, type SigningKey } from '../../../support/fake-issuer';
import { API_CLIENT_ID, SIGN_IN, STEP_UP, WEB_CLIENT_ID, claimsOf } from './api';

/** A request that is wrong in one way, and what it must be answered. */
export interface Hostile {
  readonly what: string;
  readonly status: 400 | 401 | 403;
  /** Values of the Authorization header; several are several headers. */
  readonly authorization: readonly string[];
  /** @default GET /policy */
  readonly method?: 'PUT';
  /** @default none */
  readonly query?: string;
  /** Further headers. */
  readonly headers?: readonly (readonly [string, string])[];
}

type Json = Record<string, unknown>;

const HOUR = 3600;
const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs whatever it is given, with RSA-SHA256 by Node alone, so that no library mends it. */
function compact(header: unknown, payload: unknown, key: KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(key, 'base64url')}`;
}

async function keyObjects(key: SigningKey): Promise<{ readonly own: KeyObject; readonly spki: string }> {
  const own = createPrivateKey(await exportPKCS8(key.privateKey));
  return { own, spki: createPublicKey(own).export({ type: 'spki', format: 'pem' }).toString() };
}

/** All the requests. Each starts from a token that the API accepts. */
export async function hostileRequests(issuer: FakeIssuer): Promise<readonly Hostile[]> {
  const key = issuer.keyOf(SIGN_IN);
  const { own, spki } = await keyObjects(key);
  const stranger = await createSigningKey();
  const strange = await keyObjects(stranger);
  const stepUpKey = await keyObjects(issuer.keyOf(STEP_UP));
  const header = { alg: 'RS256', kid: key.kid, typ: 'JWT' };
  const good = claimsOf(issuer, { scp: 'Accounts.Read' });
  const now = Math.floor(Date.now() / 1000);
  const bearer = (token: string): readonly string[] => [`Bearer ${token}`];
  const valid = compact(header, good, own);
  const [head = '', body = '', signature = ''] = valid.split('.');

  const withHeader = (what: string, changes: Json, key: KeyObject = own): Hostile => ({
    what: `header: ${what}`,
    status: 401,
    authorization: bearer(compact({ ...header, ...changes }, good, key)),
  });
  const withClaims = (what: string, changes: Json): Hostile => ({
    what: `claims: ${what}`,
    status: 401,
    authorization: bearer(compact(header, { ...good, ...changes }, own)),
  });
  const withToken = (what: string, token: string, status: Hostile['status'] = 401): Hostile => ({
    what: `token: ${what}`,
    status,
    authorization: bearer(token),
  });
  const withScope = (what: string, scp: unknown, status: Hostile['status'] = 403): Hostile => ({
    ...withClaims(`scope ${what}`, { scp }),
    status,
  });
  const withAuthorization = (what: string, status: Hostile['status'], ...authorization: string[]): Hostile => ({
    what: `Authorization: ${what}`,
    status,
    authorization,
  });
  const writing = (what: string, status: Hostile['status'], token: string): Hostile => ({
    what: `write: ${what}`,
    status,
    authorization: bearer(token),
    method: 'PUT',
  });
  const hmac = (alg: string, hash: string, secret: string): string => {
    const input = `${encode({ ...header, alg })}.${body}`;
    return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
  };
  const duplicate = (name: string, first: unknown): string => {
    const text = JSON.stringify(good);
    return compact(header, `{${JSON.stringify(name)}:${JSON.stringify(first)},${text.slice(1)}`, own);
  };
  const encrypted = await new CompactEncrypt(Buffer.from(valid))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid: key.kid })
    .encrypt(await importJWK({ ...key.jwk, alg: 'RSA-OAEP-256', use: 'enc' }));
  const noneHeader = (alg: unknown): string => `${encode({ ...header, alg })}.${body}.`;
  const without = (name: string): Json => ({ [name]: undefined });
  const jwkOfStranger = await exportJWK(createPublicKey(strange.spki));

  return [
    // How the token is signed
    ...['none', 'None', 'NONE', 'nOnE', ''].map((alg) => withToken(`alg '${alg}' without signature`, noneHeader(alg))),
    withToken('alg none with the signature of the right one', `${noneHeader('none')}${signature}`),
    withToken('no signature', `${head}.${body}.`),
    withToken('HS256 with the public key in PEM', hmac('HS256', 'sha256', spki)),
    withToken('HS256 with the public key in PEM, trimmed', hmac('HS256', 'sha256', spki.trim())),
    withToken('HS256 with the modulus', hmac('HS256', 'sha256', String(key.jwk.n))),
    withToken('HS384 with the public key in PEM', hmac('HS384', 'sha384', spki)),
    withToken('HS512 with an empty secret', hmac('HS512', 'sha512', '')),
    ...['RS384', 'RS512', 'PS256', 'PS512', 'ES256', 'EdDSA', 'RS256 ', 'rs256', 'RSA1_5', 'dir'].map((alg) =>
      withHeader(`alg ${alg}`, { alg }),
    ),
    withHeader('alg that is a list', { alg: ['RS256'] }),
    withHeader('no alg', without('alg')),
    withHeader("a stranger's key under the right kid", {}, strange.own),
    withHeader("the other flow's key under the right kid", {}, stepUpKey.own),
    withHeader("the other flow's key and kid", { kid: issuer.keyOf(STEP_UP).kid }, stepUpKey.own),
    withToken('one bit of the signature changed', `${head}.${body}.${flipFirst(signature)}`),
    withToken('the signature cut', `${head}.${body}.${signature.slice(0, -4)}`),
    withToken('the claims of another token', `${head}.${encode({ ...good, oid: stranger.kid })}.${signature}`),
    withToken('the header of another token', `${encode({ ...header, extra: 1 })}.${body}.${signature}`),

    // Which key it asks for
    withHeader('no kid', without('kid')),
    withHeader('an unknown kid', { kid: stranger.kid }, strange.own),
    withHeader('kid with a path', { kid: '../../../../dev/null' }),
    withHeader('kid with a path and the key of nothing', { kid: '/proc/self/environ' }, strange.own),
    withHeader('kid with a URL', { kid: `${issuer.url}/attacker/keys` }, strange.own),
    withHeader('kid with a query for a database', { kid: "x' UNION SELECT 'key" }),
    withHeader('kid __proto__', { kid: '__proto__' }),
    withHeader('kid constructor', { kid: 'constructor' }),
    withHeader('kid with NUL', { kid: `${key.kid}\0` }),
    withHeader('kid in capitals', { kid: key.kid.toUpperCase() }),
    withHeader('kid of 257 characters', { kid: 'k'.repeat(257) }),
    withHeader('kid that is a number', { kid: 1 }),
    withHeader('kid that is a list', { kid: [key.kid] }),
    withHeader('jku', { jku: `${issuer.url}/attacker/keys` }),
    withHeader("jku with a stranger's key", { jku: `${issuer.url}/attacker/keys`, kid: stranger.kid }, strange.own),
    withHeader('jku of the right keys', { jku: `${issuer.url}/${SIGN_IN}/keys` }),
    withHeader('x5u', { x5u: `${issuer.url}/attacker/certificate` }),
    withHeader("jwk with a stranger's key", { jwk: jwkOfStranger }, strange.own),
    withHeader('jwk with the right key', { jwk: key.jwk }),
    withHeader('x5c', { x5c: ['AAAA'] }),
    withHeader('jku that is null', { jku: null }),

    // What the header says besides
    withHeader('no typ', without('typ')),
    withHeader('typ of an ID token for security events', { typ: 'secevent+jwt' }),
    withHeader('typ logout+jwt', { typ: 'logout+jwt' }),
    withHeader('typ that is a list', { typ: ['JWT'] }),
    withHeader('crit with an unknown name', { crit: ['exp'], exp: now + HOUR }),
    withHeader('crit that is empty', { crit: [] }),
    withHeader('b64 false', { crit: ['b64'], b64: false }),
    withHeader('cty JWT', { cty: 'JWT' }),
    withHeader('zip', { zip: 'DEF', crit: ['zip'] }),
    withToken('kid twice in the header', compact(JSON.stringify(header).replace('{', '{"kid":"other",'), good, own)),

    // What it is at all
    withToken('nested: a token within a token', compact({ ...header, cty: 'JWT' }, valid, own)),
    withToken('nested: a token in quotes', compact(header, JSON.stringify(valid), own)),
    withToken('encrypted', encrypted),
    withToken('claims that are a list', compact(header, [good], own)),
    withToken('claims that are null', compact(header, 'null', own)),
    withToken('claims that are no JSON', compact(header, '{"iss":', own)),
    withToken(
      'claims that are not UTF-8',
      `${head}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${signature}`,
    ),
    withToken('no claims', compact(header, {}, own)),
    withToken('header that is a list', compact([header], good, own)),
    withToken('one part', head),
    withToken('two parts', `${head}.${body}`),
    withToken('four parts', `${valid}.${signature}`),
    withToken('dots alone', '..'),
    withToken('of one letter', 'x'),
    withToken('with padding', `${valid}==`),
    withToken('of 8,193 characters', compact(header, { ...good, filler: 'x'.repeat(6000) }, own).padEnd(8193, 'A')),
    withToken('oversized but right', compact(header, { ...good, filler: 'x'.repeat(7000) }, own)),

    // Who issued it, for whom
    withClaims('issuer of another tenant', { iss: issuer.issuer.replace(issuer.tenantId, stranger.kid) }),
    withClaims('issuer without the slash', { iss: issuer.issuer.slice(0, -1) }),
    withClaims('issuer in capitals', { iss: issuer.issuer.toUpperCase() }),
    withClaims('issuer with the right one as a prefix', { iss: `${issuer.issuer}evil` }),
    withClaims('issuer in a list', { iss: [issuer.issuer] }),
    withClaims('no issuer', without('iss')),
    withClaims('audience of the web application', { aud: WEB_CLIENT_ID }),
    withClaims('audience of another API', { aud: stranger.kid }),
    withClaims('audience in a list', { aud: [API_CLIENT_ID] }),
    withClaims('audience with another beside', { aud: [stranger.kid, API_CLIENT_ID] }),
    withClaims('audience with a space', { aud: `${API_CLIENT_ID} ` }),
    withClaims('no audience', without('aud')),
    withClaims('another application', { azp: stranger.kid }),
    withClaims('the API itself as application', { azp: API_CLIENT_ID }),
    withClaims('application in a list', { azp: [WEB_CLIENT_ID] }),
    withClaims('no application', without('azp')),
    withClaims('appid in place of azp', { azp: undefined, appid: WEB_CLIENT_ID }),

    // When
    withClaims('expired', { iat: now - 2 * HOUR, nbf: now - 2 * HOUR, exp: now - HOUR }),
    withClaims('expired for longer than the clocks differ', { exp: now - 61, iat: now - HOUR, nbf: now - HOUR }),
    withClaims('no exp', without('exp')),
    withClaims('exp null', { exp: null }),
    withClaims('exp that is text', { exp: String(now + HOUR) }),
    withClaims('exp in milliseconds', { exp: (now + HOUR) * 1000 }),
    withClaims('exp of a year', { exp: now + 365 * 24 * HOUR }),
    withClaims('nbf in the future', { nbf: now + 600 }),
    withClaims('no nbf', without('nbf')),
    withClaims('nbf that is text', { nbf: 'now' }),
    withClaims('iat in the future', { iat: now + 600 }),
    withClaims('no iat', without('iat')),
    withClaims('iat after exp', { iat: now + 30, exp: now + 20 }),
    withClaims('negative iat', { iat: -1 }),

    // Which flow
    withClaims('another flow', { tfp: 'B2C_1_profileediting1' }),
    withClaims('flow with the right one as a prefix', { tfp: `${SIGN_IN}_evil` }),
    withClaims('flow that is empty', { tfp: '' }),
    withClaims('flow in a list', { tfp: [SIGN_IN] }),
    withClaims('no flow', without('tfp')),
    withClaims('tfp and acr that differ', { acr: STEP_UP }),
    withClaims("the step-up flow with the sign-in flow's key", { tfp: STEP_UP }),

    // Who
    withClaims('no oid', { ...without('oid'), ...without('sub') }),
    withClaims('oid that is no GUID', { oid: 'ada@example.org' }),
    withClaims("oid with another's key", { oid: 'x#NUMBER#1' }),
    withClaims('oid in a list', { oid: [good['oid']] }),
    withClaims('e-mail addresses that are an object', { emails: { 0: 'ada@example.org' } }),
    withClaims('an e-mail address of 255 characters', { emails: ['a'.repeat(255)] }),
    withToken('oid twice', duplicate('oid', stranger.kid)),
    withToken('scp twice', duplicate('scp', 'Accounts.Read Accounts.Write')),
    withToken('exp twice', duplicate('exp', now - HOUR)),
    withToken('aud twice, once escaped', compact(header, JSON.stringify(good).replace('{', '{"a\\u0075d":"x",'), own)),

    // What it allows
    withScope('missing', undefined),
    withScope('empty', ''),
    withScope('with the right one as a prefix', 'Accounts.ReadAll'),
    withScope('with the right one as a suffix', 'xAccounts.Read'),
    withScope('in other letters', 'accounts.read'),
    withScope('with commas', 'Accounts.Read,Accounts.Write'),
    withScope('with a tab', 'Accounts.Write\tAccounts.Read'),
    withScope('in full', 'https://example.onmicrosoft.com/api/Accounts.Read'),
    withScope('for writing alone', 'Accounts.Write'),
    withScope('in a list', ['Accounts.Read'], 401),
    withScope('in an object', { 'Accounts.Read': true }, 401),
    { ...withClaims('roles in place of scp', { scp: undefined, roles: ['Accounts.Read'] }), status: 403 },
    { ...withClaims('scope in place of scp', { scp: undefined, scope: 'Accounts.Read' }), status: 403 },
    writing(
      'a token for reading',
      403,
      compact({ ...header, kid: issuer.keyOf(STEP_UP).kid }, { ...good, tfp: STEP_UP }, stepUpKey.own),
    ),
    writing('a token without the second factor', 401, compact(header, { ...good, scp: 'Accounts.Write' }, own)),
    writing('amr in place of the flow', 401, compact(header, { ...good, scp: 'Accounts.Write', amr: ['mfa'] }, own)),
    writing(
      'acr in place of tfp, of the sign-in flow',
      401,
      compact(header, { ...good, tfp: undefined, acr: SIGN_IN, scp: 'Accounts.Write' }, own),
    ),

    // How it is brought
    withAuthorization('none', 401),
    withAuthorization('empty', 401, ''),
    withAuthorization('the scheme alone', 400, 'Bearer'),
    withAuthorization('no scheme', 401, valid),
    withAuthorization('Basic', 401, `Basic ${Buffer.from('ada:secret').toString('base64')}`),
    withAuthorization('DPoP', 401, `DPoP ${valid}`),
    withAuthorization('two tokens', 400, `Bearer ${valid} ${valid}`),
    withAuthorization('two tokens with a comma', 400, `Bearer ${valid},${valid}`),
    withAuthorization('quotes', 400, `Bearer "${valid}"`),
    withAuthorization('a parameter', 400, `Bearer token=${valid}`.replace('=', '="')),
    withAuthorization('two headers', 400, `Bearer ${valid}`, `Bearer ${valid}`),
    withAuthorization('another scheme before', 400, 'Basic YWRhOnNlY3JldA==', `Bearer ${valid}`),
    { what: 'token in the query', status: 401, authorization: [], query: `?access_token=${valid}` },
    { what: 'token in a cookie', status: 401, authorization: [], headers: [['Cookie', `access_token=${valid}`]] },
    { what: 'token in a header of its own', status: 401, authorization: [], headers: [['X-Access-Token', valid]] },
  ];
}

function flipFirst(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes.toString('base64url');
}
