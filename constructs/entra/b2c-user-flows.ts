import * as pulumi from '@pulumi/pulumi';
import type { UserFlow as FlowDefinition } from '../../src/estate/sections/customers/customers';
import type { FlowReferences } from '../../src/estate/records/flow-attributes';
import { b2cFlow } from '../../src/estate/records/flows';
import { UserFlow } from '../graph/user-flow';

export interface B2cUserFlowsArgs extends FlowReferences<pulumi.Input<string>> {
  /** In any order; a flow's id is its identity. */
  readonly flows: readonly FlowDefinition[];
}

/**
 * The user flows of a B2C directory. What a flow leaves empty (attributes, claims, identity providers) is left to the service.
 * Needs the provider `entragraph` in `opts.providers`.
 */
export class B2cUserFlows extends pulumi.ComponentResource {
  constructor(name: string, args: B2cUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:B2cUserFlows', name, {}, opts);
    const { flows, ...names } = args;
    for (const flow of flows) {
      const inputs = { userFlowId: flow.id, ...b2cFlow(flow, names) };
      new UserFlow(`${name}-${flow.id}`, inputs, { parent: this });
    }
    this.registerOutputs({});
  }
}
