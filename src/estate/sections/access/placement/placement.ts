import { z } from 'zod';
import { compareText } from '../../../source/finding';
import { kept } from '../../../../permissions/glob';

/**
 * Account assignments that IAM Identity Center works on at once (IAM Identity Center quotas), and so the lanes of a shard.
 * Assignments of a lane depend on one another in a row.
 */
export const LANES = 10;

/**
 * Lanes of one shard. IAM Identity Center updates one role of an account at a time (its quotas), so an account has all its
 * assignments of a shard in one lane: two of them never wait for the same account side by side.
 */
export class Lanes {
  /** Assignments of each lane; the first lane is number 1. */
  private readonly loads: number[] = Array.from({ length: LANES }, () => 0);
  private readonly byAccount = new Map<string, number>();

  /** The lane of an account: the one that it has, or else the one with the least to do. */
  laneOf(account: string): number {
    return this.byAccount.get(account) ?? this.leastLoaded();
  }

  /** Assignments in a lane. */
  loadOf(lane: number): number {
    return this.loads[lane - 1] ?? 0;
  }

  /** Adds assignments of an account to a lane, which is the account's from then on. */
  add(account: string, lane: number, assignments = 1): void {
    this.byAccount.set(account, lane);
    this.loads[lane - 1] = this.loadOf(lane) + assignments;
  }

  private leastLoaded(): number {
    return this.loads.indexOf(Math.min(...this.loads)) + 1;
  }
}

/** Assignments in one shard. CloudFormation allows 500 resources a stack; the rest is room for what comes later. */
export const SHARD_CAPACITY = 450;

/** Distinct permission sets in one shard: each is a template parameter, of which CloudFormation allows 200. */
export const SHARD_PERMISSION_SETS = 180;

/** Assignments in a lane of a full shard. */
const LANE_CAPACITY = 45;

/** Role of a stack: `access`, or `management` for what a delegated administrator may not touch. */
export type StackRole = 'access' | 'management';
export const STACK_ROLES: readonly StackRole[] = ['access', 'management'];

/** `<account id>/<permission set>/<principal id>`: what makes an assignment the assignment that it is. */
export const AssignmentKey = z
  .string()
  .regex(/^\d{12}\/[\w+=,.@-]{1,32}\/[0-9a-fA-F-]{32,47}$/, {
    error: 'is not a valid assignment (account id/permission set/principal id)',
  })
  .overwrite(withPlainPrincipal)
  .brand<'AssignmentKey'>();
export type AssignmentKey = z.output<typeof AssignmentKey>;

/** Place of an assignment: a nested stack, and the lane in it. */
export interface Slot {
  readonly shard: number;
  readonly lane: number;
}

/** Places that a file records of one stack. */
export type StackLock = ReadonlyMap<AssignmentKey, Slot>;
export type Lock = Readonly<Record<StackRole, StackLock>>;

/** Place of each assignment of one stack. */
export type StackPlacement = ReadonlyMap<AssignmentKey, Slot>;
export type Placement = Readonly<Record<StackRole, StackPlacement>>;

export const NO_PLACEMENT: Placement = { access: new Map(), management: new Map() };

/** The key with its principal id in small letters, as the organization has it. */
function withPlainPrincipal(key: string): string {
  const principalAt = key.lastIndexOf('/');
  return key.slice(0, principalAt) + key.slice(principalAt).toLowerCase();
}

/** Parts of a key. */
export function partsOf(key: AssignmentKey): {
  readonly account: string;
  readonly permissionSet: string;
  readonly principal: string;
} {
  const [account = '', permissionSet = '', principal = ''] = key.split('/');
  return { account, permissionSet, principal };
}

/**
 * Places the assignments of one stack. Those that the lock knows stay in their shard, and an account in the lane that most of
 * its assignments there have. New ones, those of the accounts with the most of them first, go into the first shard that has
 * room for them in the lane of their account, or in its least loaded lane where the account is new. So a placement depends on
 * the lock and on the set of keys alone.
 */
export function placeAssignments(keys: readonly AssignmentKey[], lock: StackLock): StackPlacement {
  const shards = new Shards(Math.ceil(keys.length / SHARD_CAPACITY));
  const placement = new Map(keepAssignments(keys, lock, shards));
  const added = Map.groupBy(
    keys.filter((key) => !placement.has(key)),
    accountOf,
  );
  const inOrder = [...added].toSorted(([a, one], [b, other]) => other.length - one.length || compareText(a, b));
  for (const [, ofAccount] of inOrder) {
    for (const key of ofAccount.toSorted(compareText)) placement.set(key, shards.place(key));
  }
  return placement;
}

/** The first part of a key. */
function accountOf(key: AssignmentKey): string {
  return key.slice(0, key.indexOf('/'));
}

/** Places those that the lock knows, in their shards. */
function keepAssignments(
  keys: readonly AssignmentKey[],
  lock: StackLock,
  shards: Shards,
): readonly (readonly [AssignmentKey, Slot])[] {
  const kept = keys.flatMap((key): Kept[] => {
    const slot = lock.get(key);
    return slot === undefined ? [] : [{ key, ...slot }];
  });
  return [...Map.groupBy(kept, ({ shard }) => shard)].flatMap(([number, ofShard]) => {
    const byAccount = Map.groupBy(ofShard, ({ key }) => accountOf(key));
    const shard = shards.open(number);
    return [...byAccount.values()].flatMap((all) => {
      const lane = laneOfMost(all);
      for (const { key } of all) shard.put(partsOf(key), lane);
      return all.map(({ key }) => [key, { shard: number, lane }] as const);
    });
  });
}

interface Kept extends Slot {
  readonly key: AssignmentKey;
}

/** The lane that most of an account's assignments have: branches that were merged may have chosen two. */
function laneOfMost(kept: readonly Kept[]): number {
  const byLane = [...Map.groupBy(kept, ({ lane }) => lane)];
  const [most] = byLane.toSorted(([a, one], [b, other]) => other.length - one.length || a - b);
  if (most === undefined) throw new Error('an account without assignments has no lane');
  return most[0];
}

/** Contents of a shard while assignments are being placed. */
class ShardContents {
  readonly lanes = new Lanes();
  private assignments = 0;
  private readonly permissionSets = new Set<string>();

  put({ account, permissionSet }: ReturnType<typeof partsOf>, lane: number): void {
    this.assignments++;
    this.permissionSets.add(permissionSet);
    this.lanes.add(account, lane);
  }

  get isFull(): boolean {
    return this.assignments >= SHARD_CAPACITY;
  }

  hasRoomFor(permissionSet: string): boolean {
    return !this.isFull && (this.permissionSets.has(permissionSet) || this.permissionSets.size < SHARD_PERMISSION_SETS);
  }
}

/** Shards of a stack while assignments are being placed. */
class Shards {
  private readonly byNumber = new Map<number, ShardContents>();
  private firstOpen = 1;

  /** @param last number of the last shard that is opened for the sake of a short lane */
  constructor(private last: number) {}

  open(number: number): ShardContents {
    const shard = kept(this.byNumber, number, () => new ShardContents());
    this.last = Math.max(this.last, number);
    return shard;
  }

  place(key: AssignmentKey): Slot {
    const parts = partsOf(key);
    const number = this.findShard(parts.account, parts.permissionSet);
    const shard = this.open(number);
    const lane = shard.lanes.laneOf(parts.account);
    shard.put(parts, lane);
    return { shard: number, lane };
  }

  /**
   * The first shard with room in the account's lane. Where every such lane is full, as of an account that has more than a
   * tenth of everything, the one with the shortest: more shards would not make its assignments wait less for one another.
   */
  private findShard(account: string, permissionSet: string): number {
    let shortest: { readonly number: number; readonly load: number } | undefined;
    for (let number = this.passFull(); number <= this.last; number++) {
      const shard = this.byNumber.get(number);
      if (shard === undefined) return number;
      if (!shard.hasRoomFor(permissionSet)) continue;
      const load = shard.lanes.loadOf(shard.lanes.laneOf(account));
      if (load < LANE_CAPACITY) return number;
      if (load < (shortest?.load ?? Infinity)) shortest = { number, load };
    }
    return shortest?.number ?? this.last + 1;
  }

  private passFull(): number {
    while (this.byNumber.get(this.firstOpen)?.isFull === true) this.firstOpen++;
    return this.firstOpen;
  }
}

/** Tells whether two placements of a stack are the same: same assignments in the same shards. Lanes move nothing. */
export function isSamePlacement(a: StackLock, b: StackLock): boolean {
  return a.size === b.size && [...a].every(([key, { shard }]) => b.get(key)?.shard === shard);
}
