import type { NestedStack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Shard, ShardAssignment } from '../../../src/estate/sections/access/plan/access-stacks';
import type { AdoptedSets } from './assignment-shard';
import { AssignmentShard } from './assignment-shard';
import type { Instance } from './instance';
import type { PermissionSet } from './permission-set';
import { keptOf, type StackPart } from './stack-part';

export interface AssignmentsProps {
  readonly instance: Instance;
  readonly permissionSets: ReadonlyMap<string, PermissionSet>;
  readonly shards: readonly Shard[];
  readonly adopted?: AdoptedSets | undefined;
  /** Given for an operation that changes some accounts alone. @default all are as declared */
  readonly part?: StackPart | undefined;
}

/** All assignments of a stack, in nested stacks that are deployed one after the other. */
export class Assignments extends Construct {
  constructor(scope: Construct, id: string, props: AssignmentsProps) {
    super(scope, id);
    const { instance, permissionSets, adopted, part } = props;
    let previous: NestedStack | undefined;
    for (const shard of shardsOf(props)) {
      const id = `Shard${shard.number}`;
      const nested = new AssignmentShard(this, id, { instance, permissionSets, shard, adopted, part });
      // Lanes hold across shards only so: two shards at once would have twenty lanes, and an account in two of them.
      if (previous !== undefined) nested.addStackDependency(previous);
      previous = nested;
    }
  }
}

/** Shards in their order, with the assignments that are to be as declared. One that is left with none is left out. */
function shardsOf({ shards, part }: AssignmentsProps): readonly Shard[] {
  if (part === undefined) return shards;
  const declared = new Map(shards.map((shard) => [shard.number, shard.assignments]));
  const numbers = [...new Set([...declared.keys(), ...part.deployed.shards.keys()])].toSorted((a, b) => a - b);
  const isInTurn = ({ assignment }: ShardAssignment): boolean => part.accounts.includes(assignment.account.id);
  return numbers
    .map((number) => ({ number, assignments: (declared.get(number) ?? []).filter(isInTurn) }))
    .filter(({ number, assignments }) => assignments.length > 0 || Object.keys(keptOf(part, number)).length > 0);
}
