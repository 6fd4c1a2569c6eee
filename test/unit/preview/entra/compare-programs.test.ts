import { comparePrograms } from '../../../../src/preview/entra/compare-programs';
import type { FactInputs, ProgramResource, ProgramRun } from '../../../../src/preview/entra/facts';

const APPLICATION = 'azuread:index/application:Application';
const PRINCIPAL = 'azuread:index/servicePrincipal:ServicePrincipal';
const CERTIFICATE = 'entragraph:index:SamlSigningCertificate';
const GROUP = 'azuread:index/group:Group';

function one(type: string, inputs: FactInputs, more: Partial<ProgramResource> = {}): ProgramResource {
  const common = { dependsOn: [], aliases: [], retainOnDelete: false, kind: 'resource' } as const;
  return { ...common, key: `${type}::one`, type, name: 'one', inputs, ...more };
}

const runOf = (...resources: readonly ProgramResource[]): ProgramRun => ({
  program: 'workforce',
  stack: 'demo-workforce',
  resources,
  warnings: [],
});

const compare = (before: readonly ProgramResource[], after: readonly ProgramResource[]) =>
  comparePrograms(runOf(...before), runOf(...after));

type Case = readonly [title: string, type: string, before: FactInputs, after: FactInputs, expected: readonly string[]];

const DANGERS: readonly Case[] = [
  [
    'assignments that are not required any more',
    PRINCIPAL,
    { appRoleAssignmentRequired: true },
    {},
    ['Everybody in the tenant may sign in to one: an assignment is not required any more.'],
  ],
  [
    'a disabled application',
    PRINCIPAL,
    {},
    { accountEnabled: false },
    ['No one can sign in to one any more: it is disabled.'],
  ],
  [
    'another kind of single sign-on',
    PRINCIPAL,
    { preferredSingleSignOnMode: 'saml' },
    { preferredSingleSignOnMode: 'oidc' },
    ['Single sign-on to one changes from saml to oidc.'],
  ],
  [
    'another audience',
    APPLICATION,
    { displayName: 'App', signInAudience: 'AzureADMyOrg' },
    { displayName: 'App', signInAudience: 'AzureADMultipleOrgs' },
    ['Who may sign in changes from AzureADMyOrg to AzureADMultipleOrgs.'],
  ],
  [
    'another version of access tokens',
    APPLICATION,
    { api: { requestedAccessTokenVersion: 2 } },
    {},
    ['Access tokens change from version 2 to 1: issuer and claims differ.'],
  ],
  [
    'an identifier URI less',
    APPLICATION,
    { identifierUris: ['https://a', 'https://b'] },
    { identifierUris: ['https://a'] },
    ['The identifier URI https://b is removed: requests and tokens that name it are refused.'],
  ],
  [
    'a certificate whose turn it is',
    CERTIFICATE,
    { displayName: 'CN=next', active: false },
    { displayName: 'CN=next', active: true },
    ['CN=next begins to sign: the application must have it by then, or no one can sign in.'],
  ],
  [
    'everybody in place of who is assigned',
    'azuread:index/synchronizationSecret:SynchronizationSecret',
    { credentials: [{ key: 'SyncAll', value: 'false' }] },
    { credentials: [{ key: 'SyncAll', value: 'true' }] },
    ['Everybody in the tenant is provisioned, not only who is assigned.'],
  ],
  [
    'an identity provider less',
    'entragraph:index:UserFlow',
    { userFlowId: 'B2C_1_a', identityProviders: ['A', 'B'] },
    { userFlowId: 'B2C_1_a', identityProviders: ['A'] },
    ["Whoever signs in to B2C_1_a with B can't any more."],
  ],
  ['a display name', APPLICATION, { displayName: 'A' }, { displayName: 'B' }, []],
];

test.each(DANGERS)('dangers of %s', (...[, type, before, after, expected]) => {
  const [change, ...others] = compare([one(type, before)], [one(type, after)]);
  expect(others).toEqual([]);
  expect(change).toMatchObject({ action: 'update', dangers: expected });
});

test('another type of a user flow replaces it', () => {
  const flow = (userFlowType: string) => one('entragraph:index:UserFlow', { userFlowId: 'B2C_1_a', userFlowType });
  expect(compare([flow('signIn')], [flow('signUpOrSignIn')])).toMatchObject([
    { action: 'replace', inputs: [{ name: 'userFlowType', forcesReplacement: true }] },
  ]);
});

test('a text of a page is told from what to what, by its name', () => {
  const text = (stringId: string, value: string) => ({
    language: 'de',
    page: 'phonefactor',
    elementType: 'UxElement',
    stringId,
    value,
  });
  const flow = (pageTexts?: FactInputs[string]) =>
    one('entragraph:index:UserFlow', { userFlowId: 'B2C_1_a', ...(pageTexts !== undefined && { pageTexts }) });
  const inputsOf = (before: ProgramResource, after: ProgramResource) =>
    compare([before], [after]).flatMap(({ action, inputs, dangers }) => [action, ...inputs, ...dangers]);
  const old = flow([text('alert_message', 'Ende?'), text('retry', 'Nochmal')]);
  expect(inputsOf(old, flow([text('intro', 'Hallo'), text('alert_message', 'Abbrechen?')]))).toEqual([
    'update',
    {
      name: 'pageTexts.UxElement/alert_message of phonefactor in de',
      before: "'Ende?'",
      after: "'Abbrechen?'",
      forcesReplacement: false,
    },
    { name: 'pageTexts.UxElement/intro of phonefactor in de', after: "'Hallo'", forcesReplacement: false },
    { name: 'pageTexts.UxElement/retry of phonefactor in de', before: "'Nochmal'", forcesReplacement: false },
  ]);
  expect(inputsOf(flow(), flow([text('intro', 'Hallo')]))).toMatchObject(['update', { after: "'Hallo'" }]);
  expect(inputsOf(old, flow([text('retry', 'Nochmal'), text('alert_message', 'Ende?')]))).toEqual([]);
});

test('a resource with an alias is the one that it was', () => {
  const former = one(GROUP, { displayName: 'A' }, { key: 'former' });
  expect(compare([former], [one(GROUP, { displayName: 'A' }, { aliases: ['former'] })])).toEqual([]);
  expect(compare([former], [one(GROUP, { displayName: 'A' })]).map(({ action }) => action)).toEqual([
    'create',
    'delete',
  ]);
});

test('what is retained is not lost', () => {
  expect(compare([one(GROUP, { displayName: 'A' }, { retainOnDelete: true })], [])).toMatchObject([
    { action: 'delete', dangers: [], notes: ['It stays in the directory: Pulumi only forgets it.'] },
  ]);
});

test('what a replaced resource is looked up by finds another one, and replaces what needs that', () => {
  const template = (templateId: string) =>
    one('azuread:index/applicationFromTemplate:ApplicationFromTemplate', { templateId }, { key: 'application' });
  const lookup = one(
    'azuread:index/getApplication:getApplication',
    { objectId: { $ref: 'application', property: 'id' } },
    {
      key: 'lookup',
      kind: 'lookup',
      dependsOn: ['application'],
    },
  );
  const principal = one(PRINCIPAL, { clientId: { $ref: 'lookup', property: 'clientId' } }, { dependsOn: ['lookup'] });
  const changes = compare([template('a'), lookup, principal], [template('b'), lookup, principal]);
  expect(changes.map(({ action, what }) => `${action} ${what}`)).toEqual([
    'replace enterprise application',
    'replace service principal',
  ]);
});

test('components and lookups change nothing by themselves', () => {
  const component = one('identity:test:Part', {}, { kind: 'component' });
  const lookup = one('azuread:index/getGroup:getGroup', { displayName: 'A' }, { kind: 'lookup' });
  expect(compare([], [component, lookup])).toEqual([]);
  expect(compare([component, lookup], [])).toEqual([]);
});

test('a secret that another one takes the place of is no change that could be told', () => {
  const secret = one(GROUP, { displayName: 'A', description: { $secret: true } });
  expect(compare([secret], [secret])).toEqual([]);
  const plain = one(GROUP, { displayName: 'A', description: 'plain' });
  expect(compare([plain], [secret])).toMatchObject([{ inputs: [{ before: 'plain', after: '[secret]' }] }]);
});
