import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { type JsonObject, objectsOf, textOf, textsOf } from '../../../../apps/emulator/graph/json';
import { checkAnswer } from '../../../../apps/emulator/saml/check';
import { readMetadata } from '../../../../apps/emulator/saml/metadata';
import { requestUrl } from '../../../../apps/emulator/saml/request';
import { CALM, create, group, instantiate, useEmulator, user } from './support/use-emulator';

const NOW = new Date('2026-11-25T12:00:00Z');
const IDENTIFIER = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c';
const REPLY_URL = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/1';
const PORTAL = 'https://d-93670a1b2c.awsapps.com/start';
const [HERE, PORTAL_HERE] = ['http://localhost:9/acs', 'http://localhost:9/start'];
const standIns = { [REPLY_URL]: HERE, [PORTAL]: PORTAL_HERE };
const { emulator, call } = useEmulator({ quirks: CALM, standIns, now: () => NOW });

const page = (path: string): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const { tlsUrl, caFile, tenant } = emulator();
    get(`${tlsUrl}/${tenant.id}${path}`, { ca: readFileSync(caFile) }, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    }).on('error', reject);
  });

const metadata = (appId: string) => page(`/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`);

const addressOf = (issuer = IDENTIFIER, replyUrl = REPLY_URL): string =>
  requestUrl(`${emulator().graphUrl}/${emulator().tenant.id}/saml2`, { id: '_asked', issuer, replyUrl, now: NOW });

/** What a person gets who is chosen on a page of people. */
async function choose(address: string, person: string) {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ person }), redirect: 'manual' });
  const html = await answer.text();
  const fieldOf = (name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
  const saml = Buffer.from(fieldOf('SAMLResponse'), 'base64').toString();
  return { error: /AADSTS\d+/.exec(html)?.[0], action: /action="([^"]*)"/.exec(html)?.[1], saml, html };
}

interface Application {
  readonly appId: string;
  readonly applicationId: string;
  readonly principalId: string;
}

/** The one application that has AWS's addresses, with an active certificate; one that had them before loses them. */
let last: Application | undefined;
async function awsApplication(changes: JsonObject = {}): Promise<Application> {
  const released = { identifierUris: [], web: { redirectUris: [] } };
  if (last !== undefined) await call(`PATCH /v1.0/applications/${last.applicationId}`, released);
  last = await instantiate(call, 'Signs <in>');
  const web = { redirectUris: [REPLY_URL] };
  await call(`PATCH /v1.0/applications/${last.applicationId}`, { identifierUris: [IDENTIFIER], web });
  const thumbprint = await addCertificate(last, 'CN=one');
  await patch(last, { preferredTokenSigningKeyThumbprint: thumbprint, ...changes });
  return last;
}

async function addCertificate({ principalId }: Application, displayName: string): Promise<string> {
  const asked = { displayName, endDateTime: '2028-01-01T00:00:00Z' };
  const { body } = await call(`POST /v1.0/servicePrincipals/${principalId}/addTokenSigningCertificate`, asked);
  return textOf(body, 'thumbprint');
}

const patch = async ({ principalId }: Application, changes: JsonObject): Promise<void> => {
  expect((await call(`PATCH /v1.0/servicePrincipals/${principalId}`, changes)).status).toBe(204);
};

const nameOf = (name: string): string => `${name}@contosob2c.onmicrosoft.com`;
const person = async (name: string, changes: JsonObject = {}): Promise<string> =>
  (await create(call, '/v1.0/users', user(name, changes))).body['id'] as string;

/** Gives somebody the template's role of the application. */
async function assign({ principalId }: Application, principal: string): Promise<void> {
  const { body } = await call(`GET /v1.0/servicePrincipals/${principalId}`);
  const role = objectsOf(body, 'appRoles').find((one) => textsOf(one, 'allowedMemberTypes').includes('User')) ?? {};
  await create(call, `/v1.0/${principal}/appRoleAssignments`, {
    ...{ principalId: principal.replace(/.*\//, ''), resourceId: principalId, appRoleId: textOf(role, 'id') },
  });
}

/** What a service provider says that was given the metadata as it is. */
async function checked({ appId }: Application, xml: string) {
  const provider = readMetadata((await metadata(appId)).body);
  if (provider === undefined) throw new Error('no metadata');
  return checkAnswer(xml, { provider, audience: IDENTIFIER, replyUrl: REPLY_URL, now: NOW });
}

test('federation metadata has the certificate that signs, and no other', async () => {
  const application = await instantiate(call);
  await addCertificate(application, 'CN=one');
  const two = await addCertificate(application, 'CN=two');
  expect((await metadata(application.appId)).body).not.toContain('X509Certificate');
  await patch(application, { preferredTokenSigningKeyThumbprint: two });
  const { status, body } = await metadata(application.appId);
  const certificates = [...body.matchAll(/<X509Certificate>([^<]*)</g)].map(
    ([, base64 = '']) => new X509Certificate(Buffer.from(base64, 'base64')).subject,
  );
  expect({ status, certificates }).toEqual({ status: 200, certificates: ['CN=two'] });
  expect(body).toContain(`entityID="https://sts.windows.net/${emulator().tenant.id}/"`);
});

test('metadata of an unknown application', async () => {
  expect(await metadata('x')).toMatchObject({ status: 400 });
});

test('the sign-in page knows applications by identifier and reply URL', async () => {
  await awsApplication();
  const elsewhere = addressOf(IDENTIFIER, 'https://elsewhere.example.com/');
  const pages = await Promise.all(
    [addressOf(), elsewhere, addressOf('https://unknown.example.com/'), addressOf().replace(/\?.*/, '')].map(
      async (address) => {
        const answer = await fetch(address);
        const html = await answer.text();
        return `${answer.status} ${/AADSTS\d+/.exec(html)?.[0] ?? /eyebrow">([^<]*)</.exec(html)?.[1]}`;
      },
    ),
  );
  expect(pages).toEqual(['200 Signs &lt;in&gt;', '400 AADSTS50011', '400 AADSTS700016', '400 AADSTS750054']);
});

test('who is assigned is named to the application, by what the request asked for', async () => {
  const application = await awsApplication({ appRoleAssignmentRequired: true });
  const principalId = await person('ann');
  await assign(application, `users/${principalId}`);
  const { action, saml, html } = await choose(`${addressOf()}&RelayState=there`, nameOf('ann'));
  expect(action).toBe(HERE);
  expect(html).toContain('name="RelayState" value="there"');
  expect(saml).toContain('InResponseTo="_asked"');
  expect(await checked(application, saml)).toMatchObject({ kind: 'accepted', nameId: nameOf('ann') });
});

test('a claims mapping policy says who is meant, and what else is said', async () => {
  const application = await awsApplication();
  await person('mia', { mail: 'mia@insurance.example.com' });
  await person('moe');
  const nameId = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
  const SamlNameIdFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
  const ClaimsSchema = [
    { Source: 'user', ID: 'mail', SamlClaimType: nameId, SamlNameIdFormat },
    { Value: 'a <b>', SamlClaimType: 'https://example.com/constant' },
  ];
  const policy = await create(call, '/v1.0/policies/claimsMappingPolicies', {
    displayName: 'NameID',
    definition: [JSON.stringify({ ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: 'true', ClaimsSchema } })],
  });
  await call(`POST /v1.0/servicePrincipals/${application.principalId}/claimsMappingPolicies/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/policies/claimsMappingPolicies/${textOf(policy.body, 'id')}`,
  });
  const { saml } = await choose(addressOf(), nameOf('mia'));
  expect(await checked(application, saml)).toMatchObject({ nameId: 'mia@insurance.example.com' });
  expect(saml).toContain('<AttributeValue>a &lt;b&gt;</AttributeValue>');
  const without = await choose(addressOf(), nameOf('moe'));
  expect(await checked(application, without.saml)).toMatchObject({ reason: 'wrong-name-id' });
});

test('refuses who is unknown, disabled, or in no assigned group itself, and everybody of a disabled application', async () => {
  const application = await awsApplication({ appRoleAssignmentRequired: true });
  const [inside, nested] = [await person('ina'), await person('ned')];
  await person('dan', { accountEnabled: false });
  await person('una');
  const groups = await Promise.all(
    ['Outer', 'Inner'].map(async (name) => textOf((await create(call, '/v1.0/groups', group(name))).body, 'id')),
  );
  const [outer = '', inner = ''] = groups;
  const join = (groupId: string, id: string) =>
    call(`POST /v1.0/groups/${groupId}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
    });
  await Promise.all([join(outer, inside), join(outer, inner), join(inner, nested)]);
  await assign(application, `groups/${outer}`);
  const errorOf = async (name: string) => (await choose(addressOf(), nameOf(name))).error;
  const errors = await Promise.all(['nobody', 'dan', 'una', 'ned', 'ina'].map(errorOf));
  expect(errors).toEqual(['AADSTS50034', 'AADSTS50057', 'AADSTS50105', 'AADSTS50105', undefined]);
  await patch(application, { accountEnabled: false });
  expect(await errorOf('ina')).toBe('AADSTS7000112');
});

test('a tile leads to the sign-on URL, and begins the sign-in itself where there is none', async () => {
  const application = await awsApplication({ loginUrl: PORTAL });
  await person('tom');
  const tile = `${emulator().graphUrl}/api/signin/${application.appId}`;
  const led = await fetch(tile, { redirect: 'manual' });
  expect([led.status, led.headers.get('location')]).toEqual([302, PORTAL_HERE]);
  await patch(application, { loginUrl: null });
  expect((await fetch(tile)).status).toBe(200);
  const { saml } = await choose(tile, nameOf('tom'));
  expect(saml).not.toContain('InResponseTo');
  expect(await checked(application, saml)).toMatchObject({ kind: 'accepted', nameId: nameOf('tom') });
});

test('after a roll-over the new certificate signs, and no key is ever shown', async () => {
  const application = await awsApplication();
  await person('rob');
  const before = readMetadata((await metadata(application.appId)).body);
  await patch(application, { preferredTokenSigningKeyThumbprint: await addCertificate(application, 'CN=two') });
  const { saml } = await choose(addressOf(), nameOf('rob'));
  expect(await checked(application, saml)).toMatchObject({ kind: 'accepted' });
  expect(before?.certificates).not.toEqual(readMetadata((await metadata(application.appId)).body)?.certificates);
  const shown = await call(`GET /v1.0/servicePrincipals/${application.principalId}?$select=keyCredentials`);
  expect(shown.text).not.toContain('PRIVATE KEY');
});
