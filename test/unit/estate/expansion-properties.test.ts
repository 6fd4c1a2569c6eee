import fc from 'fast-check';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { Assignment } from '../../../src/estate/sections/access/plan/expand';
import { parsePlacement } from '../../../src/estate/sections/access/placement/placement-file';
import type { World } from '../../support/arbitraries';
import { edit, reordered, world } from '../../support/arbitraries';
import { planOf } from '../../support/estate-files';
import { referenceExpansion } from '../../support/reference-expansion';
import { runs } from '../../support/runs';

const RUNS = runs(100);
const EDITS = 20;

/** JSON is YAML, so the world's words are an estate file as they are. */
function estateText(of: World): string {
  return JSON.stringify({
    workforce: { groups: of.declaredGroups.map((name) => ({ name })) },
    access: { permissionSets: of.permissionSets.map((name) => ({ name })), grants: of.grants },
  });
}

function planFor(of: World, lock?: string): EstatePlan {
  const organization = { ous: of.ous, accounts: of.accounts, groups: of.synchronizedGroups.toSorted() };
  return planOf(estateText(of), organization, lock === undefined ? {} : { 'placement.lock.json': lock });
}

function assignmentsOf(plan: EstatePlan): readonly Assignment[] {
  if (plan.access === undefined) throw new Error('the estate of this test has no access section');
  return plan.access.expansion.assignments;
}

const wordsOf = ({ holder: { name: group }, permissionSet, account }: Assignment): string =>
  `${group} has ${permissionSet} in ${account.id}`;

/** The worlds that a row of edits goes through, the first included. */
const history = fc
  .tuple(world, fc.array(edit, { minLength: EDITS, maxLength: EDITS }))
  .map(([first, edits]) =>
    edits.reduce<readonly World[]>((all, change) => [...all, change(all.at(-1) ?? first)], [first]),
  );

test('assignments are what the rules say in words, in every world and after every edit', () => {
  let compared = 0;
  fc.assert(
    fc.property(history, (worlds) => {
      for (const one of worlds) {
        const words = assignmentsOf(planFor(one)).map(wordsOf);
        expect(words.toSorted()).toEqual([...referenceExpansion(one)].toSorted());
        compared += words.length;
      }
    }),
    RUNS,
  );
  // The fewer the runs, the more their sum varies.
  expect(compared).toBeGreaterThan(RUNS.numRuns ** 2 / 5);
});

test('an account that is left out is one that a grant names and that is not active', () => {
  fc.assert(
    fc.property(world, (one) => {
      const active: World = { ...one, accounts: one.accounts.map((account) => ({ ...account, state: 'ACTIVE' })) };
      const listed = planFor(one).access?.expansion.leftOut.map(
        ({ grant, account }) => `${grant.holder.name} ${account.id}`,
      );
      const states = new Map(one.accounts.map((account) => [account.id, account.state]));
      const expected = one.grants.flatMap((grant) => {
        const sets = ['Admin'];
        const alone: World = { ...active, permissionSets: sets, grants: [{ ...grant, permissionSets: sets }] };
        return [...referenceExpansion(alone)]
          .map((words) => `${grant.group} ${words.slice(-12)}`)
          .filter((words) => states.get(words.slice(-12)) !== 'ACTIVE');
      });
      expect(listed?.toSorted()).toEqual(expected.toSorted());
    }),
    RUNS,
  );
});

test('an assignment that an edit does not touch keeps its shard, and the lock of one plan is fresh in the next', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 9 }), (worlds, shard) => {
      let lock = planFor(worlds[0] as World).access?.placement.text.replaceAll(/ 1(?=\.\d+")/g, ` ${shard}`);
      for (const one of worlds) {
        const placement = planFor(one, lock).access?.placement;
        const before = parsePlacement(JSON.parse(lock ?? '')).lock.access;
        for (const [key, slot] of placement?.placement.access ?? []) {
          expect(before.get(key) ?? slot).toEqual(slot);
        }
        lock = placement?.text;
        expect(planFor(one, lock).access?.placement.state).toBe('fresh');
      }
    }),
    runs(30),
  );
});

test('the order in the files changes neither assignments nor placement', () => {
  fc.assert(
    fc.property(world, fc.nat({ max: 7 }), (one, by) => {
      const [plan, other] = [planFor(one), planFor(reordered(one, by))];
      expect(assignmentsOf(other).map(wordsOf)).toEqual(assignmentsOf(plan).map(wordsOf));
      expect(other.access?.placement.text).toBe(plan.access?.placement.text);
      expect(other.access?.expansion.pendingGroups).toEqual(plan.access?.expansion.pendingGroups);
    }),
    RUNS,
  );
});

test('the same files give the same plan', () => {
  fc.assert(
    fc.property(world, (one) => {
      const show = (plan: EstatePlan): string =>
        JSON.stringify([plan.findings, plan.access?.expansion, plan.access?.stacks, plan.access?.placement.text]);
      expect(show(planFor(one))).toBe(show(planFor(one)));
    }),
    RUNS,
  );
});

test('every assignment has a cause, and every cause a selector that names its account', () => {
  fc.assert(
    fc.property(world, (one) => {
      for (const { holder, permissionSet, causes } of assignmentsOf(planFor(one))) {
        expect(causes.length).toBeGreaterThan(0);
        for (const { grant, selectors } of causes) {
          expect(grant.holder).toEqual(holder);
          expect(grant.permissionSets).toContain(permissionSet);
          expect(selectors.length).toBeGreaterThan(0);
        }
      }
    }),
    RUNS,
  );
});
