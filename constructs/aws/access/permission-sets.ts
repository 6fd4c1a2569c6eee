import { Construct } from 'constructs';
import type { PermissionSet as PermissionSetDefinition } from '../../../src/estate/sections/estate';
import { constructIdOf } from './construct-id';
import type { Instance } from './instance';
import { PermissionSet } from './permission-set';

export interface PermissionSetsProps {
  readonly instance: Instance;
  readonly definitions: readonly PermissionSetDefinition[];
}

/** The permission sets of a stack, each under its own name, so that order and number of the others never matter. */
export class PermissionSets extends Construct {
  /** Permission sets by the names that the estate gives them. */
  readonly byName: ReadonlyMap<string, PermissionSet>;

  constructor(scope: Construct, id: string, props: PermissionSetsProps) {
    super(scope, id);
    this.byName = new Map(
      props.definitions.map((definition) => [
        definition.name,
        new PermissionSet(this, constructIdOf(definition.name), { instance: props.instance, definition }),
      ]),
    );
  }
}
