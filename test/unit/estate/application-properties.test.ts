import { APPLICATION_PROPERTIES } from '../../../src/estate/records/application-properties';
import { applicationChanges, applicationValues, driftedValues } from '../../../src/estate/records/application-values';
import { describedProperties } from '../../support/described-properties';
import { OTHER_APPLICATION_PROPERTIES } from '../../support/other-properties';

const RECORDS = Object.values(APPLICATION_PROPERTIES);

test.each(['application', 'servicePrincipal'] as const)(
  "the record has every property of Microsoft's %s, or says why not",
  (type) => {
    const described = [...describedProperties(type)];
    const own = RECORDS.filter((one) => one.of === type).flatMap(({ graph }) =>
      graph.map((path) => path.split('.')[0]),
    );
    const mentioned = [...own, ...Object.values(OTHER_APPLICATION_PROPERTIES[type]).flat()];
    expect(described).not.toEqual([]);
    expect(described.filter((property) => !mentioned.includes(property))).toEqual([]);
    expect(own.filter((property) => !described.includes(property ?? ''))).toEqual([]);
  },
);

test('a value of a program is read where azuread has it, and one of the directory where Graph has it', () => {
  const { mappedClaims, otherRedirectUris } = APPLICATION_PROPERTIES;
  const uris = { redirectUris: ['https://stranger.example.com'] };
  expect(
    applicationValues({ application: { api: { acceptMappedClaims: true }, spa: uris }, servicePrincipal: undefined }),
  ).toMatchObject({ mappedClaims: true, otherRedirectUris: uris.redirectUris });
  const inputs = { api: { mappedClaimsEnabled: true }, singlePageApplication: uris };
  expect([mappedClaims, otherRedirectUris].map((one) => one.fromProgram(inputs))).toEqual([true, uris.redirectUris]);
});

test('each property that a program changes says what that does', () => {
  const change = applicationChanges('servicePrincipal');
  const open = { accountEnabled: true, appRoleAssignmentRequired: true };
  const { dangers } = change(open, { accountEnabled: false, appRoleAssignmentRequired: false }, 'Claims');
  expect(dangers).toHaveLength(2);
  expect(change(open, open, 'Claims')).toEqual({ dangers: [], notes: [] });
});

test('tokens without a code are a danger when they begin and when they end', () => {
  const change = applicationChanges('application');
  const [off, on] = [false, true].map((flag) => ({
    web: { implicitGrant: { idTokenIssuanceEnabled: flag, accessTokenIssuanceEnabled: flag } },
  }));
  expect(change(off ?? {}, on ?? {}, 'Claims').dangers).toHaveLength(1);
  expect(change(on ?? {}, off ?? {}, 'Claims').dangers).toHaveLength(1);
  expect(change(on ?? {}, on ?? {}, 'Claims').dangers).toEqual([]);
});

test('a front-channel logout URL that is no longer loaded is a danger', () => {
  const change = applicationChanges('application');
  const [one, other] = ['https://a.example/out', 'https://b.example/out'].map((logoutUrl) => ({ web: { logoutUrl } }));
  expect(change(one ?? {}, other ?? {}, 'Claims').dangers).toHaveLength(1);
  expect(change({}, one ?? {}, 'Claims').dangers).toEqual([]);
});

test('a secret with an empty name has none', () => {
  const secret = { keyId: 'key', displayName: '', endDateTime: '2027-01-01T00:00:00Z' };
  expect(APPLICATION_PROPERTIES.secrets.fromGraph({ passwordCredentials: [secret] })).toEqual([
    { keyId: 'key', name: undefined, end: secret.endDateTime },
  ]);
});

test('a scope is enabled if Graph or the program says so, and without a value goes by its id', () => {
  const { scopes } = APPLICATION_PROPERTIES;
  const inGraph = [{ isEnabled: true }, { isEnabled: false }, { isEnabled: null }, {}].map((flag, index) => ({
    id: String(index),
    value: null,
    ...flag,
  }));
  const ids = (found: ReturnType<typeof scopes.fromGraph>): readonly string[] => found.map(({ id }) => id);
  expect(ids(scopes.fromGraph({ api: { oauth2PermissionScopes: inGraph } }))).toEqual(['0']);
  const before = { api: { oauth2PermissionScopes: [{ id: 'scope', value: '', enabled: true }] } };
  expect(scopes.changed(before, {}, 'Claims').dangers.join()).toContain('The scope scope is removed');
});

test('what an estate declares of an application is compared by the record, whatever the order of lists', () => {
  const application = {
    signInAudience: 'AzureADMyOrg',
    identifierUris: ['api://b', 'api://a'],
    api: { oauth2PermissionScopes: [{ id: 'id', value: 'Read', isEnabled: true }] },
  };
  const found = applicationValues({ application, servicePrincipal: { accountEnabled: false } });
  const same = { audience: 'AzureADMyOrg', identifierUris: ['api://a', 'api://b'], scopes: ['Read'], isEnabled: false };
  expect(driftedValues(found, same)).toEqual([]);
  const other = { audience: 'other', identifierUris: ['api://c'], scopes: ['Write'], isEnabled: true };
  expect(driftedValues(found, other).map(({ part }) => part)).toEqual([
    'audience',
    ...['identifierUris', 'identifierUris', 'scopes', 'scopes', 'isEnabled'],
  ]);
});

test('a difference is told in the words of its property: states of a flag, and one or several of a list', () => {
  const application = { web: { redirectUris: ['https://a', 'https://b'] }, spa: { redirectUris: ['https://c'] } };
  const found = applicationValues({ application, servicePrincipal: { accountEnabled: false } });
  const declared = {
    isEnabled: true,
    assignmentRequired: true,
    redirectUris: ['https://d'],
    otherRedirectUris: ['https://e', 'https://f', 'https://c'],
  };
  expect(Object.groupBy(driftedValues(found, declared), ({ part }) => part)).toEqual({
    isEnabled: [{ part: 'isEnabled', text: 'it is disabled, declared is enabled: no one can sign in' }],
    assignmentRequired: [
      {
        part: 'assignmentRequired',
        text: 'an assignment is not required, declared is required: everybody in the directory can sign in',
      },
    ],
    redirectUris: [
      { part: 'redirectUris', text: "it lacks the redirect URI 'https://d'" },
      { part: 'redirectUris', text: "it has the redirect URIs 'https://a', 'https://b', which are not declared" },
    ],
    otherRedirectUris: [
      {
        part: 'otherRedirectUris',
        text: "it lacks the redirect URIs of a page or a public client 'https://e', 'https://f'",
      },
    ],
  });
});
