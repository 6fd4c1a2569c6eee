import * as pulumi from '@pulumi/pulumi';
import { AuthenticationEventsFlow } from '../graph/events-flow';
import { UserFlow } from '../graph/user-flow';
import type { FlowReferences } from '../../src/estate/records/flow-attributes';
import { b2cFlow, externalFlow } from '../../src/estate/records/flow-properties';
import { standingFlows, type UserFlow as FlowDefinition } from '../../src/estate/sections/customers/customers';

export interface B2cUserFlowsArgs extends FlowReferences<pulumi.Input<string>> {
  /** In any order; a flow's id is its identity. Under its previous ids it stays: applications may still name them. */
  readonly flows: readonly FlowDefinition[];
}

/**
 * The user flows of a B2C directory. What a flow leaves empty (attributes, claims, identity providers) is left to the service.
 * Needs the provider `entragraph` in `opts.providers`.
 */
export class B2cUserFlows extends pulumi.ComponentResource {
  constructor(name: string, args: B2cUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:B2cUserFlows', name, {}, opts);
    const { flows: userFlows, ...names } = args;
    for (const flow of standingFlows({ directoryType: 'b2c', userFlows }))
      new UserFlow(`${name}-${flow.id}`, { userFlowId: flow.id, ...b2cFlow(flow, names) }, { parent: this });
    this.registerOutputs({});
  }
}

interface ExternalIdUserFlowsArgs extends FlowReferences<pulumi.Input<string>> {
  /** In any order; what the applications use a flow for is its identity, so that another name renames it. */
  readonly flows: readonly FlowDefinition[];
  /** Client ids of the applications whose people see the flow. */
  readonly applications: readonly pulumi.Input<string>[];
}

/**
 * The user flows of an external tenant: how people sign up and sign in. What a flow leaves empty (attributes) is left to the
 * service. Needs the provider `entragraph` in `opts.providers`.
 */
export class ExternalIdUserFlows extends pulumi.ComponentResource {
  constructor(name: string, args: ExternalIdUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:ExternalIdUserFlows', name, {}, opts);
    const { flows, applications, ...names } = args;
    for (const flow of flows) {
      new AuthenticationEventsFlow(
        `${name}-${flow.use}`,
        { displayName: flow.id, ...externalFlow(flow, names), applications: [...applications] },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
