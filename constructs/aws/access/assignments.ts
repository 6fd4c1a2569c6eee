import type { NestedStack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Shard } from '../../../src/estate/plan/access-stacks';
import type { AdoptedSets } from './assignment-shard';
import { AssignmentShard } from './assignment-shard';
import type { Instance } from './instance';
import type { PermissionSet } from './permission-set';
import { KeptShard, type StackPart } from './stack-part';

export interface AssignmentsProps {
  readonly instance: Instance;
  readonly permissionSets: ReadonlyMap<string, PermissionSet>;
  readonly shards: readonly Shard[];
  readonly adopted?: AdoptedSets | undefined;
  /** Given for an operation that changes some shards alone. @default all are as declared */
  readonly part?: StackPart | undefined;
}

/** All assignments of a stack, in nested stacks that are deployed one after the other. */
export class Assignments extends Construct {
  constructor(scope: Construct, id: string, props: AssignmentsProps) {
    super(scope, id);
    const { instance, permissionSets, adopted, part } = props;
    let previous: NestedStack | undefined;
    for (const { number, shard } of shardsOf(props)) {
      const nested =
        shard === undefined
          ? part && new KeptShard(this, number, part.deployed)
          : new AssignmentShard(this, `Shard${number}`, { instance, permissionSets, shard, adopted });
      if (nested === undefined) continue;
      // Lanes hold across shards only so: two shards at once would have twenty lanes, and an account in two of them.
      if (previous !== undefined) nested.addStackDependency(previous);
      previous = nested;
    }
  }
}

/** Shards by number; without a declared one, it stays as it is deployed. */
function shardsOf({ shards, part }: AssignmentsProps): readonly { readonly number: number; readonly shard?: Shard }[] {
  const declared = shards.map((shard) => ({ number: shard.number, shard }));
  if (part === undefined) return declared;
  const kept = [...part.deployed.shards.keys()].filter((number) => !part.shards.includes(number));
  const all = [...declared.filter(({ number }) => part.shards.includes(number)), ...kept.map((number) => ({ number }))];
  return all.toSorted((a, b) => a.number - b.number);
}
