import fc from 'fast-check';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { explain } from '../../../src/estate/plan/explanation/explain';
import { accessOf } from '../../../src/estate/plan/explanation/who';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { pipelineAccounts } from '../../../src/estate/sections/pipeline/pipeline';
import { world } from '../../support/arbitraries';
import {
  assigned,
  MANAGEMENT,
  memoryFolder,
  organizationText,
  planOf,
  principalId,
  codesAndPlaces,
  userId,
} from '../../support/estate-files';

const ORGANIZATION = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }, { id: '100000000002', name: 'web' }],
  groups: ['Developers'],
  users: ['jane@example.com'],
};

function estateOf(keys: string, set = '{ name: Admin }'): string {
  return `access:
  permissionSets: [${set}]
  grants:
    - { group: Developers, permissionSets: [Admin], accounts: { include: [{ name: web }] } }
    - { ${keys}, permissionSets: [Admin], accounts: { include: [{ name: app }] } }
`;
}

const WHY = 'reason: She looks into the incident.';
const jane = (until: string, user = 'jane@example.com'): string => estateOf(`user: ${user}, ${WHY}, until: ${until}`);
const planned = (keys: string): EstatePlan => planOf(estateOf(keys), ORGANIZATION);

/** The plan as it is once a day has begun in the easternmost time zone. */
function planOn(latestDay: string, estate: string, files: Readonly<Record<string, string>> = {}): EstatePlan {
  const texts = { [ESTATE_FILE]: estate, [ORGANIZATION_FILE]: organizationText(ORGANIZATION), ...files };
  return planEstate({ ...memoryFolder(texts), latestDay });
}

const placementText = (plan: EstatePlan): string => plan.access?.placement.text ?? '';
const keysIn = (plan: EstatePlan): readonly string[] =>
  (plan.access?.stacks ?? []).flatMap(({ shards }) => shards.flatMap((one) => one.assignments.map(({ key }) => key)));

test('a grant to a user gives what a grant to a group gives, and is placed by the id of the user', () => {
  const plan = planOf(jane('2026-12-31'), ORGANIZATION);
  expect(codesAndPlaces(plan)).toEqual([]);
  expect(assigned(plan)).toEqual(['Developers has Admin in web', 'user jane@example.com has Admin in app']);
  expect(keysIn(plan)).toEqual([`100000000001/Admin/${userId(0)}`, `100000000002/Admin/${principalId(0)}`]);
});

test('a user and a group of one name are two', () => {
  const plan = planOf(jane('2026-12-31', 'Developers'), { ...ORGANIZATION, users: ['Developers'] });
  expect(plan.access?.expansion.assignments.map(({ holder, principalId: id }) => [holder.kind, id])).toEqual([
    ['group', principalId(0)],
    ['user', userId(0)],
  ]);
});

test.each([
  'permissionSets: [Admin]',
  `group: Developers, user: eve, ${WHY}, until: 2026-12-31`,
  'user: eve',
  `user: eve, ${WHY}`,
  `group: Developers, ${WHY}`,
])('a grant with { %s } is refused', (keys) => {
  const estate = estateOf(keys).replace('permissionSets: [Admin], permissionSets', 'permissionSets');
  const [finding] = codesAndPlaces(planOf(estate, ORGANIZATION));
  expect(finding).toBe('error invalid-value estate.yaml:5:7 access.grants[1]');
});

test('a user whom the snapshot does not have waits, and nothing is deployed', () => {
  const plan = planned(`user: eve@example.com, ${WHY}, until: 2026-12-31`);
  expect(codesAndPlaces(plan)).toEqual(['warning pending-user estate.yaml:5:15 access.grants[1].user']);
  expect(assigned(plan)).toContain('user eve@example.com has Admin in app');
  expect(keysIn(plan)).toEqual([`100000000002/Admin/${principalId(0)}`]);
});

test.each(['2026-02-30', 'soon', '2027-11-27'])('%s is no end of an exception', (until) => {
  expect(codesAndPlaces(planned(`user: jane@example.com, ${WHY}, until: ${until}`))).toEqual([
    'error user-grant-date estate.yaml:5:78 access.grants[1].until',
  ]);
});

test('an exception lasts until its last day is over everywhere', () => {
  expect(assigned(planOn('2027-01-01', jane('2026-12-31')))).toHaveLength(2);
  expect(assigned(planOn('2027-01-02', jane('2026-12-31')))).toEqual(['Developers has Admin in web']);
});

test('one that has ended gives nothing, is a warning, and leaves the placement file as it was', () => {
  const before = planOn('2026-12-01', jane('2026-12-31'));
  const after = planOn('2027-02-01', jane('2026-12-31'), { [PLACEMENT_FILE]: placementText(before) });
  expect(codesAndPlaces(after)).toEqual(['warning user-grant-ended estate.yaml:5:78 access.grants[1].until']);
  expect(keysIn(after)).toEqual([`100000000002/Admin/${principalId(0)}`]);
  expect(after.access?.placement.state).toBe('fresh');
  expect(placementText(after)).toBe(placementText(before));
});

test('a set that is for some groups alone is not for a user', () => {
  const estate = estateOf(
    `user: jane@example.com, ${WHY}, until: 2026-12-31`,
    '{ name: Admin, grantable: { groups: [Developers] } }',
  );
  expect(codesAndPlaces(planOf(estate, ORGANIZATION))).toEqual([expect.stringMatching(/^error not-grantable /)]);
});

test('a user with a grant is not managed elsewhere', () => {
  const elsewhere = `${jane('2026-12-31')}  managedElsewhere:
    users: [{ name: '*@example.com', reason: TEAM gives it for hours. }]
`;
  expect(codesAndPlaces(planOf(elsewhere, ORGANIZATION))).toEqual([
    expect.stringMatching(/^error managed-elsewhere .*\.users\[0\]\.name$/),
  ]);
});

test('who and explain tell of a user', () => {
  const plan = planOf(jane('2026-12-31'), ORGANIZATION);
  expect(accessOf(plan, 'jane@example.com', []).sets).toMatchObject([
    { group: 'user jane@example.com', permissionSet: 'Admin', accounts: ['100000000001 app'] },
  ]);
  expect(accessOf(plan, 'eve@example.com', []).sets).toEqual([]);
  expect(explain(plan, { user: 'jane@example.com', account: 'app' }).given).toMatchObject([
    { permissionSet: 'Admin', evidence: [{ text: 'grant to user jane@example.com' }, { text: 'include name: app' }] },
  ]);
  const [reason] = explain(planOn('2027-02-01', jane('2026-12-31')), {
    user: 'jane@example.com',
    account: 'app',
  }).reasons;
  expect(reason?.text).toBe("No grant is to user 'jane@example.com'. One that was has ended.");
});

test('the pipeline may look users up where the estate names one, and nowhere else', () => {
  const stacks = [
    { account: '100000000000', region: 'eu-west-1', role: 'access' },
    { account: '100000000001', region: 'eu-west-1', role: 'hosting' },
  ];
  const reads = (estate: string): readonly boolean[] =>
    pipelineAccounts(planOf(estate, ORGANIZATION).estate, {
      stacks,
      instanceArn: undefined,
      instanceKey: undefined,
    }).map(({ readsUsers }) => readsUsers);
  expect(reads(jane('2026-12-31'))).toEqual([true, false]);
  expect(reads(estateOf('group: Developers'))).toEqual([false, false]);
});

test('a user has exactly what a group by the same grants has', () => {
  const given = (plan: EstatePlan): readonly string[] =>
    (plan.access?.expansion.assignments ?? [])
      .filter(({ principalId: id }) => id !== undefined)
      .map(({ holder: { name }, permissionSet, account }) => `${name} ${permissionSet} ${account.id}`);
  let compared = 0;
  fc.assert(
    fc.property(world, ({ ous, accounts, permissionSets, synchronizedGroups: names, grants }) => {
      const access = (all: readonly object[]): string =>
        JSON.stringify({ access: { permissionSets: permissionSets.map((name) => ({ name })), grants: all } });
      const toUsers = grants.map(({ group, ...grant }) => ({
        ...{ user: group, reason: 'The same as the group.', until: '2026-12-31' },
        ...grant,
      }));
      const byGroup = given(planOf(access(grants), { ous, accounts, groups: names }));
      expect(given(planOf(access(toUsers), { ous, accounts, users: names }))).toEqual(byGroup);
      compared += byGroup.length;
    }),
  );
  expect(compared).toBeGreaterThan(0);
});
