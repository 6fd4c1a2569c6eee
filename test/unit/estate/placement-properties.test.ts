import fc from 'fast-check';
import type { StackPlacement } from '../../../src/estate/sections/access/placement/placement';
import {
  isSamePlacement,
  placeAssignments,
  SHARD_CAPACITY,
  SHARD_PERMISSION_SETS,
} from '../../../src/estate/sections/access/placement/placement';
import { formatPlacement, parsePlacement } from '../../../src/estate/sections/access/placement/placement-file';
import { assignmentKeyFor } from '../../support/ids';
import { runs } from '../../support/runs';

const RUNS = runs(60);
const NOTHING: StackPlacement = new Map();

/** Keys of one account range and one set range: many assignments of few sets, or few of many. */
const block = fc
  .record({
    accounts: fc.integer({ min: 1, max: 60 }),
    sets: fc.integer({ min: 1, max: 60 }),
    from: fc.nat({ max: 400 }),
  })
  .map(({ accounts, sets, from }) =>
    Array.from({ length: accounts * sets }, (_, index) => {
      const account = String(100_000_000_000 + from + (index % accounts));
      return assignmentKeyFor(`${account}/Set${String(from + Math.floor(index / accounts))}/${'a'.repeat(32)}`);
    }),
  );

const keys = fc.array(block, { minLength: 1, maxLength: 3 }).map((blocks) => [...new Set(blocks.flat())]);

function expectWithinCapacity(placement: StackPlacement): void {
  for (const [, entries] of Map.groupBy(placement, ([, { shard }]) => shard)) {
    expect(entries.length).toBeLessThanOrEqual(SHARD_CAPACITY);
    expect(new Set(entries.map(([key]) => key.split('/')[1])).size).toBeLessThanOrEqual(SHARD_PERMISSION_SETS);
  }
}

test('no shard is ever filled beyond its capacity, and every key is placed', () => {
  fc.assert(
    fc.property(fc.array(keys, { minLength: 1, maxLength: 4 }), (steps) => {
      let lock = NOTHING;
      for (const step of steps) {
        const placement = placeAssignments(step, lock);
        expect([...placement.keys()].toSorted().join()).toBe(step.toSorted().join());
        expectWithinCapacity(placement);
        const before = lock;
        expect([...placement].filter(([key, { shard }]) => (before.get(key)?.shard ?? shard) !== shard)).toEqual([]);
        lock = placement;
      }
    }),
    RUNS,
  );
});

test('the order of the keys does not matter', () => {
  fc.assert(
    fc.property(keys, keys, (before, after) => {
      const lock = placeAssignments(before, NOTHING);
      const placement = placeAssignments(after, lock);
      expect(isSamePlacement(placeAssignments(after.toReversed(), lock), placement)).toBe(true);
    }),
    RUNS,
  );
});

test('what is written reads back the same', () => {
  fc.assert(
    fc.property(keys, keys, (access, management) => {
      const placement = {
        access: placeAssignments(access, NOTHING),
        management: placeAssignments(management, NOTHING),
      };
      const parsed = parsePlacement(JSON.parse(formatPlacement(placement)));
      expect(parsed.issues).toEqual([]);
      expect(isSamePlacement(parsed.lock.access, placement.access)).toBe(true);
      expect(isSamePlacement(parsed.lock.management, placement.management)).toBe(true);
    }),
    RUNS,
  );
});
