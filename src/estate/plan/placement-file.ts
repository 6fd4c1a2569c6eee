import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Issue } from '../source/finding';
import { compareText } from '../source/finding';
import { wholeRecord } from '../source/whole-record';
import { issuesOf } from '../source/zod-issues';
import { valueAt } from '../../text/path';
import { LANES } from './lanes';
import type { Lock, Placement, RecordedSlot, StackLock, StackPlacement, StackRole } from './placement';
import { AssignmentKey, NO_PLACEMENT, partsOf, STACK_ROLES } from './placement';

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

const Shards = wholeRecord(
  z.string().regex(new RegExp(`^${SHARD}$`), { error: 'is not a valid shard number' }),
  z.array(AssignmentKey),
);

/** The form before lanes were recorded. */
const FirstPlacementFile = z.strictObject({
  version: z.literal(1),
  stacks: z.strictObject({ access: Shards.optional(), management: Shards.optional() }),
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
  /** True if the file has an older form than this program writes. */
  readonly isOldForm: boolean;
  readonly issues: readonly Issue[];
}

/** A line of the file: what it records, and its path. */
interface Entry {
  readonly key: AssignmentKey;
  readonly slot: RecordedSlot;
  readonly at: Issue['at'];
}

/** Reads the value of `placement.lock.json`. */
export function parsePlacement(value: unknown): ParsedPlacement {
  const version = valueAt(value, ['version']);
  if (typeof version === 'number' && version > PLACEMENT_FILE_VERSION) return refused([newerVersion(version)]);
  const isOldForm = version === 1;
  const parsed = isOldForm ? parseFirstForm(value) : parseForm(value);
  return parsed.ok ? { ...readEntries(parsed.of), isOldForm, issues: [] } : refused(parsed.issues);
}

function refused(issues: readonly Issue[]): ParsedPlacement {
  const inFile = issues.map((issue): Issue => ({ ...issue, file: 'placement' }));
  return { lock: NO_PLACEMENT, duplicates: [], isOldForm: false, issues: inFile };
}

/** Places that both sides of a merge record together. */
export function mergeParsed(ours: ParsedPlacement, theirs: ParsedPlacement): ParsedPlacement {
  const of = (role: StackRole): readonly Entry[] =>
    [ours, theirs].flatMap(({ lock }) => [...lock[role]].map(([key, slot]) => ({ key, slot, at: [] })));
  const merged = readEntries(of);
  const duplicates = [...ours.duplicates, ...theirs.duplicates, ...merged.duplicates];
  return { ...merged, duplicates, isOldForm: ours.isOldForm || theirs.isOldForm, issues: [] };
}

type Parsed =
  | { readonly ok: true; readonly of: (role: StackRole) => readonly Entry[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

function parseForm(value: unknown): Parsed {
  const parsed = PlacementFile.safeParse(value);
  if (!parsed.success) return { ok: false, issues: issuesOf(parsed.error, PlacementFile, value) };
  const { stacks } = parsed.data;
  return { ok: true, of: (role) => (stacks[role] ?? []).flatMap((line, index) => entryOf(line, [role, index])) };
}

function entryOf(line: string, [role, index]: readonly [StackRole, number]): readonly Entry[] {
  const { key, shard, lane } = LINE.exec(line)?.groups ?? {};
  if (key === undefined) return [];
  const at = ['stacks', role, index];
  return [{ key: AssignmentKey.parse(key), slot: { shard: Number(shard), lane: Number(lane) }, at }];
}

function parseFirstForm(value: unknown): Parsed {
  const parsed = FirstPlacementFile.safeParse(value);
  if (!parsed.success) return { ok: false, issues: issuesOf(parsed.error, FirstPlacementFile, value) };
  const { stacks } = parsed.data;
  return {
    ok: true,
    of: (role) =>
      Object.entries(stacks[role] ?? {}).flatMap(([number, keys]) =>
        keys.map((key, index) => ({ key, slot: { shard: Number(number) }, at: ['stacks', role, number, index] })),
      ),
  };
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
    const lock = new Map<AssignmentKey, RecordedSlot>();
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
    allowed: 'each assignment once, in the shard where it is deployed; npm run preview keeps that of the main branch',
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
