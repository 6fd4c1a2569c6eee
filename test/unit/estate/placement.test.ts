import type { AssignmentKey, StackPlacement } from '../../../src/estate/plan/placement';
import {
  formatPlacement,
  isSamePlacement,
  parsePlacement,
  placeAssignments,
  SHARD_CAPACITY,
  SHARD_PERMISSION_SETS,
} from '../../../src/estate/plan/placement';
import { assignmentKeyFor } from '../../support/ids';

const PRINCIPAL = 'aaaaaaaa-0000-4000-8000-000000000000';
const key = (account: number, set = 'Admin'): AssignmentKey =>
  assignmentKeyFor(`${String(account).padStart(12, '0')}/${set}/${PRINCIPAL}`);
const keys = (count: number, set = 'Admin'): readonly AssignmentKey[] =>
  Array.from({ length: count }, (_, index) => key(index, set));
const NOTHING: StackPlacement = new Map();

function sizes(placement: StackPlacement): Readonly<Record<string, number>> {
  const counts = new Map<number, number>();
  for (const number of placement.values()) counts.set(number, (counts.get(number) ?? 0) + 1);
  return Object.fromEntries(counts);
}

test('a shard takes 450 assignments, and the next one what comes after', () => {
  expect(SHARD_CAPACITY).toBe(450);
  expect(sizes(placeAssignments(keys(450), NOTHING))).toEqual({ 1: 450 });
  expect(sizes(placeAssignments(keys(451), NOTHING))).toEqual({ 1: 450, 2: 1 });
});

test('a shard takes 180 permission sets, and more assignments of those', () => {
  expect(SHARD_PERMISSION_SETS).toBe(180);
  const sets = Array.from({ length: 181 }, (_, index) => key(1, `S${String(index).padStart(3, '0')}`));
  expect(sizes(placeAssignments(sets, NOTHING))).toEqual({ 1: 180, 2: 1 });
  const more = placeAssignments([...sets, key(2, 'S000'), key(2, 'S180')], NOTHING);
  expect(more.get(key(2, 'S000'))).toBe(1);
  expect(more.get(key(2, 'S180'))).toBe(2);
});

test('what the lock knows stays, new ones fill the first gap', () => {
  const lock = new Map([
    [key(1), 3],
    [key(2), 1],
  ]);
  expect(placeAssignments([key(0), key(1), key(2)], lock)).toEqual(
    new Map([
      [key(1), 3],
      [key(2), 1],
      [key(0), 1],
    ]),
  );
});

test('what is no longer assigned leaves the lock, and its room is used again', () => {
  const full = placeAssignments(keys(450), NOTHING);
  const placement = placeAssignments([...keys(450).slice(1), key(900)], full);
  expect(placement.has(key(0))).toBe(false);
  expect(sizes(placement)).toEqual({ 1: 450 });
});

test('a shard that the lock has overfilled keeps what it has and takes nothing more', () => {
  const lock = new Map(keys(460).map((one) => [one, 1]));
  expect(sizes(placeAssignments([...keys(460), key(900)], lock))).toEqual({ 1: 460, 2: 1 });
});

test('the order of the keys does not matter', () => {
  const shuffled = keys(1000).toSorted((a, b) =>
    a.split('').reverse().join('') < b.split('').reverse().join('') ? -1 : 1,
  );
  expect(isSamePlacement(placeAssignments(shuffled, NOTHING), placeAssignments(keys(1000), NOTHING))).toBe(true);
});

test('the file has one line an assignment, in order, and reads back the same', () => {
  const access = new Map([
    [key(2), 1],
    [key(1), 10],
    [key(1, 'Audit'), 1],
    [key(3), 2],
  ]);
  const text = formatPlacement({ access, management: NOTHING });
  expect(text).toBe(`{
  "version": 1,
  "stacks": {
    "access": {
      "1": [
        "000000000001/Audit/${PRINCIPAL}",
        "000000000002/Admin/${PRINCIPAL}"
      ],
      "2": [
        "000000000003/Admin/${PRINCIPAL}"
      ],
      "10": [
        "000000000001/Admin/${PRINCIPAL}"
      ]
    }
  }
}
`);
  const { placement, issues } = parsePlacement(JSON.parse(text));
  expect(issues).toEqual([]);
  expect(isSamePlacement(placement.access, access)).toBe(true);
  expect(placement.management.size).toBe(0);
});

test('placements differ by a shard, by an assignment more and by one fewer', () => {
  const one = new Map([[key(1), 1]]);
  expect(isSamePlacement(one, new Map([[key(1), 1]]))).toBe(true);
  expect(isSamePlacement(one, new Map([[key(1), 2]]))).toBe(false);
  expect(isSamePlacement(one, new Map([[key(2), 1]]))).toBe(false);
  expect(isSamePlacement(one, NOTHING)).toBe(false);
  expect(isSamePlacement(NOTHING, one)).toBe(false);
});

test('principal ids are read in small letters, so that one assignment is found twice in either case', () => {
  const upper = `000000000001/Admin/${PRINCIPAL.toUpperCase()}`;
  const { placement, issues } = parsePlacement({ version: 1, stacks: { access: { 1: [key(1)], 2: [upper] } } });
  expect([...placement.access]).toEqual([[key(1), 1]]);
  expect(issues.map(({ code }) => code)).toEqual(['placement-duplicate']);
});
