import * as pulumi from '@pulumi/pulumi';
import type { ManualSteps, UserFlow as FlowDefinition } from '../../model/customers';
import { type ManualStep, UserFlow, type UserFlowArgs } from '../graph/user-flow';

export interface B2cUserFlowsArgs {
  /** In any order; a flow's id is its identity. */
  readonly flows: readonly FlowDefinition[];
  /** What happens where the service did not keep a setting that Graph does not document. */
  readonly manualSteps: ManualSteps;
}

/**
 * The user flows of a B2C directory. What a flow leaves empty (attributes, claims, identity providers) is left to the service.
 * Needs the provider `entragraph` in `opts.providers`.
 */
export class B2cUserFlows extends pulumi.ComponentResource {
  /** What a person still has to do in the portal, by id of the flow; empty lists if everything is as declared. */
  readonly pendingManualSteps: Readonly<Record<string, pulumi.Output<readonly ManualStep[]>>>;

  constructor(name: string, args: B2cUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:B2cUserFlows', name, {}, opts);
    const create = (definition: FlowDefinition): UserFlow =>
      new UserFlow(`${name}-${definition.id}`, flowArgs(definition, args.manualSteps), { parent: this });
    this.pendingManualSteps = Object.fromEntries(
      args.flows.map((definition) => [definition.id, create(definition).pendingManualSteps]),
    );
    this.registerOutputs({ pendingManualSteps: this.pendingManualSteps });
  }
}

function flowArgs(flow: FlowDefinition, manualSteps: ManualSteps): UserFlowArgs {
  const { attributes, claims, identityProviders } = flow;
  return {
    userFlowId: flow.id,
    userFlowType: flow.type,
    multifactor: flow.multifactor,
    manualSteps,
    ...(attributes.length > 0 && { attributes: attributes.map(attributeArgs) }),
    ...(claims.length > 0 && { tokenClaims: claims.toSorted() }),
    ...(identityProviders.length > 0 && { identityProviders: identityProviders.toSorted() }),
  };
}

function attributeArgs({ id, optional, requiresVerification }: FlowDefinition['attributes'][number]) {
  return { attribute: id, isOptional: optional, requiresVerification };
}
