import {
  type EarlierPlacements,
  type EstateFolder,
  type FileText,
  PLACEMENT_FILE,
} from '../../../source/estate-folder';
import type { Issue } from '../../../source/finding';
import { conflictSides } from '../../../source/source-document';
import {
  type AssignmentKey,
  isSamePlacement,
  type Lock,
  NO_PLACEMENT,
  partsOf,
  type Placement,
  type Slot,
  STACK_ROLES,
  type StackLock,
  type StackRole,
} from './placement';
import { formatPlacement, mergeParsed, type ParsedPlacement, parsePlacement } from './placement-file';

/** State of `placement.lock.json`, compared with what the estate needs. */
export interface PlacementState {
  readonly placement: Placement;
  /** The text that the file should have. */
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

  stateOf(placement: Placement): PlacementState {
    return { placement, text: formatPlacement(placement), state: this.compare(placement) };
  }

  private compare(placement: Placement): PlacementState['state'] {
    const { exists, isConflicted, lock, duplicates } = this.read;
    if (isConflicted) return 'conflicted';
    if (!exists) return STACK_ROLES.every((role) => placement[role].size === 0) ? 'fresh' : 'missing';
    const isSame = duplicates.length === 0 && STACK_ROLES.every((role) => isSamePlacement(placement[role], lock[role]));
    return isSame ? 'fresh' : 'stale';
  }

  private get asksAlways(): boolean {
    return this.folder.earlierPlacements?.prevail ?? false;
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
    if (STACK_ROLES.every((role) => !hasOverfull(parsed.lock[role]))) return { lock: parsed.lock, prevails: prevail };
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

/** Resources and parameters of a stack (CloudFormation quotas). */
const MAX_ASSIGNMENTS = 500;
const MAX_PERMISSION_SETS = 200;

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
    const isOverfull = ofShard.length > MAX_ASSIGNMENTS || sets.size > MAX_PERMISSION_SETS;
    return isOverfull ? ofShard.map(([key]) => key) : [];
  });
}
