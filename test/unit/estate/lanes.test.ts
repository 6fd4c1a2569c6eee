import fc from 'fast-check';
import {
  type AssignmentKey,
  LANES,
  placeAssignments,
  type StackPlacement,
} from '../../../src/estate/sections/access/placement/placement';
import { criticalPath, hierarchiesOf } from '../../support/critical-path';
import { assignmentKeyFor } from '../../support/ids';
import { largeEstate } from '../../support/large-estate';
import { planFiles } from '../../support/sandbox';
import { templatesOf } from '../../support/templates';

const NOTHING: StackPlacement = new Map();
const SETS = 25;

/** As many assignments of each account as its number says. */
function keysOf(accounts: readonly number[]): readonly AssignmentKey[] {
  return accounts.flatMap((count, account) =>
    Array.from({ length: count }, (_, index) => {
      const group = String(Math.floor(index / SETS)).padStart(32, '0');
      return assignmentKeyFor(`${100_000_000_000 + account}/Set${(index + account) % SETS}/${group}`);
    }),
  );
}

/** Accounts with 1 to 40 assignments, most with few, until there are so many. */
const accountsWith = (total: number): fc.Arbitrary<readonly number[]> =>
  fc
    .array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 })), {
      minLength: total,
      maxLength: total,
    })
    .map((counts) => {
      let left = total;
      return counts.flatMap((count) => {
        const taken = Math.min(count, left);
        left -= taken;
        return taken === 0 ? [] : [taken];
      });
    });

/** Assignments of each lane, by shard. */
function lanesOf(placement: StackPlacement): readonly (readonly (readonly AssignmentKey[])[])[] {
  return [...Map.groupBy(placement, ([, { shard }]) => shard).values()].map((ofShard) =>
    [...Map.groupBy(ofShard, ([, { lane }]) => lane).values()].map((lane) => lane.map(([key]) => key)),
  );
}

/** Assignments one after the other: shards wait for one another, and the longest lane of each counts. */
function longestWay(placement: StackPlacement): number {
  return lanesOf(placement).reduce((sum, lanes) => sum + Math.max(...lanes.map((lane) => lane.length)), 0);
}

const accountOf = (key: AssignmentKey): string => key.slice(0, 12);

function expectOneLaneAnAccount(placement: StackPlacement): void {
  for (const lanes of lanesOf(placement)) {
    expect(lanes.length).toBeLessThanOrEqual(LANES);
    const accounts = lanes.flatMap((lane) => [...new Set(lane.map(accountOf))]);
    expect(new Set(accounts).size).toBe(accounts.length);
  }
}

test.each([1_000, 10_000])('the longest way through %i assignments is at most 1.1 of a tenth of them', (total) => {
  fc.assert(
    fc.property(accountsWith(total), (accounts) => {
      const placement = placeAssignments(keysOf(accounts), NOTHING);
      expect(placement.size).toBe(total);
      expect(longestWay(placement)).toBeLessThanOrEqual((1.1 * total) / LANES);
      expectOneLaneAnAccount(placement);
    }),
    { numRuns: total > 1_000 ? 4 : 20 },
  );
});

test('the templates say the same: no longer way than their lanes', () => {
  const plan = planFiles(largeEstate({ accounts: 100, groups: 5, setsOfGroup: 2 }));
  const [[, hierarchy] = []] = hierarchiesOf(templatesOf(plan));
  expect(hierarchy && criticalPath(hierarchy)).toBe(longestWay(plan.access?.placement.placement.access ?? NOTHING));
  expect(hierarchy && criticalPath(hierarchy)).toBeLessThanOrEqual(110);
});

test('an account with more than a tenth of all has one lane, and opens no more shards than the others need', () => {
  const placement = placeAssignments(keysOf([300, ...Array.from({ length: 100 }, () => 3)]), NOTHING);
  expect(longestWay(placement)).toBe(300);
  expect(lanesOf(placement)).toHaveLength(2);
});

test('whatever comes and goes, an account stays in its lane of a shard, and has one of its own in each', () => {
  const edits = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 50 })), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(accountsWith(700), fc.array(edits, { minLength: 1, maxLength: 4 }), (first, steps) => {
      let accounts = [...first];
      let placement = placeAssignments(keysOf(accounts), NOTHING);
      for (const step of steps) {
        for (const [at, count] of step) accounts = accounts.with(at % accounts.length, count);
        const before = placement;
        placement = placeAssignments(keysOf(accounts), before);
        expect([...placement].filter(([key, slot]) => before.has(key) && before.get(key)?.lane !== slot.lane)).toEqual(
          [],
        );
        expectOneLaneAnAccount(placement);
      }
    }),
    { numRuns: 20 },
  );
});

test('of an account that two branches gave two lanes of a shard, the lane with most of its assignments counts', () => {
  const [one, two, three] = keysOf([3]) as [AssignmentKey, AssignmentKey, AssignmentKey];
  const lock = new Map([
    [one, { shard: 1, lane: 2 }],
    [two, { shard: 1, lane: 5 }],
    [three, { shard: 1, lane: 5 }],
  ]);
  const placement = placeAssignments([one, two, three], lock);
  expect([...placement.values()]).toEqual([5, 5, 5].map((lane) => ({ shard: 1, lane })));
});
