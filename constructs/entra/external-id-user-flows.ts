import * as pulumi from '@pulumi/pulumi';
import type { GraphFlowProperty, UserFlow as FlowDefinition } from '../../src/estate/sections/customers/customers';
import type { FlowReferences } from './b2c-user-flows';
import { AuthenticationEventsFlow, type AuthenticationEventsFlowArgs } from '../graph/authentication-events-flow';

export interface ExternalIdUserFlowsArgs extends FlowReferences {
  /** In any order; what the applications use a flow for is its identity, so that another name renames it. */
  readonly flows: readonly FlowDefinition[];
  /** Client id of the application whose people see the flow. */
  readonly application: pulumi.Input<string>;
}

/**
 * The user flows of an external tenant: how people sign up and sign in. What a flow leaves empty (attributes) is left to the
 * service. Needs the provider `entragraph` in `opts.providers`.
 */
export class ExternalIdUserFlows extends pulumi.ComponentResource {
  constructor(name: string, args: ExternalIdUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:ExternalIdUserFlows', name, {}, opts);
    const { flows, application, ...names } = args;
    for (const flow of flows) {
      new AuthenticationEventsFlow(
        `${name}-${flow.use}`,
        { displayName: flow.id, ...flowArgs(flow, names), applications: [application] },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** A property that External ID does not have is for `checkExternalIdFlow` to refuse. */
type ExternalProperty = Exclude<GraphFlowProperty, 'languages' | 'apiConnectors'>;
type FlowArgs = Pick<AuthenticationEventsFlowArgs, 'isSignUpAllowed' | 'identityProviders' | 'attributes'>;

function flowArgs({ type, identityProviders, attributes }: FlowDefinition, names: FlowReferences): FlowArgs {
  const parts = {
    type: { isSignUpAllowed: type === 'signUpOrSignIn' },
    identityProviders: {
      identityProviders: identityProviders.toSorted().map((one) => names.identityProviders?.get(one) ?? one),
    },
    attributes: attributes.length > 0 && {
      attributes: attributes.map(({ id, optional, label }) => ({
        attribute: names.customAttributes?.get(id) ?? id,
        isOptional: optional,
        ...(label !== undefined && { label }),
      })),
    },
  } satisfies Record<ExternalProperty, Partial<FlowArgs> | false>;
  return { ...parts.type, ...parts.identityProviders, ...parts.attributes };
}
