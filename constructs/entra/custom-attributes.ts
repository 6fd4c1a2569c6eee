import * as pulumi from '@pulumi/pulumi';
import type { CustomAttribute } from '../../src/estate/sections/customers/customers';
import { UserFlowAttribute } from '../graph/user-flow-attribute';
import type { DirectoryIds } from './identity-providers';

export interface CustomAttributesArgs {
  /** In any order; an attribute's name is its identity. */
  readonly attributes: readonly CustomAttribute[];
}

/** User attributes of one's own in a directory of customers. Needs the provider `entragraph` in `opts.providers`. */
export class CustomAttributes extends pulumi.ComponentResource {
  /** Ids by the names of the estate. */
  readonly ids: DirectoryIds;

  constructor(name: string, { attributes }: CustomAttributesArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:CustomAttributes', name, {}, opts);
    this.ids = new Map(
      attributes.map(({ name: displayName, dataType, description = '' }) => {
        const args = { displayName, dataType, description };
        return [displayName, new UserFlowAttribute(`${name}-${displayName}`, args, { parent: this }).id];
      }),
    );
    this.registerOutputs({});
  }
}
