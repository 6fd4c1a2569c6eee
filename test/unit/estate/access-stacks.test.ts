import { type AccessStack, isEmpty } from '../../../src/estate/sections/access/plan/access-plan';
import type { OrganizationSpec } from '../../support/estate-files';
import { MANAGEMENT, planOf, principalId } from '../../support/estate-files';

const organization: OrganizationSpec = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }, { id: '100000000002', name: 'security' }],
  groups: ['Developers', 'Auditors'],
  delegatedAdministrator: '100000000002',
};

function stacksOf(deployFrom: string, files: Readonly<Record<string, string>> = {}): readonly AccessStack[] {
  const estate = `workforce: { groups: [{ name: Pending }] }
access:
  deployFrom: ${deployFrom}
  attributes: [{ key: a, source: '\${path:title}' }]
  permissionSets: [{ name: Unused }, { name: OrgBilling }, { name: Admin }]
  grants:
    - { group: Developers, permissionSets: [Admin], accounts: { include: [{ all: true }] } }
    - { group: Pending, permissionSets: [Admin], accounts: { include: [{ all: true }] } }
    - { group: Auditors, permissionSets: [OrgBilling], accounts: { include: [{ name: management }] } }
`;
  return planOf(estate, organization, files).access?.stacks ?? [];
}

const summary = (stack: AccessStack): unknown => ({
  role: stack.role,
  account: stack.account,
  sets: stack.permissionSets.map((set) => set.name),
  attributes: stack.attributes.map((attribute) => attribute.key),
  shards: stack.shards.map(({ number, assignments }) => [number, assignments.map((placed) => placed.key)]),
});

const developer = principalId(0);
const auditor = principalId(1);

test('from the management account one stack deploys everything', () => {
  expect(stacksOf('management').map(summary)).toEqual([
    {
      role: 'access',
      account: '100000000000',
      sets: ['Admin', 'OrgBilling', 'Unused'],
      attributes: ['a'],
      shards: [
        [
          1,
          [`100000000000/OrgBilling/${auditor}`, `100000000001/Admin/${developer}`, `100000000002/Admin/${developer}`],
        ],
      ],
    },
  ]);
});

test('from a delegated administrator, sets of the management account form a stack of their own', () => {
  expect(stacksOf('delegated-admin').map(summary)).toEqual([
    {
      role: 'access',
      account: '100000000002',
      sets: ['Admin', 'Unused'],
      attributes: ['a'],
      shards: [[1, [`100000000001/Admin/${developer}`, `100000000002/Admin/${developer}`]]],
    },
    {
      role: 'management',
      account: '100000000000',
      sets: ['OrgBilling'],
      attributes: [],
      shards: [[1, [`100000000000/OrgBilling/${auditor}`]]],
    },
  ]);
});

test('without a grant in the management account the second stack is empty, so that what it held is taken away', () => {
  const estate = `access:
  deployFrom: delegated-admin
  permissionSets: [{ name: Admin }]
  grants:
    - { group: Developers, permissionSets: [Admin], accounts: { include: [{ all: true }] } }
`;
  const stacks = planOf(estate, organization).access?.stacks ?? [];
  expect(stacks.map((stack) => [stack.role, isEmpty(stack)])).toEqual([
    ['access', false],
    ['management', true],
  ]);
});

test('the lock decides in which shard an assignment is, each stack for itself', () => {
  const lock = JSON.stringify({
    version: 2,
    stacks: {
      access: [`100000000001/Admin/${developer} 7.1`],
      management: [`100000000000/OrgBilling/${auditor} 3.1`],
    },
  });
  const shards = stacksOf('delegated-admin', { 'placement.lock.json': lock }).map((stack) =>
    stack.shards.map((shard) => [shard.number, shard.assignments.length]),
  );
  expect(shards).toEqual([
    [
      [1, 1],
      [7, 1],
    ],
    [[3, 1]],
  ]);
});

test('every stack has the Region of Identity Center', () => {
  expect(stacksOf('delegated-admin').map((stack) => stack.region)).toEqual(['eu-west-1', 'eu-west-1']);
});
