import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { ClientAssertionCredential, ClientCertificateCredential } from '@azure/identity';
import { generateKeyPair, SignJWT } from 'jose';
import { GRAPH_ROLES } from '../../../../apps/emulator/graph/auth/roles';
import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { objectsOf, textOf } from '../../../../apps/emulator/graph/json';
import { clientCertificate, type ClientCertificate } from './support/certificate';
import { callTls } from '../../../support/apps/emulator/support/client';
import { TokenIssuer } from './support/issuer';
import { CALM, create, GRAPH_PRINCIPAL, register, useEmulator, type Registered } from './support/use-emulator';

// As long as nothing is ahead, the directory's clock is the clients'.
let ahead = 0;
const now = (): Date => new Date(Date.now() + ahead);
const { emulator, call } = useEmulator({ quirks: CALM, now });
const SUBJECT = 'repo:acme/identity:environment:production';
const AUDIENCE = 'api://AzureADTokenExchange';

let issuer: TokenIssuer;
let certificate: ClientCertificate;
let app: Registered;
const trusted = tls.getCACertificates('default');
const folder = mkdtempSync(join(tmpdir(), 'client-certificate-'));
const certificatePath = join(folder, 'deploy.pem');

beforeAll(async () => {
  issuer = await TokenIssuer.start();
  certificate = await clientCertificate(new Date());
  writeFileSync(certificatePath, `${certificate.key}${certificate.pem}\n`);
  tls.setDefaultCACertificates([...trusted, readFileSync(emulator().caFile, 'utf8')]);
});

afterAll(async () => {
  tls.setDefaultCACertificates(trusted);
  rmSync(folder, { recursive: true });
  await issuer.stop();
});

/** An application that may read groups, and proves itself by a certificate or a token of the issuer. */
beforeEach(async () => {
  ahead = 0;
  app = await register(call);
  const assignment = { appRoleId: GRAPH_ROLES['Group.Read.All'], principalId: app.principalId };
  await create(call, `/v1.0/servicePrincipals/${app.principalId}/appRoleAssignments`, {
    ...assignment,
    resourceId: GRAPH_PRINCIPAL,
  });
  await call(`PATCH /v1.0/applications/${app.applicationId}`, { keyCredentials: [keyOf(certificate)] });
  await create(call, `/v1.0/applications/${app.applicationId}/federatedIdentityCredentials`, {
    name: 'production',
    issuer: issuer.url,
    subject: SUBJECT,
    audiences: [AUDIENCE],
  });
});

const keyOf = ({ der }: ClientCertificate, changes: JsonObject = {}): JsonObject => ({
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  key: der.toString('base64'),
  ...changes,
});

const library = () => ({ authorityHost: emulator().tlsUrl, disableInstanceDiscovery: true });

async function signIn(assertion: string): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const { tenant, graphUrl } = emulator();
  return callTls(emulator(), `/${tenant.id}/oauth2/v2.0/token`, {
    client_id: app.appId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    grant_type: 'client_credentials',
    scope: `${graphUrl}/.default`,
  });
}

/** A statement as azuread signs it. */
async function ownAssertion(claims: JsonObject = {}, { key, x5t } = certificate): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000);
  const { tenant, tlsUrl } = emulator();
  const audience = { aud: `${tlsUrl}/${tenant.id}/oauth2/v2.0/token` };
  const who = { iss: app.appId, sub: app.appId, jti: 'once' };
  return new SignJWT({ ...audience, ...who, nbf: seconds, exp: seconds + 300, ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', x5t })
    .sign(createPrivateKey(key));
}

const problemOf = ({ status, body }: { readonly status: number; readonly body: JsonObject }) => [
  status,
  body['error'],
  /^AADSTS\d+/.exec(textOf(body, 'error_description'))?.[0],
];

test('the Azure SDK signs in by a certificate that the application has registered, for what it was granted', async () => {
  const { tenant, graphUrl } = emulator();
  const credential = new ClientCertificateCredential(tenant.id, app.appId, { certificatePath }, library());
  const { token } = await credential.getToken(`${graphUrl}/.default`);
  expect((await call('GET /v1.0/groups', undefined, { token })).status).toBe(200);
  expect((await call('GET /v1.0/users', undefined, { token })).status).toBe(403);
});

test('the Azure SDK signs in by a token of an issuer that the application trusts', async () => {
  const { tenant, graphUrl } = emulator();
  const assertion = () => issuer.token(new Date(), { sub: SUBJECT, aud: AUDIENCE });
  const credential = new ClientAssertionCredential(tenant.id, app.appId, assertion, library());
  const { token } = await credential.getToken(`${graphUrl}/.default`);
  expect((await call('GET /v1.0/groups', undefined, { token })).status).toBe(200);
});

test('a statement is taken as azuread signs it, from a clock that is a little ahead', async () => {
  const inAMinute = Math.floor(Date.now() / 1000) + 60;
  expect((await signIn(await ownAssertion({ nbf: inAMinute }))).status).toBe(200);
});

test.each<[string, () => Promise<string>, string]>([
  ['that is none', () => Promise.resolve('secret'), 'AADSTS50027'],
  ['of another tenant', () => ownAssertion({ aud: 'https://login.example/x/oauth2/v2.0/token' }), 'AADSTS700023'],
  ['about another application', () => ownAssertion({ sub: 'another' }), 'AADSTS700021'],
  ['that has expired', () => ownAssertion({ exp: Math.floor(Date.now() / 1000) - 600 }), 'AADSTS700024'],
  ['that is not valid yet', () => ownAssertion({ nbf: Math.floor(Date.now() / 1000) + 600 }), 'AADSTS700024'],
  ['without an end', () => ownAssertion({ exp: undefined } as unknown as JsonObject), 'AADSTS700024'],
  [
    'by a certificate that is not registered',
    async () => ownAssertion({}, await clientCertificate(new Date())),
    'AADSTS700027',
  ],
  [
    'that names a registered certificate and is signed by another',
    async () => ownAssertion({}, { ...(await clientCertificate(new Date())), x5t: certificate.x5t }),
    'AADSTS700027',
  ],
])('refuses a statement %s', async (_what, assertion, code) => {
  expect(problemOf(await signIn(await assertion()))).toEqual([401, 'invalid_client', code]);
});

test('refuses a certificate whose time is over', async () => {
  ahead = 3 * 366 * 86_400_000;
  const answer = await signIn(await ownAssertion());
  expect(problemOf(answer)).toEqual([401, 'invalid_client', 'AADSTS700027']);
  expect(answer.body['error_description']).toContain('expired');
});

const ciToken = (claims: JsonObject = {}) => issuer.token(new Date(), { sub: SUBJECT, aud: AUDIENCE, ...claims });

test.each<[string, () => Promise<string>, string]>([
  ['of an issuer that is not trusted', () => ciToken({ iss: 'https://issuer.example' }), 'AADSTS700211'],
  ['for another subject', () => ciToken({ sub: SUBJECT.toUpperCase() }), 'AADSTS700213'],
  ['for another audience', () => ciToken({ aud: 'sts.amazonaws.com' }), 'AADSTS700212'],
  ['that has expired', () => ciToken({ exp: 1 }), 'AADSTS700024'],
  [
    'signed by somebody else',
    async () => issuer.token(new Date(), { sub: SUBJECT, aud: AUDIENCE }, (await generateKeyPair('RS256')).privateKey),
    'AADSTS700027',
  ],
])('refuses a token %s', async (_what, token, code) => {
  expect(problemOf(await signIn(await token()))).toEqual([401, 'invalid_client', code]);
});

test.each([
  ['http://192.0.2.1', 'an issuer must be an https URL, or http on this machine'],
  ['http://127.0.0.1:9', ''],
  ['https://issuer.invalid', ''],
])('says why the keys of the issuer %s cannot be had', async (url, reason) => {
  const body = { name: 'nowhere', issuer: url, subject: SUBJECT, audiences: [AUDIENCE] };
  await create(call, `/v1.0/applications/${app.applicationId}/federatedIdentityCredentials`, body);
  const answer = await signIn(await ciToken({ iss: url }));
  expect(problemOf(answer)).toEqual([400, 'invalid_request', 'AADSTS50166']);
  expect(answer.body['error_description']).toContain(`'${url}' failed: ${reason}`);
});

test('says so when the keys of an issuer that it found before cannot be had', async () => {
  const gone = await TokenIssuer.start({ keys: 'http://127.0.0.1:9/keys' });
  const body = { name: 'gone', issuer: gone.url, subject: SUBJECT, audiences: [AUDIENCE] };
  await create(call, `/v1.0/applications/${app.applicationId}/federatedIdentityCredentials`, body);
  const answer = await signIn(await gone.token(new Date(), { sub: SUBJECT, aud: AUDIENCE }));
  await gone.stop();
  expect(problemOf(answer)).toEqual([400, 'invalid_request', 'AADSTS50166']);
});

test('a certificate that is rotated in works beside the old one', async () => {
  const second = await clientCertificate(new Date());
  const path = `/v1.0/applications/${app.applicationId}`;
  const known = objectsOf((await call(`GET ${path}`)).body, 'keyCredentials');
  await call(`PATCH ${path}`, { keyCredentials: [...known, keyOf(second)] });
  const answers = [await signIn(await ownAssertion()), await signIn(await ownAssertion({}, second))];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});

test('refuses an assertion of another type', async () => {
  const form = { client_id: app.appId, client_assertion_type: 'saml', client_assertion: 'x' };
  const grant = { grant_type: 'client_credentials', scope: `${emulator().graphUrl}/.default` };
  const answer = await callTls(emulator(), `/${emulator().tenant.id}/oauth2/v2.0/token`, { ...form, ...grant });
  expect(problemOf(answer)).toEqual([400, 'invalid_request', 'AADSTS90023']);
});
