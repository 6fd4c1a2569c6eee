import { createHash } from 'node:crypto';
import { LANES } from '../../../src/estate/sections/access/placement/placement';

/**
 * The lane of a permission set. Sets of a lane depend on one another in a row, so that at most ten are made at once: a hundred
 * at once are throttled, and fail. The lane follows from the name alone: one that comes or goes changes the `DependsOn` of its
 * successor in the lane and of nothing else, and no file has to record it.
 */
export function laneOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % LANES;
}
