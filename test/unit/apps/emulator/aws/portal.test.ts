import { IdentityStore } from '../../../../../apps/emulator/aws/identity-store';
import { IdentityProvider } from '../../../../../apps/emulator/aws/portal/identity-provider';
import { type Grant, Portal } from '../../../../../apps/emulator/aws/portal/portal';
import { createSigningCertificate, type SigningCertificate } from '../../../../../apps/emulator/base/authority';
import { writeMetadata } from '../../../../../apps/emulator/saml/metadata';
import { signedResponse } from '../../../../../apps/emulator/saml/response';

const NOW = new Date('2026-11-30T12:00:00.000Z');
const AUDIENCE = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c';
const REPLY_URL = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/1';
const ENTITY_ID = 'https://sts.windows.net/5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11/';
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const ANN = 'Ann@insurance.example.com';
const NETWORK = { id: '111111111111', name: 'insurance-network' };
const CLAIMS = { id: '222222222222', name: 'claims' };

let first: SigningCertificate;
let second: SigningCertificate;
beforeAll(async () => {
  const make = (name: string) => createSigningCertificate(name, new Date('2028-01-01'), NOW);
  [first, second] = [await make('CN=first'), await make('CN=second')];
});

const groupGrant = (name: string, permissionSet: string, account = NETWORK): Grant => ({
  holder: { kind: 'group', name },
  account,
  permissionSet,
});

interface World {
  readonly portal: Portal;
  readonly store: IdentityStore;
  readonly grants: Grant[];
  /** Signs in by a certificate. @returns the session, or why there is none */
  readonly signIn: (name?: string, by?: SigningCertificate) => string;
  readonly upload: (certificate: SigningCertificate) => void;
}

function world(): World {
  const store = new IdentityStore();
  const provider = new IdentityProvider();
  const grants: Grant[] = [];
  const options = { store, provider, identifier: AUDIENCE, replyUrls: [REPLY_URL] as const };
  const portal = new Portal({ ...options, grants: () => grants, now: () => NOW });
  let answers = 0;
  const signIn: World['signIn'] = (name = ANN, by = first) => {
    answers += 1;
    const outcome = portal.signIn(answerFor(name, by, `_${answers}`), REPLY_URL);
    return outcome.kind === 'refused' ? outcome.reason : outcome.session;
  };
  const upload: World['upload'] = ({ certificate }) => {
    const signOnUrl = 'http://localhost:1/tenant/saml2';
    expect(provider.upload(writeMetadata({ entityId: ENTITY_ID, signOnUrl, certificates: [certificate] }))).toBe(true);
  };
  return { portal, store, grants, signIn, upload };
}

const answerFor = (value: string, by: SigningCertificate, id: string): string =>
  signedResponse(
    {
      ...{ nameId: { format: EMAIL, value }, claims: new Map(), issuer: ENTITY_ID, audience: AUDIENCE },
      ...{ replyUrl: REPLY_URL, inResponseTo: undefined, now: NOW, ids: { response: `r${id}`, assertion: id } },
    },
    by,
  );

const userOf = (userName: string) => ({
  ...{ userName, displayName: userName, active: true, name: { givenName: 'A', familyName: 'B' } },
});

/** A world in which Ann is provisioned and the first certificate is uploaded. */
function annsWorld(): World & { readonly ann: string } {
  const made = world();
  made.upload(first);
  return { ...made, ann: made.store.users.add(userOf(ANN)).id };
}

const rolesOf = ({ portal }: World, session: string) =>
  portal.view(session)?.accounts.flatMap(({ name, roles }) => roles.map((role) => `${name} ${role.name}`));

test('nobody signs in before somebody uploaded the metadata', () => {
  const { portal, signIn } = world();
  expect(portal.requestUrl()).toMatchObject({ reason: 'no-provider' });
  expect(signIn()).toBe('no-provider');
});

test('the NameID is the userName, letter by letter; e-mail addresses and other names are nobody', () => {
  const { portal, signIn } = annsWorld();
  expect(portal.view(signIn(ANN))?.userName).toBe(ANN);
  expect(signIn(ANN.toUpperCase())).toBe('unknown-user');
  expect(signIn('ann.smith@insurance.example.com')).toBe('unknown-user');
});

test('who is disabled does not sign in, and a session that is open ends', () => {
  const { portal, store, signIn, ann } = annsWorld();
  const session = signIn();
  expect(portal.view(session)).toBeDefined();
  store.users.put({ ...userOf(ANN), active: false, id: ann, created: '', lastModified: '' });
  expect(portal.view(session)).toBeUndefined();
  expect(signIn()).toBe('disabled-user');
  store.removeUser(ann);
  expect(signIn()).toBe('unknown-user');
});

test('an answer counts once', () => {
  const { portal } = annsWorld();
  const xml = answerFor(ANN, first, '_once');
  expect(portal.signIn(xml, REPLY_URL).kind).toBe('signed-in');
  expect(portal.signIn(xml, REPLY_URL)).toMatchObject({ reason: 'handed-in-twice' });
});

test('a certificate that Entra activates too early is refused until it is uploaded; the old one counts until it is deleted', () => {
  const { portal, signIn, upload } = annsWorld();
  expect(signIn(ANN, second)).toBe('signed-by-another');
  upload(second);
  expect(portal.view(signIn(ANN, second))).toBeDefined();
  expect(portal.view(signIn(ANN, first))).toBeDefined();
  portal.options.provider.remove(first.thumbprint.replaceAll(/(..)(?=.)/g, '$1:'));
  expect(signIn(ANN, first)).toBe('signed-by-another');
});

test('metadata without a certificate, or of no identity provider, is not taken', () => {
  const provider = new IdentityProvider();
  const empty = writeMetadata({ entityId: ENTITY_ID, signOnUrl: 'http://localhost:1/', certificates: [] });
  const broken = writeMetadata({ entityId: ENTITY_ID, signOnUrl: 'http://localhost:1/', certificates: ['abc'] });
  expect([empty, broken, '<a/>', ''].map((text) => provider.upload(text))).toEqual([false, false, false, false]);
});

test('shows what the groups and the user have, each role once', () => {
  const made = annsWorld();
  const { store, grants, ann } = made;
  store.groups.add({ displayName: 'Network Operators', members: [ann] });
  store.groups.add({ displayName: 'Auditors', members: [ann] });
  grants.push(groupGrant('Network Operators', 'NetworkOperator'), groupGrant('Auditors', 'NetworkOperator'));
  grants.push(groupGrant('Others', 'Admin'));
  grants.push({ holder: { kind: 'user', name: ANN.toLowerCase() }, account: CLAIMS, permissionSet: 'ReadOnly' });
  grants.push({ holder: { kind: 'user', name: 'Network Operators' }, account: CLAIMS, permissionSet: 'Admin' });
  const session = made.signIn();
  expect(rolesOf(made, session)).toEqual(['claims ReadOnly', 'insurance-network NetworkOperator']);
  const link = made.portal.view(session)?.accounts[1]?.roles[0]?.link;
  expect(link).toBe('/console?account_id=111111111111&role_name=NetworkOperator');
});

test('a reload shows what was gained and what was lost, once', () => {
  const { portal, store, grants, ann, signIn } = annsWorld();
  grants.push(groupGrant('Network Operators', 'NetworkOperator'), groupGrant('Auditors', 'SecurityAudit', CLAIMS));
  const group = store.groups.add({ displayName: 'Network Operators', members: [ann] });
  const session = signIn();
  expect(portal.view(session)).toMatchObject({ lost: [], accounts: [{ roles: [{ isNew: false }] }] });
  store.groups.put({ ...group, members: [] });
  store.groups.add({ displayName: 'Auditors', members: [ann] });
  expect(portal.view(session)).toMatchObject({
    lost: [{ name: 'NetworkOperator', accounts: ['insurance-network'] }],
    accounts: [{ name: 'claims', roles: [{ name: 'SecurityAudit', isNew: true }] }],
  });
  expect(portal.view(session)).toMatchObject({ lost: [], accounts: [{ roles: [{ isNew: false }] }] });
  portal.signOut(session);
  expect(portal.view(session)).toBeUndefined();
});
