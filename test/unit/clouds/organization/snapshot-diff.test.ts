import fc from 'fast-check';
import type { OrganizationFile } from '../../../../src/estate/source/organization';
import { diffSnapshots, formatChange, formatChanges } from '../../../../src/clouds/aws/organization/snapshot-diff';
import { serializeOrganization } from '../../../../src/clouds/aws/organization/compare-snapshot';
import {
  INSTANCE,
  PROD,
  ROOT,
  SAMPLE,
  SANDBOX,
  withAccount,
  withUnit,
  WORKLOADS,
} from '../../../support/clouds/organization/sample-organization';
import { accountId, principalId } from '../../../support/ids';

const changesTo = (after: OrganizationFile): readonly string[] => diffSnapshots(SAMPLE, after).map(formatChange);
const changesFrom = (before: OrganizationFile): readonly string[] => diffSnapshots(before, SAMPLE).map(formatChange);

const added: OrganizationFile = {
  ...SAMPLE,
  organizationalUnits: [...SAMPLE.organizationalUnits, { id: 'ou-root-aaaaaaaa', name: 'Labs', parentId: SANDBOX }],
  accounts: [
    ...SAMPLE.accounts,
    { id: accountId('100000000005'), name: 'lab', email: 'l@example.com', state: 'ACTIVE', parentId: PROD, tags: {} },
  ],
  groups: [...SAMPLE.groups, { id: principalId('33333333-3333-4333-8333-333333333333'), displayName: 'aws-billing' }],
};

test('finds nothing between a snapshot and itself', () => {
  expect(diffSnapshots(SAMPLE, SAMPLE)).toEqual([]);
});

test('finds nothing where only the order differs', () => {
  const reversed = { ...SAMPLE, accounts: SAMPLE.accounts.toReversed(), groups: SAMPLE.groups.toReversed() };
  expect(diffSnapshots(SAMPLE, reversed)).toEqual([]);
});

test('tells what is new, with its place in the tree', () => {
  expect(changesTo(added)).toEqual([
    '+ OU ou-root-aaaaaaaa "Labs" in /Sandbox',
    '+ account 100000000005 "lab" in /Workloads/Prod',
    '+ group 33333333-3333-4333-8333-333333333333 "aws-billing"',
  ]);
});

test('tells what is gone, with the place where it was', () => {
  expect(changesFrom(added)).toEqual([
    '- OU ou-root-aaaaaaaa "Labs" in /Sandbox',
    '- account 100000000005 "lab" in /Workloads/Prod',
    '- group 33333333-3333-4333-8333-333333333333 "aws-billing"',
  ]);
});

test('tells of tags whose keys every object has', () => {
  const tags = JSON.parse('{ "__proto__": "a", "constructor": "b" }') as Record<string, string>;
  const tagged = withAccount('100000000003', { tags });
  expect(changesTo(tagged)).toMatchInlineSnapshot(`
    [
      "~ account 100000000003 "shop": tag "__proto__" (none) -> "a"",
      "~ account 100000000003 "shop": tag "constructor" (none) -> "b"",
      "~ account 100000000003 "shop": tag "env" "prod" -> (none)",
      "~ account 100000000003 "shop": tag "team" "shop" -> (none)",
    ]
  `);
  expect(diffSnapshots(tagged, tagged)).toEqual([]);
});

test.each([
  ['renamed', withAccount('100000000003', { name: 'store' }), 'account 100000000003 "store": renamed from "shop"'],
  [
    'moved to another OU',
    withAccount('100000000003', { parentId: SANDBOX }),
    'account 100000000003 "shop": moved "/Workloads/Prod" -> "/Sandbox"',
  ],
  [
    'moved to the root',
    withAccount('100000000003', { parentId: ROOT }),
    'account 100000000003 "shop": moved "/Workloads/Prod" -> "/"',
  ],
  [
    'suspended',
    withAccount('100000000003', { state: 'SUSPENDED' }),
    'account 100000000003 "shop": state "ACTIVE" -> "SUSPENDED"',
  ],
  [
    'given another e-mail address',
    withAccount('100000000003', { email: 's@example.com' }),
    'account 100000000003 "shop": e-mail "shop@example.com" -> "s@example.com"',
  ],
])('tells that an account was %s', (_, after, line) => {
  expect(changesTo(after)).toEqual([`~ ${line}`]);
});

test('tells each tag that was added, removed or altered', () => {
  expect(changesTo(withAccount('100000000003', { tags: { env: 'test', owner: 'ann' } }))).toEqual([
    '~ account 100000000003 "shop": tag "env" "prod" -> "test"',
    '~ account 100000000003 "shop": tag "owner" (none) -> "ann"',
    '~ account 100000000003 "shop": tag "team" "shop" -> (none)',
  ]);
});

test('tells that an OU was renamed, and not that its accounts moved', () => {
  expect(changesTo(withUnit(PROD, { name: 'Production' }))).toEqual([
    '~ OU ou-root-prod0000 "Production": renamed from "Prod"',
  ]);
});

test('tells that an OU was moved', () => {
  expect(changesTo(withUnit(PROD, { parentId: SANDBOX }))).toEqual([
    '~ OU ou-root-prod0000 "Prod": moved "/Workloads" -> "/Sandbox"',
  ]);
});

test('tells an OU that was made again under the same name by its ids', () => {
  const id = 'ou-root-again000';
  const after = {
    ...withAccount('100000000004', { parentId: id }),
    organizationalUnits: SAMPLE.organizationalUnits.map((unit) => (unit.id === SANDBOX ? { ...unit, id } : unit)),
  };
  expect(changesTo(after)).toEqual([
    '+ OU ou-root-again000 "Sandbox" in /',
    '- OU ou-root-sandbox0 "Sandbox" in /',
    '~ account 100000000004 "old": moved "/Sandbox (ou-root-sandbox0)" -> "/Sandbox (ou-root-again000)"',
  ]);
});

test('tells that a group was renamed', () => {
  const groups = SAMPLE.groups.map((group) => ({ ...group, displayName: `${group.displayName}-2` }));
  expect(changesTo({ ...SAMPLE, groups })).toEqual([
    '~ group 11111111-1111-4111-8111-111111111111 "aws-admins-2": renamed from "aws-admins"',
    '~ group 22222222-2222-4222-8222-222222222222 "aws-readers-2": renamed from "aws-readers"',
  ]);
});

test('tells that the instance changed and the delegated administrator is gone', () => {
  const { delegatedAdministrator, ...rest } = SAMPLE.identityCenter;
  const after = { ...SAMPLE, identityCenter: { ...rest, instanceArn: INSTANCE.replace('1234', '9999') } };
  expect(changesTo(after)).toEqual([
    `~ IAM Identity Center instanceArn: "${INSTANCE}" -> "${INSTANCE.replace('1234', '9999')}"`,
    `~ IAM Identity Center delegatedAdministrator: "${String(delegatedAdministrator)}" -> (none)`,
  ]);
});

test('keeps a name with a line break on one line', () => {
  const groups = SAMPLE.groups.map((group) => ({ ...group, displayName: 'a\n- group b' }));
  expect(
    changesTo({ ...SAMPLE, groups })
      .join('')
      .includes('\n'),
  ).toBe(false);
});

test('shows the id of a parent that the file of old does not have', () => {
  const before = withAccount('100000000003', { parentId: 'ou-root-missing0' });
  expect(changesFrom(before)).toEqual(['~ account 100000000003 "shop": moved "ou-root-missing0" -> "/Workloads/Prod"']);
});

test('counts the changes in the heading', () => {
  expect(formatChanges(diffSnapshots(SAMPLE, withAccount('100000000003', { tags: {} })))).toBe(
    '2 changes:\n' +
      '  ~ account 100000000003 "shop": tag "env" "prod" -> (none)\n' +
      '  ~ account 100000000003 "shop": tag "team" "shop" -> (none)\n',
  );
});

const tags = fc.dictionary(fc.constantFrom('a', 'b', '1', '10'), fc.constantFrom('', 'x', 'y'));
const snapshots = fc
  .record({
    state: fc.constantFrom('ACTIVE' as const, 'CLOSED' as const),
    parentId: fc.constantFrom(ROOT, PROD, WORKLOADS),
    name: fc.constantFrom('a', 'b'),
    tags,
    groups: fc.subarray(SAMPLE.groups),
    units: fc.subarray(SAMPLE.organizationalUnits),
    delegated: fc.constantFrom(undefined, '100000000002'),
  })
  .map(({ groups, units, delegated, ...changes }): OrganizationFile => {
    const { instanceArn, identityStoreId, region } = SAMPLE.identityCenter;
    return {
      ...withAccount('100000000003', changes),
      groups,
      organizationalUnits: units,
      identityCenter: {
        instanceArn,
        identityStoreId,
        region,
        ...(delegated === undefined ? {} : { delegatedAdministrator: accountId(delegated) }),
      },
    };
  });

test('finds no change exactly where both have the same text', () => {
  fc.assert(
    fc.property(snapshots, snapshots, (before, after) => {
      const same = serializeOrganization(before) === serializeOrganization(after);
      expect(diffSnapshots(before, after).length === 0).toBe(same);
    }),
  );
});

test('a name with characters that are not seen stays one line that shows them', () => {
  const [change = ''] = changesTo(withAccount('100000000003', { name: 'store\u202e\u200b\u2028' }));
  expect(change).toBe('~ account 100000000003 "store\\u202e\\u200b\\u2028": renamed from "shop"');
});
