import type { AssignmentKey, StackLock, Slot } from './placement';
import { partsOf } from './placement';

/** Resources and parameters of a stack (CloudFormation quotas). */
const MAX_ASSIGNMENTS = 500;
const MAX_PERMISSION_SETS = 200;

/** Places of one stack at an earlier commit, which may be deployed. */
export interface EarlierPlaces {
  readonly lock: StackLock;
  /** True if that commit's places are right where the file has others. */
  readonly prevails: boolean;
}

/** Places that a file records of one stack. */
export interface RecordedPlaces {
  readonly lock: StackLock;
  /** Assignments that stand in several shards. */
  readonly doubtful: ReadonlySet<AssignmentKey>;
}

/**
 * Places by which the assignments of a stack are placed: those of the file, repaired by those of an earlier commit. An assignment
 * that the file has lost, or has twice, is where it was; and an overfull shard keeps those that it had, while the others, which
 * were never deployed together with them, find a place again.
 */
export function repairPlaces(
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
export function hasOverfull(lock: StackLock, keys: Iterable<AssignmentKey> = lock.keys()): boolean {
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
