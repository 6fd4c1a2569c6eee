import type { OrganizationFile } from '../../../../src/estate/source/organization';
import { SNAPSHOT_ACTIONS } from '../../../../src/estate/sections/access/snapshot-actions';
import { type AwsSource, createIdentityCenterClients } from '../../../../src/clouds/aws/aws-clients';
import { readSnapshot } from '../../../../src/clouds/aws/organization/read-snapshot';
import { serializeOrganization } from '../../../../src/clouds/aws/organization/compare-snapshot';
import type { FakeAws } from './fake-aws';
import { startFakeAws } from './fake-aws';
import { INSTANCE, SAMPLE, withAccount } from '../../../support/clouds/organization/sample-organization';

const saved = { ...process.env };
let aws: FakeAws;
let progress: string[];

async function start(world: OrganizationFile = SAMPLE): Promise<void> {
  aws = await startFakeAws(world);
  Object.assign(process.env, aws.env);
}

function source(concurrency = 5): AwsSource {
  return createIdentityCenterClients({ concurrency, onProgress: (text) => progress.push(text) });
}

beforeEach(() => {
  progress = [];
});

afterEach(async () => {
  process.env = { ...saved };
  await aws.stop();
});

test('reads page by page what the file holds', async () => {
  await start();
  expect(serializeOrganization(await readSnapshot(source()))).toBe(serializeOrganization(SAMPLE));
});

test('keeps tags whose keys every object has', async () => {
  const tags = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((key) => [key, `of ${key}`]));
  await start(withAccount('100000000003', { tags }));
  const { accounts } = await readSnapshot(source());
  const read = Object.entries(accounts.find(({ id }) => id === '100000000003')?.tags ?? {});
  expect(new Map(read)).toEqual(new Map(Object.entries(tags)));
});

test('makes only the calls that the advice on permissions lists', async () => {
  await start();
  await readSnapshot(source());
  const operations = SNAPSHOT_ACTIONS.map((action) => action.replace(/^.*:/, ''));
  expect([...new Set(aws.calls)].toSorted()).toEqual(operations.toSorted());
});

test('tells how far it is', async () => {
  await start();
  await readSnapshot(source());
  expect(progress).toEqual([
    '2 OUs, 1 accounts',
    '3 OUs, 3 accounts',
    '3 OUs, 4 accounts',
    'tags of 1 of 4 accounts',
    'tags of 2 of 4 accounts',
    'tags of 3 of 4 accounts',
    'tags of 4 of 4 accounts',
    '2 groups',
  ]);
});

test('goes on after an empty page that has a token', async () => {
  await start();
  aws.answerNext('ListGroups', { Groups: [], NextToken: '0' });
  expect((await readSnapshot(source())).groups).toHaveLength(2);
});

test('reads Status where AWS answers no State', async () => {
  await start({
    ...SAMPLE,
    accounts: SAMPLE.accounts.filter((account) => account.parentId !== SAMPLE.organization.rootId),
  });
  const management = { Id: '100000000001', Name: 'management', Email: 'm@example.com', Status: 'PENDING_CLOSURE' };
  aws.answerNext('ListAccountsForParent', { Accounts: [management] });
  aws.answerNext('ListAccounts', { Accounts: [management], NextToken: '0' });
  const { accounts } = await readSnapshot(source());
  expect(accounts.find(({ id }) => id === '100000000001')?.state).toBe('PENDING_CLOSURE');
});

test('takes the primary Region of an instance that has several', async () => {
  await start();
  const instance = { InstanceArn: INSTANCE, IdentityStoreId: 'd-1234567890', PrimaryRegion: 'us-east-1' };
  aws.answerNext('ListInstances', { Instances: [instance] });
  expect((await readSnapshot(source())).identityCenter.region).toBe('us-east-1');
});

test('leaves out the delegated administrator where none is registered', async () => {
  await start();
  aws.answerNext('ListDelegatedAdministrators', { DelegatedAdministrators: [] });
  expect((await readSnapshot(source())).identityCenter).not.toHaveProperty('delegatedAdministrator');
});

test('waits and asks again where AWS throttles', async () => {
  await start();
  const throttled = { error: 'TooManyRequestsException', message: 'Rate exceeded' };
  aws.answerNext('ListTagsForResource', throttled, throttled, throttled);
  await expect(readSnapshot(source())).resolves.toEqual(expect.objectContaining({ version: 1 }));
});

test.each([1, 5, 20])('has %i calls under way at once, and never more', async (concurrency) => {
  const accounts = Array.from({ length: 40 }, (_, index) => ({
    ...SAMPLE.accounts[0],
    id: String(200_000_000_000 + index),
  })) as OrganizationFile['accounts'];
  await start({ ...SAMPLE, accounts });
  aws.answerTogether('ListTagsForResource', concurrency);
  await readSnapshot(source(concurrency));
  expect(aws.mostInFlight()).toBe(concurrency);
});

test('refuses a snapshot without an account that moved meanwhile', async () => {
  await start();
  aws.answerNext('ListAccountsForParent', { Accounts: [] });
  await expect(readSnapshot(source())).rejects.toThrow(
    'The organization changed while it was read (account 100000000001 was moved, added or removed).\n' +
      '  What to do: run this again when no account is being moved',
  );
});

test('refuses a snapshot with an account that was met twice', async () => {
  await start();
  const shop = { Id: '100000000003', Name: 'shop', Email: 's@example.com', State: 'ACTIVE' };
  aws.answerNext('ListAccountsForParent', { Accounts: [shop], NextToken: '0' });
  await expect(readSnapshot(source())).rejects.toThrow('account 100000000003 was moved, added or removed');
});

test('says which account could not be read', async () => {
  await start({ ...SAMPLE, accounts: SAMPLE.accounts.slice(2, 3) });
  aws.answerNext('ListTagsForResource', { error: 'AccessDeniedException', message: 'explicit deny' });
  await expect(readSnapshot(source())).rejects.toThrow(
    'Reading the tags of account 100000000003 ("shop") failed.\n' +
      '  organizations:ListTagsForResource: AccessDeniedException: explicit deny',
  );
});

test('refuses a state that the file has no place for', async () => {
  await start();
  const account = { Id: '100000000001', Name: 'management', Email: 'm@example.com', State: 'FROZEN' };
  aws.answerNext('ListAccountsForParent', { Accounts: [account] });
  await expect(readSnapshot(source())).rejects.toThrow(
    'organization.json does not support these values from AWS:\n' +
      '  accounts[0].state: "FROZEN" is not one of the allowed values ' +
      '(PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED)\n' +
      '  What to do: update entra-aws-identity; nothing was written',
  );
});
