import { explain, explanationText } from '../../../src/estate/plan/explanation/explain';
import { explainHeld, heldText } from '../../../src/estate/plan/explanation/held';
import { setFacts } from '../../../src/estate/plan/explanation/set-facts';
import type { AskedNames } from '../../../src/estate/plan/explanation/explain';
import { widthOf } from '../../../src/estate/sections/access/sets/told-ways';
import { POLICIES_FILE, ROLES_FILE } from '../../../src/estate/source/estate-folder';
import { policiesText } from '../../support/aws-policies';
import { readRole, rolesText } from '../../support/aws-roles';
import { MANAGEMENT, planOf } from '../../support/estate-files';

const [APP, WEB, LOGS, NEW] = ['100000000001', '100000000002', '100000000003', '100000000004'];
const ESTATE = `access:
  roleInventory: { readerRole: reader }
  permissionSets:
    - name: Builder
      inlinePolicy:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/build-*' }]
    - { name: Admin, managedPolicies: [AdministratorAccess] }
    - { name: Idle, managedPolicies: [AdministratorAccess] }
  grants:
    - { group: Developers, permissionSets: [Builder], accounts: { include: [{ name: app }, { name: new }] } }
    - { group: Operators, permissionSets: [Admin, Builder], accounts: { include: [{ name: web }, { name: logs }] } }
`;
const organization = {
  accounts: [
    MANAGEMENT,
    ...[APP, WEB, LOGS, NEW].map((id, index) => ({ id, name: ['app', 'web', 'logs', 'new'][index] ?? '' })),
  ],
  groups: ['Developers', 'Operators'],
};
const nameOf = (set: string) => `aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_${set}_0123456789abcdef`;
const arnOf = (set: string, account: string) => `arn:aws:iam::${account}:role/${nameOf(set)}`;
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const files = {
  [POLICIES_FILE]: policiesText(),
  [ROLES_FILE]: rolesText(
    {
      [APP]: [readRole('build-one', { AWS: `arn:aws:iam::${APP}:root` }, assumes('build-two', WEB))],
      [WEB]: [readRole('build-two', { AWS: `arn:aws:iam::${APP}:role/build-one` }, everything)],
      [LOGS]: 'AWS refuses sts:AssumeRole',
    },
    { [APP]: [nameOf('Builder'), nameOf('Idle')], [WEB]: [nameOf('Admin')] },
  ),
};
const plan = planOf(ESTATE, organization, files);

function assumes(name: string, account: string) {
  return { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${account}:role/${name}` };
}

const rolesOf = (question: AskedNames) =>
  Object.fromEntries(
    explainHeld(plan, question).sets.map(({ permissionSet, accounts }) => [
      permissionSet,
      Object.fromEntries(accounts.map(({ name, role }) => [name, role])),
    ]),
  );

test('a set has the ARN of its role in each account, or why there is none', () => {
  expect(rolesOf({ permissionSet: 'Builder' })).toEqual({
    Builder: {
      app: { state: 'known', arn: arnOf('Builder', APP) },
      web: { state: 'none' },
      logs: { state: 'not read', reason: 'AWS refuses sts:AssumeRole' },
      new: { state: 'not read', reason: 'aws-roles.json does not have the account' },
    },
  });
  expect(heldText(explainHeld(plan, { permissionSet: 'Builder' }))).toContain(`role ${arnOf('Builder', APP)}\n`);
});

test('a group, an account or both narrow it; a role that is left in AWS shows where nobody is asked about', () => {
  const holder = { kind: 'group', name: 'Operators' } as const;
  expect(Object.keys(rolesOf({ holder }))).toEqual(['Builder', 'Admin']);
  expect(rolesOf({ holder, permissionSet: 'Admin' })).toMatchObject({ Admin: { web: { state: 'known' }, logs: {} } });
  expect(rolesOf({ account: 'web' })).toEqual({
    Builder: { web: { state: 'none' } },
    Admin: { web: { state: 'known', arn: arnOf('Admin', WEB) } },
  });
  const { sets } = explainHeld(plan, { permissionSet: 'Idle' });
  expect(sets).toMatchObject([{ held: [], accounts: [{ id: APP, isAssigned: false }], powers: [] }]);
  expect(explainHeld(plan, { permissionSet: 'Nope' })).toMatchObject({
    faults: [{ code: 'unknown-permission-set' }],
    sets: [],
  });
});

const WAY = {
  id: 'sts-001 build-one, sts-001 build-two',
  steps: ['sts:AssumeRole on the role build-one in app', 'sts:AssumeRole on the role build-two in web'],
  verdict: 'yes',
};

test('ways to administrator are told role by role, by the accounts from which they begin', () => {
  const { sets } = explainHeld(plan, { permissionSet: 'Builder' });
  expect(sets[0]?.powers[0]).toEqual({ accounts: ['app'], isAdministrator: false, isUnknown: false, waysUp: [WAY] });
  expect(sets[0]?.powers[1]).toMatchObject({ accounts: ['web', 'logs', 'new'], waysUp: [{ id: 'sts-001' }] });
  expect(explainHeld(plan, { permissionSet: 'Admin' }).sets[0]?.powers).toEqual([
    { accounts: ['web', 'logs'], isAdministrator: true, isUnknown: false, waysUp: [] },
  ]);
});

test('the answer for one group and account has both, in its own line', () => {
  const explained = explain(plan, { group: 'Developers', account: 'app' }, setFacts(plan));
  expect(explained.given).toMatchObject([{ role: { arn: arnOf('Builder', APP) }, waysUp: [WAY] }]);
  const lines = explanationText(explained).split('\n');
  expect(lines).toContain(`  role ${arnOf('Builder', APP)}`);
  expect(lines.filter((line) => line.includes(WAY.steps.join(', then ')))).toHaveLength(1);
});

test('without the key there is no role; with it and without the file, that is said', () => {
  const without = planOf(ESTATE.replace('  roleInventory: { readerRole: reader }\n', ''), organization, files);
  expect(explainHeld(without, { permissionSet: 'Idle' }).sets).toMatchObject([{ accounts: [] }]);
  expect(setFacts(without)('Builder', APP)).not.toHaveProperty('role');
  const unread = planOf(ESTATE, organization, { [POLICIES_FILE]: policiesText() });
  expect(setFacts(unread)('Builder', APP)).toMatchObject({ role: { state: 'not read' } });
});

test('a way to administrator is wider than one to some identities, be it under a condition', () => {
  expect(widthOf({ verdict: 'only if' })).toBeGreaterThan(widthOf({ verdict: 'yes', target: 'arn:aws:iam::*:role/a' }));
  expect(widthOf({ verdict: 'yes' })).toBeGreaterThan(widthOf({ verdict: 'only if' }));
});
