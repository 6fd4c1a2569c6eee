import * as pulumi from '@pulumi/pulumi';
import type { UserFlow as FlowDefinition } from '../../src/estate/sections/customers/customers';
import { AuthenticationEventsFlow } from '../graph/authentication-events-flow';

export interface ExternalIdUserFlowsArgs {
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
  constructor(name: string, { flows, application }: ExternalIdUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:ExternalIdUserFlows', name, {}, opts);
    for (const flow of flows) {
      const { id: displayName, use, type, attributes, identityProviders } = flow;
      new AuthenticationEventsFlow(
        `${name}-${use}`,
        {
          displayName,
          isSignUpAllowed: type === 'signUpOrSignIn',
          identityProviders: identityProviders.toSorted(),
          ...(attributes.length > 0 && {
            attributes: attributes.map(({ id, optional }) => ({ attribute: id, isOptional: optional })),
          }),
          applications: [application],
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
