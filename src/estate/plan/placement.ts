import { z } from 'zod';
import type { Issue } from '../source/finding';
import { compareText } from '../source/finding';
import { issuesOf, valueAt } from '../source/zod-issues';

const PLACEMENT_FILE_VERSION = 1;

/** Assignments in one shard. CloudFormation allows 500 resources a stack; the rest is room for what comes later. */
export const SHARD_CAPACITY = 450;

/** Distinct permission sets in one shard: each is a template parameter, of which CloudFormation allows 200. */
export const SHARD_PERMISSION_SETS = 180;

/** Role of a stack: `access`, or `management` for what a delegated administrator may not touch. */
export type StackRole = 'access' | 'management';

/** `<account id>/<permission set>/<principal id>`: what makes an assignment the assignment that it is. */
const AssignmentKey = z
  .string()
  .regex(/^\d{12}\/[\w+=,.@-]{1,32}\/[0-9a-fA-F-]{32,47}$/, {
    error: 'is not a valid assignment (account id/permission set/principal id)',
  })
  .overwrite(withPlainPrincipal)
  .brand<'AssignmentKey'>();
export type AssignmentKey = z.output<typeof AssignmentKey>;

const Shards = z.record(
  z.string().regex(/^[1-9]\d{0,3}$/, { error: 'is not a valid shard number' }),
  z.array(AssignmentKey),
);

/** `placement.lock.json`: in which shard (nested stack) each assignment lives. */
const PlacementFile = z.strictObject({
  version: z.literal(PLACEMENT_FILE_VERSION),
  stacks: z.strictObject({ access: Shards.optional(), management: Shards.optional() }),
});

/** Shard number of each assignment of one stack. */
export type StackPlacement = ReadonlyMap<AssignmentKey, number>;
export type Placement = Readonly<Record<StackRole, StackPlacement>>;

export const NO_PLACEMENT: Placement = { access: new Map(), management: new Map() };

export interface ParsedPlacement {
  readonly placement: Placement;
  readonly issues: readonly Issue[];
}

/** Reads the value of `placement.lock.json`. An assignment that stands in two shards is an error. */
export function parsePlacement(value: unknown): ParsedPlacement {
  const version = valueAt(value, ['version']);
  if (typeof version === 'number' && version > PLACEMENT_FILE_VERSION) {
    return { placement: NO_PLACEMENT, issues: [newerVersion(version)] };
  }
  const parsed = PlacementFile.safeParse(value);
  if (!parsed.success) {
    const issues = issuesOf(parsed.error, PlacementFile, value).map((issue): Issue => ({
      ...issue,
      file: 'placement',
    }));
    return { placement: NO_PLACEMENT, issues };
  }
  const { access = {}, management = {} } = parsed.data.stacks;
  const issues: Issue[] = [];
  return {
    placement: {
      access: readShards('access', access, issues),
      management: readShards('management', management, issues),
    },
    issues,
  };
}

function newerVersion(version: number): Issue {
  return {
    severity: 'error',
    code: 'placement-version',
    file: 'placement',
    at: ['version'],
    value: version,
    problem: 'is a newer version of this file than this program reads',
    allowed: `version ${PLACEMENT_FILE_VERSION}; update entra-aws-identity`,
  };
}

function readShards(role: StackRole, shards: z.infer<typeof Shards>, issues: Issue[]): StackPlacement {
  const placement = new Map<AssignmentKey, number>();
  for (const [number, keys] of Object.entries(shards)) {
    keys.forEach((key, index) => {
      const earlier = placement.get(key);
      if (earlier === undefined) placement.set(key, Number(number));
      else issues.push(placedTwice(role, number, { key, index, earlier }));
    });
  }
  return placement;
}

/** The key with its principal id in small letters, as the organization has it. */
function withPlainPrincipal(key: string): string {
  const principalAt = key.lastIndexOf('/');
  return key.slice(0, principalAt) + key.slice(principalAt).toLowerCase();
}

function placedTwice(role: StackRole, number: string, found: { key: string; index: number; earlier: number }): Issue {
  return {
    severity: 'error',
    code: 'placement-duplicate',
    file: 'placement',
    at: ['stacks', role, number, found.index],
    value: found.key,
    problem: `stands in shard ${found.earlier} and in shard ${number}`,
    allowed: 'each assignment once, in the shard where it is deployed; after a merge keep the line of the main branch',
  };
}

/** Contents of a shard while assignments are being placed. */
interface Shard {
  assignments: number;
  readonly permissionSets: Map<string, number>;
}

/**
 * Places the assignments of one stack. Those that the lock knows stay where they are; new ones, in sorted order, go into
 * the first shard that has room. So a placement depends on the lock and on the set of keys alone.
 */
export function placeAssignments(keys: readonly AssignmentKey[], lock: StackPlacement): StackPlacement {
  const shards = new Map<number, Shard>();
  const placement = new Map<AssignmentKey, number>();
  const put = (key: AssignmentKey, number: number): void => {
    placement.set(key, number);
    fill(shards, number, permissionSetOf(key));
  };
  const sorted = keys.toSorted(compareText);
  for (const key of sorted) {
    const number = lock.get(key);
    if (number !== undefined) put(key, number);
  }
  let firstOpen = 1;
  for (const key of sorted) {
    if (placement.has(key)) continue;
    while (isFull(shards.get(firstOpen))) firstOpen++;
    let number = firstOpen;
    while (!hasRoom(shards.get(number), permissionSetOf(key))) number++;
    put(key, number);
  }
  return placement;
}

function permissionSetOf(key: AssignmentKey): string {
  return key.split('/')[1] ?? '';
}

function fill(shards: Map<number, Shard>, number: number, permissionSet: string): void {
  const shard = shards.get(number) ?? { assignments: 0, permissionSets: new Map<string, number>() };
  shard.assignments++;
  shard.permissionSets.set(permissionSet, (shard.permissionSets.get(permissionSet) ?? 0) + 1);
  shards.set(number, shard);
}

function isFull(shard: Shard | undefined): boolean {
  return shard !== undefined && shard.assignments >= SHARD_CAPACITY;
}

function hasRoom(shard: Shard | undefined, permissionSet: string): boolean {
  if (shard === undefined) return true;
  if (isFull(shard)) return false;
  return shard.permissionSets.has(permissionSet) || shard.permissionSets.size < SHARD_PERMISSION_SETS;
}

/** The lock file's text: shards by number, keys sorted, one a line, so that version control merges it well. */
export function formatPlacement(placement: Placement): string {
  const stacks = Object.fromEntries(
    (['access', 'management'] as const)
      .filter((role) => placement[role].size > 0)
      .map((role) => [role, formatShards(placement[role])]),
  );
  return `${JSON.stringify({ version: PLACEMENT_FILE_VERSION, stacks }, undefined, 2)}\n`;
}

function formatShards(placement: StackPlacement): Readonly<Record<string, readonly string[]>> {
  const byShard = Map.groupBy(placement, ([, number]) => number);
  const numbers = [...byShard.keys()].toSorted((a, b) => a - b);
  return Object.fromEntries(
    numbers.map((number) => [String(number), (byShard.get(number) ?? []).map(([key]) => key).toSorted(compareText)]),
  );
}

/** Tells whether two placements of a stack are the same: same assignments in the same shards. */
export function isSamePlacement(a: StackPlacement, b: StackPlacement): boolean {
  return a.size === b.size && [...a].every(([key, number]) => b.get(key) === number);
}
