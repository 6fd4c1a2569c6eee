import { findObject, isSought, type Objects } from '../../../../src/clouds/facts/found-objects';
import type { RoleAssignment } from '../../../../src/clouds/facts/workforce-facts';
import { clientId, objectId } from '../../../support/ids';
import { foundApplication } from '../../../support/found-application';

const none = () => undefined;
const application = foundApplication({
  ...{ objectId: objectId('app'), appId: clientId('client'), servicePrincipalId: objectId('sp') },
  ...{ identifierUris: ['api://one', 'api://two'], redirectUris: ['https://one.example.com'] },
});
const assignment = (id: string, principal: string, roleId: string): RoleAssignment => ({
  ...{ id, principalType: 'Group', principalId: objectId(principal), principalName: principal, roleId },
});

/** A directory with one of each; whatever is asked of another object has no answer. */
const directory: Objects = {
  named: { group: none, application: none, fromTemplate: none, conditionalAccess: none, claimsPolicy: none },
  hasGroup: (id) => id === 'group',
  application: (id) => (id === 'app' ? application : undefined),
  principal: (id) => (id === 'client' ? 'sp' : undefined),
  members: (id) => (id === 'group' ? ['inner'] : []),
  credentials: (id) => (id === 'app' ? [{ id: 'credential', name: 'aws' }] : []),
  assignments: (id) =>
    id === 'sp' ? [assignment('reader', 'group', 'read'), assignment('user', 'group', 'role')] : [],
  claims: (id) => (id === 'sp' ? [{ id: objectId('policy') }] : []),
  jobs: (id) => (id === 'sp' ? [{ id: 'job', templateId: 'aws' }] : []),
  hasToken: (id) => id === 'sp',
  grants: (id) => (id === 'sp' ? [{ id: 'grant', clientId: objectId('sp'), resourceId: objectId('graph') }] : []),
};

const SP = '/servicePrincipals/sp';
const APP = '/applications/app';

// Ids: pages of terraform-provider-azuread, section Import.
test.each([
  ['groupMember:GroupMember', { groupObjectId: 'group', memberObjectId: 'inner' }, 'group/member/inner'],
  [
    'applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential',
    { applicationId: APP, displayName: 'aws' },
    'app/federatedIdentityCredential/credential',
  ],
  [
    'applicationIdentifierUri:ApplicationIdentifierUri',
    { applicationId: APP, identifierUri: 'api://two' },
    `${APP}/identifierUris/${Buffer.from('api://two').toString('base64')}`,
  ],
  ['applicationRedirectUris:ApplicationRedirectUris', { applicationId: APP, type: 'Web' }, `${APP}/redirectUris/Web`],
  ['servicePrincipal:ServicePrincipal', { clientId: 'client' }, SP],
  [
    'appRoleAssignment:AppRoleAssignment',
    { resourceObjectId: 'sp', principalObjectId: 'group', appRoleId: 'role' },
    `${SP}/appRoleAssignedTo/user`,
  ],
  [
    'servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment',
    { servicePrincipalId: SP, claimsMappingPolicyId: '/policies/claimsMappingPolicies/policy' },
    `${SP}/claimsMappingPolicies/policy`,
  ],
  ['synchronizationSecret:SynchronizationSecret', { servicePrincipalId: SP }, SP],
  [
    'synchronizationJob:SynchronizationJob',
    { servicePrincipalId: SP, templateId: 'aws' },
    `${SP}/synchronization/jobs/job`,
  ],
  [
    'servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant',
    { servicePrincipalObjectId: 'sp', resourceServicePrincipalObjectId: 'graph' },
    '/oauth2PermissionGrants/grant',
  ],
])('azuread takes over %s by its id, and nothing without each input that identifies it', async (name, inputs, id) => {
  const type = `azuread:index/${name}`;
  expect((await findObject(type, inputs, directory))?.id).toBe(id);
  for (const key of Object.keys(inputs).filter((one) => one !== 'appRoleId')) {
    expect(await findObject(type, { ...inputs, [key]: undefined }, directory)).toBeUndefined();
    expect(await findObject(type, { ...inputs, [key]: 'another' }, directory)).toBeUndefined();
  }
});

test('a lookup has the path of the application, from which ids of its parts come', async () => {
  const lookup = await findObject('azuread:index/getApplication:getApplication', { objectId: 'app' }, directory);
  expect(lookup?.outputs).toEqual({ id: APP, objectId: 'app', clientId: 'client' });
});

test('a role that only the deployment knows is any role of the principal', async () => {
  const inputs = { resourceObjectId: 'sp', principalObjectId: 'group' };
  const one = await findObject('azuread:index/appRoleAssignment:AppRoleAssignment', inputs, directory);
  expect(one?.id).toBe(`${SP}/appRoleAssignedTo/reader`);
});

test('a client secret is looked for by nothing, and so made again', async () => {
  const type = 'azuread:index/applicationPassword:ApplicationPassword';
  expect(isSought(type)).toBe(false);
  expect(await findObject(type, { applicationId: APP }, directory)).toBeUndefined();
});
