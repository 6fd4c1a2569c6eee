import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Issue } from '../../../source/finding';
import { compareText } from '../../../source/finding';
import { issuesOf } from '../../../source/zod-issues';
import { valueAt } from '../../../../text/path';
import {
  AssignmentKey,
  LANES,
  type Lock,
  NO_PLACEMENT,
  partsOf,
  type Placement,
  type Slot,
  STACK_ROLES,
  type StackLock,
  type StackPlacement,
  type StackRole,
} from './placement';

const PLACEMENT_FILE_VERSION = 2;

/** Number of shelves. A line of the file closes each, so that what two branches add to two of them never touches. */
const SHELVES = 256;

const SHARD = '[1-9]\\d{0,3}';
const LANE = `(?:[1-9]|${LANES})`;
/** A shelf, or a key and its slot. */
const LINE = new RegExp(`^(?:[0-9a-f]{2}|(?<key>\\S+) (?<shard>${SHARD})\\.(?<lane>${LANE}))$`);

const Line = z.string().check(({ value, issues }) => {
  const key = LINE.exec(value)?.groups?.['key'];
  if (LINE.test(value) && (key === undefined || AssignmentKey.safeParse(key).success)) return;
  const message = 'is not a valid line (account id/permission set/principal id, shard.lane)';
  issues.push({ code: 'custom', input: value, message });
});
const Lines = z.array(Line);

/** `placement.lock.json`: in which shard (nested stack) each assignment lives, and in which lane. */
const PlacementFile = z.strictObject({
  version: z.literal(PLACEMENT_FILE_VERSION),
  stacks: z.strictObject({ access: Lines.optional(), management: Lines.optional() }),
});

/** An assignment that stands in several shards, and the finding about it. */
export interface Duplicate {
  readonly key: AssignmentKey;
  readonly issue: Issue;
}

export interface ParsedPlacement {
  /** Places; of an assignment that stands in several shards, the first. */
  readonly lock: Lock;
  readonly duplicates: readonly Duplicate[];
  readonly issues: readonly Issue[];
}

/** A line of the file: what it records, and its path. */
interface Entry {
  readonly key: AssignmentKey;
  readonly slot: Slot;
  readonly at: Issue['at'];
}

/** Reads the value of `placement.lock.json`. */
export function parsePlacement(value: unknown): ParsedPlacement {
  const version = valueAt(value, ['version']);
  if (typeof version === 'number' && version > PLACEMENT_FILE_VERSION) return refused([newerVersion(version)]);
  const parsed = PlacementFile.safeParse(value);
  if (!parsed.success) return refused(issuesOf(parsed.error, PlacementFile, value));
  const { stacks } = parsed.data;
  const of = (role: StackRole): readonly Entry[] =>
    (stacks[role] ?? []).flatMap((line, index) => entryOf(line, [role, index]));
  return { ...readEntries(of), issues: [] };
}

function refused(issues: readonly Issue[]): ParsedPlacement {
  const inFile = issues.map((issue): Issue => ({ ...issue, file: 'placement' }));
  return { lock: NO_PLACEMENT, duplicates: [], issues: inFile };
}

/** Places that both sides of a merge record together. */
export function mergeParsed(ours: ParsedPlacement, theirs: ParsedPlacement): ParsedPlacement {
  const of = (role: StackRole): readonly Entry[] =>
    [ours, theirs].flatMap(({ lock }) => [...lock[role]].map(([key, slot]) => ({ key, slot, at: [] })));
  const merged = readEntries(of);
  const duplicates = [...ours.duplicates, ...theirs.duplicates, ...merged.duplicates];
  return { ...merged, duplicates, issues: [] };
}

function entryOf(line: string, [role, index]: readonly [StackRole, number]): readonly Entry[] {
  const { key, shard, lane } = LINE.exec(line)?.groups ?? {};
  if (key === undefined) return [];
  const at = ['stacks', role, index];
  return [{ key: AssignmentKey.parse(key), slot: { shard: Number(shard), lane: Number(lane) }, at }];
}

function newerVersion(version: number): Issue {
  return {
    severity: 'error',
    code: 'placement-version',
    at: ['version'],
    value: version,
    problem: 'is a newer version of this file than this program reads',
    allowed: `version ${PLACEMENT_FILE_VERSION}; update entra-aws-identity`,
  };
}

function readEntries(of: (role: StackRole) => readonly Entry[]): Pick<ParsedPlacement, 'lock' | 'duplicates'> {
  const duplicates: Duplicate[] = [];
  const lockOf = (role: StackRole): StackLock => {
    const lock = new Map<AssignmentKey, Slot>();
    for (const entry of of(role)) {
      const { key, slot } = entry;
      const earlier = lock.get(key);
      if (earlier === undefined) lock.set(key, slot);
      else if (earlier.shard !== slot.shard) duplicates.push({ key, issue: placedTwice(entry, earlier.shard) });
    }
    return lock;
  };
  return { lock: { access: lockOf('access'), management: lockOf('management') }, duplicates };
}

function placedTwice({ key, slot: { shard }, at }: Entry, earlier: number): Issue {
  return {
    severity: 'error',
    code: 'placement-duplicate',
    file: 'placement',
    at,
    value: key,
    problem: `stands in shard ${earlier} and in shard ${shard}`,
    allowed:
      'each assignment once, in the shard where it is deployed; npx --no entra-aws preview keeps that of the main branch',
  };
}

/**
 * The file's text: a line an assignment, on the shelf of its permission set and group, and a line at the end of each shelf. The
 * 256 lines of the shelves are always there: whatever else two branches add, these are between it, and git merges it.
 */
export function formatPlacement(placement: Placement): string {
  const stacks = Object.fromEntries(
    STACK_ROLES.filter((role) => placement[role].size > 0).map((role) => [role, formatLines(placement[role])]),
  );
  return `${JSON.stringify({ version: PLACEMENT_FILE_VERSION, stacks }, undefined, 2)}\n`;
}

function formatLines(placement: StackPlacement): readonly string[] {
  const byPair = Map.groupBy(placement, ([key]) => pairOf(key));
  const byShelf = Map.groupBy(byPair.keys(), shelfOf);
  return Array.from({ length: SHELVES }, (_, number) => number.toString(16).padStart(2, '0')).flatMap((shelf) => [
    ...(byShelf.get(shelf) ?? []).toSorted(compareText).flatMap((pair) => linesOf(byPair.get(pair) ?? [])),
    shelf,
  ]);
}

function linesOf(entries: readonly (readonly [AssignmentKey, { shard: number; lane: number }])[]): readonly string[] {
  return entries.map(([key, { shard, lane }]) => `${key} ${shard}.${lane}`).toSorted(compareText);
}

/** Permission set and group: what a grant adds in one piece. */
function pairOf(key: AssignmentKey): string {
  const { permissionSet, principal } = partsOf(key);
  return `${permissionSet}/${principal}`;
}

function shelfOf(pair: string): string {
  return createHash('sha256').update(pair).digest('hex').slice(0, 2);
}
