import { IdentitystoreClient, ListGroupsCommand, paginateListGroups } from '@aws-sdk/client-identitystore';
import {
  CreateOrganizationalUnitCommand,
  ListAccountsCommand,
  ListDelegatedAdministratorsCommand,
  ListParentsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations';
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { clientIn } from '../../support/deploy-emergency';
import { startMoto, type Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { seedOrganization, type OrganizationSpec, type SeededOrganization } from '../../support/seed-organization';

const DEEP = 'Workloads/Prod/Europe/Retail/Shop';
const INSTANCE = { instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', identityStoreId: 'd-0123456789' };
const ACCOUNTS = 300;

const spec: OrganizationSpec = {
  organizationalUnits: Array.from({ length: 25 }, (_, index) => `Teams/Team${index}`),
  accounts: Array.from({ length: ACCOUNTS }, (_, index) => ({
    name: `account-${index}`,
    ou: index % 2 === 0 ? DEEP : 'Sandbox',
    tags: { stage: index % 2 === 0 ? 'prod' : 'test' },
    suspended: index === 7,
    ...(index === 8 && { id: '888888888888' }),
  })),
  groups: Array.from({ length: 120 }, (_, index) => ({ displayName: `group-${index}` })),
  management: { name: 'Acme', email: 'aws@acme.example' },
  delegatedAdministrator: 'account-3',
};

describeWithPython('an organization in moto', () => {
  let moto: Moto;
  let seeded: SeededOrganization;
  let organizations: OrganizationsClient;
  let groups: IdentitystoreClient;

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: INSTANCE });
    organizations = new OrganizationsClient({ ...moto.client, maxAttempts: 4 });
    groups = new IdentitystoreClient(moto.client);
    seeded = await seedOrganization(moto, spec);
  });

  afterAll(async () => {
    organizations.destroy();
    groups.destroy();
    await moto.stop();
  });

  afterEach(async () => {
    await moto.clearFaults();
    await moto.resetCalls();
  });

  const allAccountIds = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const page of paginateListAccounts({ client: organizations }, {})) {
      expect((page.Accounts ?? []).length).toBeLessThanOrEqual(20);
      ids.push(...(page.Accounts ?? []).map(({ Id }) => Id ?? ''));
    }
    return ids;
  };

  test('lists every account once, twenty a page', async () => {
    const ids = await allAccountIds();
    expect(new Set(ids)).toEqual(new Set([moto.accountId, ...seeded.accountIds.values()]));
    expect(ids).toHaveLength(ACCOUNTS + 1);
    expect((await moto.calls()).operations['organizations:ListAccounts']?.count).toBe(16);
  });

  test('an account has the id, name, state and tags of the spec', async () => {
    const accounts = [];
    for await (const page of paginateListAccounts({ client: organizations }, {}))
      accounts.push(...(page.Accounts ?? []));
    expect(accounts.find(({ Id }) => Id === moto.accountId)).toMatchObject({ Name: 'Acme', Email: 'aws@acme.example' });
    expect(accounts.find(({ Id }) => Id === '888888888888')).toMatchObject({ Name: 'account-8', State: 'ACTIVE' });
    expect(accounts.filter(({ Status }) => Status === 'SUSPENDED')).toMatchObject([
      { Name: 'account-7', State: 'CLOSED' },
    ]);
    const tags = await organizations.send(new ListTagsForResourceCommand({ ResourceId: '888888888888' }));
    expect(tags.Tags).toEqual([{ Key: 'stage', Value: 'prod' }]);
  });

  test('units nest, and their children come in pages', async () => {
    const below = async (path: string): Promise<number> => {
      const query = { ParentId: seeded.unitIds.get(path) };
      let count = 0;
      for await (const page of paginateListOrganizationalUnitsForParent({ client: organizations }, query)) {
        count += page.OrganizationalUnits?.length ?? 0;
      }
      return count;
    };
    expect([await below(''), await below('Teams'), await below('Workloads/Prod')]).toEqual([3, 25, 1]);
    const deep = { ParentId: seeded.unitIds.get(DEEP) };
    let accounts = 0;
    for await (const page of paginateListAccountsForParent({ client: organizations }, deep)) {
      accounts += page.Accounts?.length ?? 0;
    }
    expect(accounts).toBe(ACCOUNTS / 2);
    const { Parents } = await organizations.send(new ListParentsCommand({ ChildId: '888888888888' }));
    expect(Parents).toEqual([{ Id: seeded.unitIds.get(DEEP), Type: 'ORGANIZATIONAL_UNIT' }]);
  });

  test('the delegated administrator of Identity Center is found by its service', async () => {
    const command = new ListDelegatedAdministratorsCommand({ ServicePrincipal: 'sso.amazonaws.com' });
    const { DelegatedAdministrators } = await organizations.send(command);
    expect(DelegatedAdministrators?.map(({ Name }) => Name)).toEqual(['account-3']);
  });

  test('its delegated administrator reads accounts and groups as the management account does, and changes nothing', async () => {
    const delegate = seeded.accountIds.get('account-3');
    if (delegate === undefined) throw new Error('the organization has no account-3');
    const options = await clientIn(moto, delegate, moto.region);
    const [client, store] = [new OrganizationsClient(options), new IdentitystoreClient(options)];
    const { Accounts = [] } = await client.send(new ListAccountsCommand({}));
    const { Groups = [] } = await store.send(new ListGroupsCommand({ IdentityStoreId: seeded.identityStoreId }));
    const name = 'Made by a delegate';
    const made = client.send(new CreateOrganizationalUnitCommand({ Name: name, ParentId: seeded.unitIds.get('') }));
    await expect(made).rejects.toMatchObject({ name: 'AccessDeniedException' });
    client.destroy();
    store.destroy();
    expect([Accounts.length, Groups.length]).toEqual([20, 100]);
  });

  test('the instance is the pinned one, and its groups come in pages and without filters', async () => {
    const ssoAdmin = new SSOAdminClient(moto.client);
    const { Instances } = await ssoAdmin.send(new ListInstancesCommand({}));
    ssoAdmin.destroy();
    expect(Instances).toMatchObject([{ InstanceArn: INSTANCE.instanceArn, IdentityStoreId: INSTANCE.identityStoreId }]);
    const store = { IdentityStoreId: seeded.identityStoreId };
    const names = [];
    for await (const page of paginateListGroups({ client: groups }, store)) names.push(...(page.Groups ?? []));
    expect(new Set(names.map(({ DisplayName }) => DisplayName)).size).toBe(120);
    const Filters = [{ AttributePath: 'DisplayName', AttributeValue: 'group-1' }];
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- shows that the server refuses it as the service does
    const filtered = groups.send(new ListGroupsCommand({ ...store, Filters }));
    await expect(filtered).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('throttling is answered in the words of each service, and a client that retries gets through', async () => {
    await moto.orderFault({ service: 'organizations', operation: 'ListAccounts', throttle: 1 });
    await moto.orderFault({ service: 'identitystore', operation: 'ListGroups', throttle: 1 });
    const [once, store] = [{ ...moto.client, maxAttempts: 1 }, { IdentityStoreId: seeded.identityStoreId }];
    const noRetry = [
      new OrganizationsClient(once).send(new ListAccountsCommand({})),
      new IdentitystoreClient(once).send(new ListGroupsCommand(store)),
    ].map((sent) =>
      sent.then(
        () => 'answered',
        (error: unknown) => (error as Error).name,
      ),
    );
    expect(await Promise.all(noRetry)).toEqual(['TooManyRequestsException', 'ThrottlingException']);
    await moto.orderFault({ service: 'organizations', operation: 'ListAccounts', throttle: 2 });
    expect(await allAccountIds()).toHaveLength(ACCOUNTS + 1);
  });

  test('an empty page that is not the last loses no account', async () => {
    await moto.orderFault({ service: 'organizations', operation: 'ListAccounts', emptyPages: 2 });
    expect(await allAccountIds()).toHaveLength(ACCOUNTS + 1);
    expect((await moto.calls()).operations['organizations:ListAccounts']?.count).toBe(18);
  });

  test('counts the calls in flight', async () => {
    await moto.orderFault({ service: 'organizations', operation: '*', delayMs: 200 });
    const ids = [...seeded.accountIds.values()].slice(0, 5);
    const tags = ids.map((ResourceId) => organizations.send(new ListTagsForResourceCommand({ ResourceId })));
    await Promise.all([...tags, organizations.send(new ListAccountsCommand({}))]);
    const { operations, maxInFlight } = await moto.calls();
    expect(operations['organizations:ListTagsForResource']).toEqual({ count: 5, maxInFlight: 5 });
    expect(maxInFlight['organizations']).toBe(6);
  });

  test('refuses an order that no service would ever meet', async () => {
    const order = moto.orderFault({ service: 'organizations', operation: 'ListAcounts', throttle: 1 });
    await expect(order).rejects.toThrow('organizations has no operation ListAcounts');
  });
});
