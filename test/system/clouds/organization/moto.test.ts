import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import { MoveAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OrganizationFile } from '../../../../src/estate/source/organization';
import { buildOuTree } from '../../../../src/estate/source/ou-tree';
import { findUserId, readMemberships } from '../../../../src/clouds/aws/read-identity-store';
import type { Moto } from '../../../support/moto';
import { startMoto } from '../../../support/moto';
import { describeWithPython } from '../../../support/python';
import type { AccountSpec, SeededOrganization } from '../../../support/seed-organization';
import { seedOrganization } from '../../../support/seed-organization';
import type { Estates, Finished } from './run-snapshot';
import { finish, killGroup, makeEstates, runSnapshot, startSnapshot } from './run-snapshot';
import { INSTANCE } from '../../../support/clouds/organization/sample-organization';

const UNITS = [
  'Workloads',
  'Workloads/Retail',
  'Workloads/Retail/Europe',
  'Workloads/Retail/Europe/Prod',
  'Workloads/Retail/Europe/Prod/Payments',
  'Sandbox',
  'Sandbox/Prod',
];
const GROUPS = Array.from({ length: 120 }, (_, index) => ({ displayName: `aws-group-${String(index)}` }));

/** With the management account, 300. */
const ACCOUNTS: readonly AccountSpec[] = Array.from({ length: 299 }, (_, index) => ({
  name: `account ${String(index)}`,
  ou: ['', ...UNITS][index % 8] ?? '',
  suspended: index % 50 === 7,
  tags: index % 3 === 0 ? {} : { env: index % 3 === 1 ? 'prod' : 'test', 'cost-centre': String(index) },
}));

describeWithPython('snapshot of 300 accounts', () => {
  let moto: Moto;
  let seeded: SeededOrganization;
  let estates: Estates;

  const run = async (...args: readonly string[]): Promise<Finished> =>
    runSnapshot(['--estates', estates.root, '--estate', 'sandbox', ...args], moto.env);
  const bytes = (): string => readFileSync(estates.file, 'utf8');
  const known = (ids: ReadonlyMap<string, string>, name: string): string => ids.get(name) ?? `no '${name}'`;

  beforeAll(async () => {
    // The ids that moto makes up by itself are not of the form that AWS documents.
    moto = await startMoto({ identityCenter: { instanceArn: INSTANCE, identityStoreId: 'd-1234567890' } });
    seeded = await seedOrganization(moto, {
      organizationalUnits: UNITS,
      accounts: ACCOUNTS,
      groups: GROUPS,
      delegatedAdministrator: 'account 1',
    });
  });

  afterAll(async () => {
    await moto.stop();
  });

  beforeEach(async () => {
    estates = makeEstates();
    await moto.resetCalls();
  });

  afterEach(async () => {
    await moto.clearFaults();
    estates.remove();
  });

  test('holds every account with its OU, state and tags', async () => {
    expect(await run()).toMatchObject({ code: 0, stderr: '' });
    const file = OrganizationFile.parse(JSON.parse(bytes()));
    const { byId } = buildOuTree(file.organization.rootId, file.organizationalUnits);
    const found = file.accounts
      .filter(({ id }) => id !== seeded.managementAccountId)
      .map(({ name, state, tags, parentId }) => ({ name, state, tags, ou: byId.get(parentId)?.path }));
    expect(new Set(found)).toEqual(
      new Set(
        ACCOUNTS.map(({ name, suspended, tags, ou }) => ({
          name,
          state: suspended ? 'CLOSED' : 'ACTIVE',
          tags,
          ou: `/${String(ou)}`,
        })),
      ),
    );
  });

  test('holds the instance, the delegated administrator and every group', async () => {
    await run();
    const file = OrganizationFile.parse(JSON.parse(bytes()));
    expect(file.identityCenter).toEqual({
      instanceArn: seeded.instanceArn,
      identityStoreId: seeded.identityStoreId,
      region: moto.region,
      delegatedAdministrator: known(seeded.accountIds, 'account 1'),
    });
    expect(new Map(file.groups.map(({ id, displayName }) => [displayName, id]))).toEqual(seeded.groupIds);
  });

  test('asks once an account for tags, once a page for the rest, and has five calls under way at most', async () => {
    await moto.orderFault({ service: 'organizations', operation: 'ListTagsForResource', delayMs: 20 });
    await run();
    const { operations, maxInFlight } = await moto.calls();
    expect(operations).toMatchObject({
      'organizations:ListTagsForResource': { count: 300, maxInFlight: 5 },
      'organizations:ListAccounts': { count: 15 },
      'organizations:ListOrganizationalUnitsForParent': { count: UNITS.length + 1 },
      'identitystore:ListGroups': { count: 2 },
    });
    expect(maxInFlight['organizations']).toBe(5);
  });

  test('writes the same bytes each time, whatever the concurrency, the throttling and the empty pages', async () => {
    await run('--concurrency', '1');
    const first = bytes();
    estates.remove();
    estates = makeEstates();
    const service = 'organizations';
    await moto.orderFault({ service, operation: 'ListTagsForResource', throttle: 16 });
    await moto.orderFault({ service, operation: 'ListAccountsForParent', throttle: 3, emptyPages: 2 });
    await moto.orderFault({ service: 'identitystore', operation: 'ListGroups', throttle: 2, emptyPages: 1 });
    await moto.orderFault({ service: 'sso-admin', operation: 'ListInstances', throttle: 1 });
    await moto.resetCalls();
    expect(await run('--concurrency', '8')).toMatchObject({ code: 0, stderr: '' });
    expect(bytes()).toBe(first);
    const { operations, maxInFlight } = await moto.calls();
    expect(operations['organizations:ListTagsForResource']?.count).toBe(316);
    expect(maxInFlight['organizations']).toBeLessThanOrEqual(8);
  });

  test('a kill while it reads leaves the file as it was', async () => {
    await run();
    const before = bytes();
    await moto.orderFault({ service: 'organizations', operation: 'ListTagsForResource', delayMs: 2000 });
    await moto.resetCalls();
    const child = startSnapshot(['--estates', estates.root], moto.env);
    const finished = finish(child);
    while ((await moto.calls()).operations['organizations:ListTagsForResource'] === undefined);
    killGroup(child);
    await finished;
    expect(bytes()).toBe(before);
    expect(readdirSync(dirname(estates.file)).toSorted()).toEqual(['estate.yaml', 'organization.json']);
  });

  test('--check says fresh, and stale with the changes after an account moved and a group came', async () => {
    await run();
    const before = bytes();
    expect(await run('--check')).toMatchObject({ code: 0, stderr: '' });
    const ids = await changeOrganization();
    expect(await run('--check')).toEqual({
      code: 1,
      stdout:
        '2 changes:\n' +
        `  ~ account ${ids.account} "account 6": moved "/Sandbox" -> "/Workloads/Retail/Europe/Prod/Payments"\n` +
        `  + group ${ids.group} "aws-newcomers"\n` +
        `${estates.file} is stale; run npx --no entra-aws snapshot to update it\n`,
      stderr: '',
    });
    expect(bytes()).toBe(before);
  });

  test('reads the groups of a user by the name of the user', async () => {
    const store = new IdentitystoreClient(moto.client);
    const { identityStoreId: IdentityStoreId } = seeded;
    const Name = { GivenName: 'Ann', FamilyName: 'Lee' };
    const { UserId } = await store.send(
      new CreateUserCommand({ IdentityStoreId, UserName: 'ann@example.com', DisplayName: 'Ann', Name }),
    );
    const GroupId = known(seeded.groupIds, 'aws-group-3');
    await store.send(
      new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: String(UserId) } }),
    );
    const source = { identityStore: store, identityStoreId: IdentityStoreId };
    const found = await findUserId(source, 'ann@example.com');
    expect(found).toBe(UserId);
    expect(await readMemberships(source, found)).toEqual([GroupId]);
    await expect(findUserId(source, 'bob@example.com')).rejects.toThrow(/^Reading the user "bob@example\.com" failed/);
  });

  async function changeOrganization(): Promise<{ readonly account: string; readonly group: string }> {
    const account = known(seeded.accountIds, 'account 6');
    const organizations = new OrganizationsClient(moto.client);
    await organizations.send(
      new MoveAccountCommand({
        AccountId: account,
        SourceParentId: known(seeded.unitIds, 'Sandbox'),
        DestinationParentId: known(seeded.unitIds, 'Workloads/Retail/Europe/Prod/Payments'),
      }),
    );
    const store = new IdentitystoreClient(moto.client);
    const { GroupId } = await store.send(
      new CreateGroupCommand({ IdentityStoreId: seeded.identityStoreId, DisplayName: 'aws-newcomers' }),
    );
    return { account, group: String(GroupId) };
  }
});
