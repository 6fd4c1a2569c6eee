import type { Place } from '../../../../apps/emulator/graph/described/check';
import { isDescribedPath, misfitsInBody } from '../../../../apps/emulator/graph/described/check';
import { ROUTES } from '../../../../apps/emulator/graph/routes';

const VERSIONS = ['v1.0', 'beta'] as const;

test('Microsoft describes every path that the emulator answers', () => {
  const places = VERSIONS.flatMap((version) =>
    ROUTES.filter((route) => (route.version ?? version) === version).map(({ method, path }): Place => ({
      version,
      method,
      path,
    })),
  );
  expect(places.filter((place) => !isDescribedPath(place))).toEqual([]);
});

const place = (path: string, version: Place['version'] = 'v1.0'): Place => ({ version, method: 'POST', path });
const APPLICATIONS = place('/applications');

test.each([
  ['a property of another type', APPLICATIONS, { securityEnabled: true }, 'securityEnabled', true],
  ['one inside an object', APPLICATIONS, { api: { tokenVersion: 2 } }, 'api.tokenVersion', true],
  ['one inside a list', APPLICATIONS, { appRoles: [{ colour: 'red' }] }, 'appRoles.colour', true],
  [
    'a number as text',
    APPLICATIONS,
    { api: { requestedAccessTokenVersion: '2' } },
    'api.requestedAccessTokenVersion',
    false,
  ],
  ['text as a flag', place('/groups'), { securityEnabled: 'true' }, 'securityEnabled', false],
  ['text in place of a list', APPLICATIONS, { identifierUris: 'api://x' }, 'identifierUris', false],
  ['a list in a list', APPLICATIONS, { tags: [['a']] }, 'tags', false],
  ['objects in a list in a list', APPLICATIONS, { appRoles: [[{ value: 'a' }]] }, 'appRoles', false],
  [
    'a list for a parameter',
    place('/applications/{id}/addPassword'),
    { passwordCredential: [{}] },
    'passwordCredential',
    false,
  ],
  ['a list in place of text', APPLICATIONS, { displayName: ['x'] }, 'displayName', false],
  ['text in place of an object', APPLICATIONS, { web: 'x' }, 'web', false],
  [
    'null where nothing may be',
    place('/identity/conditionalAccess/policies'),
    { displayName: null },
    'displayName',
    false,
  ],
  ['another value', place('/identity/conditionalAccess/policies'), { state: 'on' }, 'state', false],
  [
    'another value in a list',
    place('/identity/conditionalAccess/policies'),
    { grantControls: { builtInControls: ['captcha'] } },
    'grantControls.builtInControls',
    false,
  ],
  ['a parameter of another action', place('/applications/{id}/addPassword'), { keyId: 'x' }, 'keyId', true],
  ['a type of attribute', place('/identity/userFlowAttributes'), { dataType: 'float' }, 'dataType', false],
  [
    'an input of beta',
    place('/identity/b2cUserFlows/{id}/userAttributeAssignments', 'beta'),
    { userInputType: 'slider' },
    'userInputType',
    false,
  ],
])('refuses %s', (...[, at, body, property, isUnknown]) => {
  const misfits = misfitsInBody(at, body);
  expect(misfits).toEqual([expect.objectContaining({ at: property, isUnknown })]);
});

test.each([
  ['null for a list', APPLICATIONS, { identifierUris: null }],
  ['null for what may be', APPLICATIONS, { web: null, notes: null }],
  [
    'an annotation, and a reference',
    place('/groups'),
    { '@odata.type': '#microsoft.graph.group', 'owners@odata.bind': ['x'] },
  ],
  [
    'a property of the type that the object says it is of',
    place('/identity/identityProviders'),
    { '@odata.type': 'microsoft.graph.socialIdentityProvider', clientId: 'x' },
  ],
  [
    'values in any case, several with commas',
    place('/servicePrincipals/{id}/synchronization/jobs/{job}/restart'),
    { criteria: { resetScope: 'full, Escrows' } },
  ],
  [
    'a list put as a whole',
    place('/servicePrincipals/{id}/synchronization/secrets'),
    { value: [{ key: 'SyncAll', value: 'false' }] },
  ],
])('takes %s', (_what, at, body) => {
  expect(misfitsInBody(at, body)).toEqual([]);
});
