import type { Directory } from '../../../../src/clouds/graph/directory';
import { readTrust } from '../../../../src/clouds/graph/read-trust';
import { known } from '../../../../src/clouds/reading';
import { objectId } from '../../../support/ids';

test('a consent of people is told from one for everybody', async () => {
  const [principal, other] = [objectId('principal'), objectId('other')];
  const grants = [
    { clientId: principal, resourceId: other, scope: 'Mail.Read', consentType: 'Principal' },
    { clientId: other, resourceId: principal, scope: 'user', consentType: 'AllPrincipals' },
    { clientId: other, resourceId: principal, scope: 'user', consentType: 'Principal' },
  ];
  const graph = {
    send: () => Promise.resolve({}),
    find: () => Promise.resolve(undefined),
    list: (path: string, options?: { readonly query: { readonly $filter: string } }) => {
      const [side, , id] = options?.query.$filter.split(' ') ?? [];
      const isOf = (grant: object): boolean => `'${String(Reflect.get(grant, side ?? ''))}'` === id;
      return Promise.resolve(path.endsWith('/oauth2PermissionGrants') ? grants.filter(isOf) : []);
    },
  };
  const trust = await readTrust(
    { context: { graph } } as unknown as Directory,
    { objectId: objectId('application'), servicePrincipalId: principal },
    async (_, task) => known(await task()),
  );
  const client = { servicePrincipalId: other, name: other, scopes: ['user'] };
  expect(trust.grants).toEqual(
    known({
      own: [{ resourceId: other, resourceAppId: undefined, resource: other, value: 'Mail.Read', isPersonal: true }],
      clients: [client, { ...client, isPersonal: true }],
    }),
  );
});
