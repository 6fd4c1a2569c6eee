import { Construct } from 'constructs';
import type { PermissionSet as PermissionSetDefinition } from '../../../src/estate/sections/estate';
import { constructIdOf } from './construct-id';
import type { Instance } from './instance';
import { laneOf } from './lanes';
import { PermissionSet } from './permission-set';

export interface PermissionSetsProps {
  readonly instance: Instance;
  readonly definitions: readonly PermissionSetDefinition[];
}

/**
 * The permission sets of a stack, each under its own name, so that order and number of the others never matter. At most ten are
 * made at once: see `laneOf`.
 */
export class PermissionSets extends Construct {
  /** Permission sets by the names that the estate gives them. */
  readonly byName: ReadonlyMap<string, PermissionSet>;

  constructor(scope: Construct, id: string, props: PermissionSetsProps) {
    super(scope, id);
    const last = new Map<number, PermissionSet>();
    this.byName = new Map(
      props.definitions.map((definition) => {
        const { name } = definition;
        const set = new PermissionSet(this, constructIdOf(name), { instance: props.instance, definition });
        const previous = last.get(laneOf(name));
        if (previous !== undefined) set.createAfter(previous);
        last.set(laneOf(name), set);
        return [name, set];
      }),
    );
  }
}
