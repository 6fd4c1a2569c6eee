import { MAX_PARAMETERS_OF_STACK, MAX_RESOURCES_OF_STACK } from '../../limits';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { compareText, type Issue, issuesOf } from '../../../source/finding';
import { valueAt } from '../../../../text/values';
import {
  AssignmentKey,
  isSamePlacement,
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
import {
  type EarlierPlacements,
  type EstateFolder,
  type FileText,
  PLACEMENT_FILE,
} from '../../../source/estate-folder';
import { conflictSides } from '../../../source/source-document';

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

/** State of `placement.lock.json`, compared with what the estate needs. */
export interface PlacementState {
  readonly placement: Placement;
  /** The text that the file should have, made when it is asked for. */
  readonly text: string;
  /** `conflicted` is a file in which git left conflict markers. */
  readonly state: 'fresh' | 'stale' | 'missing' | 'conflicted';
}

/** Reports the faults of a text, and gives its value; undefined for a text that is not JSON. */
type Open = (file: FileText) => unknown;

interface Read extends ParsedPlacement {
  readonly exists: boolean;
  readonly isConflicted: boolean;
}

const MISSING: Read = {
  exists: false,
  isConflicted: false,
  lock: NO_PLACEMENT,
  duplicates: [],
  issues: [],
};

/** The placement file of an estate, and what earlier commits say where it is in doubt. */
export class PlacementReader {
  private readonly read: Read;
  private earlier: { readonly lock: Lock; readonly prevails: boolean } | undefined;
  private hasAsked = false;

  constructor(
    private readonly folder: EstateFolder,
    open: Open,
  ) {
    this.read = readFile(folder.read(PLACEMENT_FILE), open);
  }

  /** Places that the file records of a stack, repaired for assignments that the estate needs. */
  lockOf(role: StackRole, keys: readonly AssignmentKey[]): StackLock {
    const lock = this.read.lock[role];
    const doubtful = new Set(this.read.duplicates.map(({ key }) => key));
    const isSound =
      doubtful.size === 0 && !hasOverfull(lock, keys) && keys.every((key) => lock.has(key)) && !this.asksAlways;
    const earlier = isSound ? undefined : this.earlierPlaces();
    return repairPlaces(keys, { lock, doubtful }, earlier && { lock: earlier.lock[role], prevails: earlier.prevails });
  }

  /** Faults of the file; not those that are repaired. */
  issues(): readonly Issue[] {
    const { issues, duplicates } = this.read;
    if (duplicates.length === 0 || this.earlierPlaces() !== undefined) return issues;
    return [...issues, ...duplicates.map(({ issue }) => issue)];
  }

  /** @param isWhole false if a stack is refused for its size, and so has no places */
  stateOf(placement: Placement, isWhole: boolean): PlacementState {
    let text: string | undefined;
    return {
      placement,
      state: this.compare(placement, isWhole),
      get text() {
        return (text ??= formatPlacement(placement));
      },
    };
  }

  private compare(placement: Placement, isWhole: boolean): PlacementState['state'] {
    const { exists, isConflicted, lock, duplicates } = this.read;
    if (isConflicted) return 'conflicted';
    if (!exists) return isWhole && STACK_ROLES.every((role) => placement[role].size === 0) ? 'fresh' : 'missing';
    const isSame =
      isWhole && duplicates.length === 0 && STACK_ROLES.every((role) => isSamePlacement(placement[role], lock[role]));
    return isSame ? 'fresh' : 'stale';
  }

  private get asksAlways(): boolean {
    return this.folder.earlierPlacements?.prevail() ?? false;
  }

  private earlierPlaces(): PlacementReader['earlier'] {
    if (!this.hasAsked && this.folder.earlierPlacements !== undefined) {
      this.earlier = firstSound(this.folder.earlierPlacements);
    }
    this.hasAsked = true;
    return this.earlier;
  }
}

function readFile(file: FileText, open: Open): Read {
  if (file.kind === 'missing') return MISSING;
  const sides = file.kind === 'text' ? conflictSides(file.text) : undefined;
  if (sides !== undefined) {
    const both = [sides.ours, sides.theirs].map(parseQuietly);
    const [ours, theirs] = both;
    if (ours !== undefined && theirs !== undefined) {
      return { ...mergeParsed(ours, theirs), exists: true, isConflicted: true };
    }
    return { ...MISSING, exists: true, issues: [UNREADABLE_CONFLICT] };
  }
  const value = open(file);
  if (value === undefined) return { ...MISSING, exists: true };
  return { ...parsePlacement(value), exists: true, isConflicted: false };
}

const UNREADABLE_CONFLICT: Issue = {
  severity: 'error',
  code: 'placement-conflict',
  file: 'placement',
  at: [],
  problem: 'has conflict markers of a merge, and what is between them was edited',
  allowed: `take the file of the main branch (git checkout --theirs, or --ours, -- ${PLACEMENT_FILE}) and run npx --no entra-aws preview`,
};

/**
 * The newest of some placement files that could have been deployed. One with a fault, or with a shard that is too large, never
 * was: so whatever is deployed stands in an older one.
 */
function firstSound({ texts, prevail }: EarlierPlacements): PlacementReader['earlier'] {
  for (const text of texts()) {
    const parsed = parseQuietly(text);
    if (parsed === undefined || parsed.duplicates.length > 0) continue;
    if (STACK_ROLES.every((role) => !hasOverfull(parsed.lock[role]))) return { lock: parsed.lock, prevails: prevail() };
  }
  return undefined;
}

function parseQuietly(text: string): ParsedPlacement | undefined {
  try {
    const parsed = parsePlacement(JSON.parse(text));
    return parsed.issues.length === 0 ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Places of one stack at an earlier commit, which may be deployed. */
interface EarlierPlaces {
  readonly lock: StackLock;
  /** True if that commit's places are right where the file has others. */
  readonly prevails: boolean;
}

/** Places that a file records of one stack. */
interface RecordedPlaces {
  readonly lock: StackLock;
  /** Assignments that stand in several shards. */
  readonly doubtful: ReadonlySet<AssignmentKey>;
}

/**
 * Places by which the assignments of a stack are placed: those of the file, repaired by those of an earlier commit. An assignment
 * that the file has lost, or has twice, is where it was; and an overfull shard keeps those that it had, while the others, which
 * were never deployed together with them, find a place again.
 */
function repairPlaces(
  keys: readonly AssignmentKey[],
  recorded: RecordedPlaces,
  earlier: EarlierPlaces | undefined,
): StackLock {
  if (earlier === undefined) return recorded.lock;
  const slots = new Map<AssignmentKey, Slot>();
  for (const key of keys) {
    const slot = slotOf(key, recorded, earlier);
    if (slot !== undefined) slots.set(key, slot);
  }
  for (const key of overfullOf([...slots])) if (!earlier.lock.has(key)) slots.delete(key);
  return slots;
}

function slotOf(key: AssignmentKey, recorded: RecordedPlaces, earlier: EarlierPlaces): Slot | undefined {
  const own = recorded.lock.get(key);
  const before = earlier.lock.get(key);
  if (own === undefined || before === undefined) return own ?? before;
  // Where the shard is the same, the lane of the file is the newer one.
  const isWrong = own.shard !== before.shard && (earlier.prevails || recorded.doubtful.has(key));
  return isWrong ? before : own;
}

/** Tells whether a shard has more than a stack may; with `keys`, of these assignments. */
function hasOverfull(lock: StackLock, keys: Iterable<AssignmentKey> = lock.keys()): boolean {
  const slots = [...keys].flatMap((key) => {
    const slot = lock.get(key);
    return slot === undefined ? [] : [[key, slot] as const];
  });
  return overfullOf(slots).length > 0;
}

function overfullOf(slots: readonly (readonly [AssignmentKey, Slot])[]): readonly AssignmentKey[] {
  return [...Map.groupBy(slots, ([, { shard }]) => shard).values()].flatMap((ofShard) => {
    const sets = new Set(ofShard.map(([key]) => partsOf(key).permissionSet));
    const isOverfull = ofShard.length > MAX_RESOURCES_OF_STACK || sets.size > MAX_PARAMETERS_OF_STACK;
    return isOverfull ? ofShard.map(([key]) => key) : [];
  });
}
