import type { AccessFacts, AskedPrincipals, DeployedAssignment } from '../../../src/clouds/facts/access-facts';
import type { Facts } from '../../../src/clouds/facts/facts';
import { failed, known } from '../../../src/clouds/reading';
import { type Examination, examineEstate, isWell } from '../../../src/doctor/examination';
import { deployedSet } from '../../support/deployed-access';
import { planFiles, sandboxFiles } from '../../support/sandbox';

const plan = planFiles(sandboxFiles());
const sets = (plan.access?.stacks ?? []).flatMap(({ permissionSets }) =>
  permissionSets.map(({ name }) => deployedSet(name)),
);
const declared = (plan.access?.expansion.assignments ?? []).flatMap(
  ({ account, permissionSet, principalId }): readonly DeployedAssignment[] =>
    principalId === undefined
      ? []
      : [{ account: account.id, set: deployedSet(permissionSet).arn, principalType: 'GROUP', principalId }],
);
const ASKED: AskedPrincipals = { groups: 6, users: 1, since: known(new Date('2026-05-30T10:00:00Z')) };
const CHOSEN = ['access-assignments', 'access-other-sets', 'access-snapshot'];

function examined(facts: Partial<AccessFacts>): Examination {
  const nothing = failed('was not asked for');
  const access = {
    ...{
      permissionSets: known(sets),
      assignments: known(declared),
      users: nothing,
      groups: nothing,
      snapshot: nothing,
    },
    ...facts,
  } as unknown as NonNullable<Facts['access']>;
  const snapshotOnDisk = {} as NonNullable<Facts['snapshotOnDisk']>;
  return examineEstate({ plan, facts: { access, snapshotOnDisk }, now: new Date('2026-06-01') }, CHOSEN);
}

const outcomes = ({ checks }: Examination) => checks.map(({ id, outcome }) => `${id} ${outcome}`);

test('a quick run leaves the snapshot out, and says so and of whom it did not ask', () => {
  const quick = examined({ asked: ASKED });
  expect(outcomes(quick)).toEqual(['access-assignments ok', 'access-other-sets ok']);
  const [principals, snapshot] = quick.notCompared;
  expect(principals).toMatch(/gone from the Identity Store.*without a grant.*2026-05-30T10:00:00\.000Z$/);
  expect(snapshot).toContain('access-snapshot');
  expect(quick.checks.map(({ observations }) => observations[0]?.message)).toEqual([
    `${declared.length} assignments of 6 groups and 1 user are as declared`,
    'no other permission set gives access to 6 groups and 1 user',
  ]);
});

test('a full run leaves nothing out', () => {
  const full = examined({});
  expect(outcomes(full)).toContain('access-snapshot unknown');
  expect(full.notCompared.join()).not.toContain('--quick');
});

test('an assignment that is missing, and one by hand, are failures of a quick run', () => {
  const [one, ...others] = declared;
  if (one === undefined) throw new Error('the estate declares nothing');
  const byHand = { ...one, set: deployedSet('ByHand').arn };
  const assignments = known([...others, byHand]);
  const permissionSets = known([...sets, deployedSet('ByHand')]);
  const quick = examined({ asked: ASKED, assignments, permissionSets });
  expect(outcomes(quick)).toEqual(['access-assignments failure', 'access-other-sets failure']);
});

test('a quick run that could not ask CloudTrail is not well where everything must be checked', () => {
  const since = { state: 'denied', permission: 'cloudtrail:LookupEvents' } as const;
  const quick = examined({ asked: { ...ASKED, since } });
  expect(outcomes(quick)).toEqual(['access-assignments unknown', 'access-other-sets ok']);
  expect(quick.checks[0]?.observations).toMatchObject([{ permission: 'cloudtrail:LookupEvents' }]);
  expect(isWell(quick, true)).toBe(false);
  expect(quick.notCompared[0]).toMatch(/without a grant in the estate$/);
});
