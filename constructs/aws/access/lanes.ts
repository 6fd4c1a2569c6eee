import { createHash } from 'node:crypto';

/** Account assignments that IAM Identity Center works on at once (IAM Identity Center quotas). */
const LANES = 10;

/**
 * The lane of an assignment. Assignments of a lane depend on one another in a row, so that at most ten are in flight. The
 * lane follows from the assignment's key alone: one that comes or goes changes the `DependsOn` of its successor in the
 * lane and of nothing else, which a sliding window over a sorted list would not give.
 */
export function laneOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) % LANES;
}
