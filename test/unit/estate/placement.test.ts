import type {
  AssignmentKey,
  Slot,
  StackLock,
  StackPlacement,
} from '../../../src/estate/sections/access/placement/placement';
import {
  isSamePlacement,
  placeAssignments,
  SHARD_CAPACITY,
  SHARD_PERMISSION_SETS,
} from '../../../src/estate/sections/access/placement/placement';
import { formatPlacement, parsePlacement } from '../../../src/estate/sections/access/placement/placement-file';
import { assignmentKeyFor } from '../../support/ids';

const PRINCIPAL = 'aaaaaaaa-0000-4000-8000-000000000000';
const key = (account: number, set = 'Admin'): AssignmentKey =>
  assignmentKeyFor(`${String(account).padStart(12, '0')}/${set}/${PRINCIPAL}`);
const keys = (count: number, set = 'Admin'): readonly AssignmentKey[] =>
  Array.from({ length: count }, (_, index) => key(index, set));
const NOTHING: StackPlacement = new Map();
const slot = (shard: number, lane: number): Slot => ({ shard, lane });
const shardOf = (placement: StackLock, one: AssignmentKey): number | undefined => placement.get(one)?.shard;

function sizes(placement: StackPlacement): Readonly<Record<string, number>> {
  const counts = new Map<number, number>();
  for (const { shard } of placement.values()) counts.set(shard, (counts.get(shard) ?? 0) + 1);
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
  expect(shardOf(more, key(2, 'S000'))).toBe(1);
  expect(shardOf(more, key(2, 'S180'))).toBe(2);
});

test('what the lock knows stays, new ones fill the first gap, in the lane with the least to do', () => {
  const lock = new Map([
    [key(1), slot(3, 7)],
    [key(2), slot(1, 1)],
  ]);
  expect(placeAssignments([key(0), key(1), key(2)], lock)).toEqual(
    new Map([
      [key(1), slot(3, 7)],
      [key(2), slot(1, 1)],
      [key(0), slot(1, 2)],
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
  const lock: StackLock = new Map(keys(460).map((one) => [one, slot(1, 1)]));
  expect(sizes(placeAssignments([...keys(460), key(900)], lock))).toEqual({ 1: 460, 2: 1 });
});

test('the order of the keys does not matter', () => {
  const shuffled = keys(1000).toSorted((a, b) =>
    a.split('').reverse().join('') < b.split('').reverse().join('') ? -1 : 1,
  );
  expect(isSamePlacement(placeAssignments(shuffled, NOTHING), placeAssignments(keys(1000), NOTHING))).toBe(true);
});

/** The lines of a file, without those that close its shelves. */
const assignmentLines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.includes('/Admin/') || line.includes('/Audit/'));

test('the file has one line an assignment, those of a permission set and a group together, and reads back the same', () => {
  const access = new Map([
    [key(2), slot(1, 1)],
    [key(1), slot(10, 10)],
    [key(1, 'Audit'), slot(1, 2)],
    [key(3), slot(2, 1)],
  ]);
  const text = formatPlacement({ access, management: NOTHING });
  expect(assignmentLines(text)).toEqual([
    `      "000000000001/Audit/${PRINCIPAL} 1.2",`,
    `      "000000000001/Admin/${PRINCIPAL} 10.10",`,
    `      "000000000002/Admin/${PRINCIPAL} 1.1",`,
    `      "000000000003/Admin/${PRINCIPAL} 2.1",`,
  ]);
  const parsed = parsePlacement(JSON.parse(text));
  expect(parsed.issues).toEqual([]);
  expect(parsed.lock).toEqual({ access, management: new Map() });
});

test('a line closes each of 256 shelves, whatever is on it, so that a branch never changes the line of another', () => {
  const lines = formatPlacement({ access: new Map([[key(1), slot(1, 1)]]), management: NOTHING }).split('\n');
  const shelves = lines.filter((line) => /^ {6}"[0-9a-f]{2}",?$/.test(line));
  expect(shelves).toHaveLength(256);
  expect(new Set(shelves).size).toBe(256);
  expect(lines.slice(0, 4)).toEqual(['{', '  "version": 2,', '  "stacks": {', '    "access": [']);
  expect(lines.slice(-5)).toEqual(['      "ff"', '    ]', '  }', '}', '']);
});

test.each([[`${key(1)} 1.11`], [`${key(1)} 0.1`], [`${key(1)} 1`], [key(1)], ['000000000001/Admin 1.1'], ['abc']])(
  'the line %s is refused',
  (line) => {
    const { lock, issues } = parsePlacement({ version: 2, stacks: { access: ['00', line] } });
    expect(lock.access.size).toBe(0);
    expect(issues).toMatchObject([
      {
        file: 'placement',
        at: ['stacks', 'access', 1],
        problem: 'is not a valid line (account id/permission set/principal id, shard.lane)',
      },
    ]);
  },
);

test('placements differ by a shard, by an assignment more and by one fewer, and not by a lane', () => {
  const one = new Map([[key(1), slot(1, 1)]]);
  expect(isSamePlacement(one, new Map([[key(1), slot(1, 4)]]))).toBe(true);
  expect(isSamePlacement(one, new Map([[key(1), slot(2, 1)]]))).toBe(false);
  expect(isSamePlacement(one, new Map([[key(2), slot(1, 1)]]))).toBe(false);
  expect(isSamePlacement(one, NOTHING)).toBe(false);
  expect(isSamePlacement(NOTHING, one)).toBe(false);
});

test('principal ids are read in small letters, so that one assignment is found twice in either case', () => {
  const upper = `000000000001/Admin/${PRINCIPAL.toUpperCase()}`;
  const { lock, duplicates } = parsePlacement({
    version: 2,
    stacks: { access: [`${key(1)} 1.3`, `${upper} 1.3`, `${upper} 2.1`] },
  });
  expect([...lock.access]).toEqual([[key(1), slot(1, 3)]]);
  expect(duplicates.map(({ key: twice, issue }) => [twice, issue.code, issue.at])).toEqual([
    [key(1), 'placement-duplicate', ['stacks', 'access', 2]],
  ]);
});
