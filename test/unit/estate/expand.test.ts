import type { EstatePlan } from '../../../src/estate/plan/planner';
import { formatPath } from '../../../src/text/values';
import type { AccountState } from '../../../src/estate/source/organization';
import { assigned, MANAGEMENT, planOf, report } from '../../support/estate-files';

const organization = {
  ous: ['/Workloads', '/Workloads/Production', '/Sandbox'],
  accounts: [
    { ...MANAGEMENT, tags: { env: 'prod' } },
    { id: '100000000001', name: 'prod-1', ou: '/Workloads/Production', tags: { env: 'prod' } },
    { id: '100000000002', name: 'prod-2', ou: '/Workloads/Production', tags: { env: 'prod' } },
    { id: '100000000003', name: 'test-1', ou: '/Workloads', tags: { env: 'test' } },
    { id: '100000000004', name: 'play', ou: '/Sandbox' },
    { id: '100000000005', name: 'closed', ou: '/Workloads', state: 'SUSPENDED' as const, tags: { env: 'test' } },
  ],
  groups: ['Developers', 'Auditors'],
};

function planFor(...grants: readonly string[]): EstatePlan {
  const list = grants.map((grant) => `    - { ${grant} }\n`).join('');
  return planOf(`access:\n  permissionSets: [{ name: Admin }, { name: Audit }]\n  grants:\n${list}`, organization);
}

/** Names of the accounts in which one grant with these accounts gives access. */
function accountsOf(accounts: string): readonly string[] {
  const plan = planFor(`group: Developers, permissionSets: [Admin], accounts: { ${accounts} }`);
  return (plan.access?.expansion.assignments ?? []).map((assignment) => assignment.account.name);
}

test.each([
  ['include: [{ all: true }]', ['prod-1', 'prod-2', 'test-1', 'play']],
  ['include: [{ ou: / }]', ['prod-1', 'prod-2', 'test-1', 'play']],
  ['include: [{ ou: /Sandbox }, { name: prod-1 }]', ['prod-1', 'play']],
  ['include: [{ all: true }], exclude: [{ ou: /Workloads }]', ['play']],
  ['include: [{ all: true }], exclude: [{ ou: /Workloads, descendants: false }]', ['prod-1', 'prod-2', 'play']],
  ['include: [{ all: true }], exclude: [{ name: "prod-*" }, { tags: { env: test } }]', ['play']],
  ['include: [{ name: prod-1 }], exclude: [{ all: true }]', []],
  ['include: [{ id: "100000000001" }], exclude: [{ name: prod-1 }]', []],
])('%s gives the union of include less the union of exclude', (accounts, expected) => {
  expect(accountsOf(accounts)).toEqual(expected);
});

test.each(['all: true', 'ou: /', 'name: "*"', 'name: "management?"', 'tags: { env: prod }'])(
  'the broad selector { %s } never reaches the management account, neither to include nor to exclude it',
  (broad) => {
    expect(accountsOf(`include: [{ ${broad} }, { name: prod-1 }]`)).not.toContain('management');
    expect(accountsOf(`include: [{ name: management }], exclude: [{ ${broad} }]`)).toEqual(['management']);
  },
);

test.each(['id: "100000000000"', 'name: management'])(
  'the narrow selector { %s } reaches the management account, to include and to exclude it',
  (narrow) => {
    expect(accountsOf(`include: [{ ${narrow} }]`)).toEqual(['management']);
    expect(accountsOf(`include: [{ name: management }], exclude: [{ ${narrow} }]`)).toEqual([]);
  },
);

test('assignments are a set: overlap of grants is no finding, and each keeps its causes', () => {
  const plan = planFor(
    'group: Developers, permissionSets: [Admin], accounts: { include: [{ ou: /Workloads/Production }] }',
    'group: Developers, permissionSets: [Admin, Audit], accounts: { include: [{ name: prod-1 }, { tags: { env: prod } }] }',
  );
  expect(report(plan)).toEqual([]);
  expect(assigned(plan)).toEqual([
    'Developers has Admin in prod-1',
    'Developers has Admin in prod-2',
    'Developers has Audit in prod-1',
    'Developers has Audit in prod-2',
  ]);
  const causes = plan.access?.expansion.assignments.map((assignment) =>
    assignment.causes.flatMap((cause) => cause.selectors.map((selector) => formatPath(selector.at))),
  );
  const [first, byName, byTag] = [
    'access.grants[0].accounts.include[0]',
    'access.grants[1].accounts.include[0]',
    'access.grants[1].accounts.include[1]',
  ];
  expect(causes).toEqual([[first, byName, byTag], [first, byTag], [byName, byTag], [byTag]]);
});

test('an account that the grant excludes has no cause in that grant', () => {
  const plan = planFor(
    'group: Developers, permissionSets: [Admin], accounts: { include: [{ ou: /Workloads/Production }], exclude: [{ name: prod-1 }] }',
    'group: Developers, permissionSets: [Admin], accounts: { include: [{ name: "prod-*" }] }',
  );
  const causes = plan.access?.expansion.assignments.map(({ account, causes: all }) => [
    account.name,
    all.map((cause) => formatPath(cause.grant.at)),
  ]);
  expect(causes).toEqual([
    ['prod-1', ['access.grants[1]']],
    ['prod-2', ['access.grants[0]', 'access.grants[1]']],
  ]);
});

test('a suspended account is left out and listed with its grant', () => {
  const plan = planFor(
    'group: Developers, permissionSets: [Admin], accounts: { include: [{ tags: { env: test } }] }',
    'group: Auditors, permissionSets: [Audit], accounts: { include: [{ name: closed }] }',
  );
  expect(report(plan)).toEqual([]);
  expect(assigned(plan)).toEqual(['Developers has Admin in test-1']);
  expect(plan.access?.expansion.leftOut.map(({ grant, account }) => `${grant.holder.name}: ${account.name}`)).toEqual([
    'Auditors: closed',
    'Developers: closed',
  ]);
});

test('a suspended account that the grant excludes is not listed', () => {
  const plan = planFor(
    'group: Developers, permissionSets: [Admin], accounts: { include: [{ all: true }], exclude: [{ name: closed }] }',
  );
  expect(plan.access?.expansion.leftOut).toEqual([]);
});

test.each<AccountState>(['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'])(
  'an account in state %s is left out',
  (state) => {
    const estate =
      'access:\n  permissionSets: [{ name: Admin }]\n  grants: [{ group: G, permissionSets: [Admin], accounts: { include: [{ name: a }] } }]\n';
    const plan = planOf(estate, { accounts: [MANAGEMENT, { id: '100000000001', name: 'a', state }], groups: ['G'] });
    expect(assigned(plan)).toEqual([]);
    expect(plan.access?.expansion.leftOut).toHaveLength(1);
  },
);

test('assignments are sorted by group, permission set and account id', () => {
  const plan = planFor(
    'group: Developers, permissionSets: [Audit, Admin], accounts: { include: [{ name: prod-2 }, { name: prod-1 }] }',
    'group: Auditors, permissionSets: [Audit], accounts: { include: [{ name: play }, { name: management }] }',
  );
  expect(assigned(plan)).toEqual([
    'Auditors has Audit in management',
    'Auditors has Audit in play',
    'Developers has Admin in prod-1',
    'Developers has Admin in prod-2',
    'Developers has Audit in prod-1',
    'Developers has Audit in prod-2',
  ]);
});

test('groups and sets with names of object members are names like others', () => {
  const estate =
    'access:\n  permissionSets: [{ name: constructor }]\n  grants: [{ group: toString, permissionSets: [constructor], accounts: { include: [{ all: true }] } }]\n';
  const plan = planOf(estate, { ...organization, groups: ['toString'] });
  expect(report(plan)).toEqual([]);
  expect(assigned(plan)).toContain('toString has constructor in play');
  const unknown = planOf(estate, organization);
  expect(unknown.findings.map((finding) => finding.code)).toEqual(['unknown-group']);
});
