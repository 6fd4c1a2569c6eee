import {
  type DeclaredPowers,
  declaredPowers,
  undeclaredGrants,
  undeclaredOwners,
  undeclaredPowers,
  waysOfPowers,
} from '../../../../src/clouds/facts/ways-in';
import type { ApplicationPowers, Owner, Permission } from '../../../../src/clouds/facts/trust-facts';
import { clientId, objectId } from '../../../support/ids';

const GRAPH = clientId('00000003-0000-0000-c000-000000000000');
const of = (resourceAppId: typeof GRAPH, value: string): Permission => ({
  ...{ resourceId: objectId('resource'), resourceAppId, value },
  resource: 'Microsoft Graph',
});
const STRANGER = clientId('stranger');
const FEDERATED = {
  name: 'build',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:acme/identity:ref:refs/heads/main',
  audiences: ['api://AzureADTokenExchange'],
};
const powers = (more: Partial<ApplicationPowers>): ApplicationPowers => ({
  ...{ federated: [], secrets: [], keys: [], principalKeys: [], permissions: [], preAuthorized: [] },
  ...more,
});

test('a permission is declared, and a sign-in harmless, at Microsoft Graph alone, whatever another one is named', () => {
  const permissions = [of(GRAPH, 'User.Read.All'), of(STRANGER, 'User.Read.All')];
  expect(undeclaredPowers(powers({ permissions }), { permissions: ['User.Read.All'] }).permissions).toEqual([
    of(STRANGER, 'User.Read.All'),
  ]);
  const own = [of(GRAPH, 'openid'), of(STRANGER, 'openid')];
  expect(undeclaredGrants({ own, clients: [] }, {}).own).toEqual([of(STRANGER, 'openid')]);
});

test.each([
  ['issuer', { issuer: 'https://gitlab.example.com' }],
  ['subject', { subject: 'repo:stranger/identity:ref:refs/heads/main' }],
  ['audience', { audiences: ['api://stranger'] }],
])('a federated credential of another %s is neither the declared nor the accepted one', (_, other) => {
  const found = powers({ federated: [{ ...FEDERATED, ...other }] });
  const left = (declared: DeclaredPowers) => undeclaredPowers(found, declared).federated;
  expect(left({ federated: [FEDERATED] })).toHaveLength(1);
  expect(left({ accepted: waysOfPowers(powers({ federated: [FEDERATED] })).map(({ way }) => way) })).toHaveLength(1);
});

test('an only application that is an owner passes where the estate names no deployer, and no other', () => {
  const owner: Owner = {
    ...{ id: objectId('owner'), name: 'owner', clientId: STRANGER },
    ...{ ownsBoth: true, mayDeploy: false },
  };
  expect(undeclaredOwners([owner], { deployer: undefined })).toEqual([]);
  expect(undeclaredOwners([owner], { deployer: clientId('deployer') })).toEqual([owner]);
});

test('an application has no other scope or role of an API than the declared', () => {
  const [client, api] = [objectId('web'), objectId('api')];
  const declared = declaredPowers(client, [{ client, api, scopes: ['Read'], roles: ['Settle'] }]);
  const consent = (value: string): Permission => ({ ...of(STRANGER, value), resourceId: objectId('api') });
  const own = [consent('Read'), consent('Administer')];
  expect(undeclaredGrants({ own, clients: [] }, declared).own).toEqual([consent('Administer')]);
  const permissions = [consent('Settle'), consent('Read')];
  expect(undeclaredPowers(powers({ permissions }), declared).permissions).toEqual([consent('Read')]);
});
