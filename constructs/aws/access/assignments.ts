import { Construct } from 'constructs';
import type { Shard } from '../../../src/estate/plan/access-stacks';
import type { AdoptedSets } from './assignment-shard';
import { AssignmentShard } from './assignment-shard';
import type { Instance } from './instance';
import type { PermissionSet } from './permission-set';

export interface AssignmentsProps {
  readonly instance: Instance;
  readonly permissionSets: ReadonlyMap<string, PermissionSet>;
  readonly shards: readonly Shard[];
  readonly adopted?: AdoptedSets | undefined;
}

/** All assignments of a stack, in nested stacks that are deployed one after the other. */
export class Assignments extends Construct {
  constructor(scope: Construct, id: string, props: AssignmentsProps) {
    super(scope, id);
    const { instance, permissionSets, adopted } = props;
    let previous: AssignmentShard | undefined;
    for (const shard of props.shards) {
      const nested = new AssignmentShard(this, `Shard${shard.number}`, { instance, permissionSets, shard, adopted });
      // Lanes hold across shards only so: two shards at once would have twenty lanes, and an account in two of them.
      if (previous !== undefined) nested.addStackDependency(previous);
      previous = nested;
    }
  }
}
