import * as pulumi from '@pulumi/pulumi';

export interface GetAuthenticationEventsFlowArgs {
  /** Name of the flow, exactly. */
  readonly displayName: pulumi.Input<string>;
}

export interface GetAuthenticationEventsFlowResult {
  /** Graph's id of the flow, by which it is imported. */
  readonly flowId: string;
  /** Name of the flow. */
  readonly displayName: string;
  /** True if people may sign up by themselves. */
  readonly isSignUpAllowed: boolean;
  /** Ids of the identity providers that it offers. */
  readonly identityProviders: readonly string[];
}

/**
 * Looks up a user flow of an external tenant by its name. Fails if there is none or more than one. Needs `EventListener.Read.All`.
 */
export function getAuthenticationEventsFlowOutput(
  args: GetAuthenticationEventsFlowArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetAuthenticationEventsFlowResult> {
  return pulumi.runtime.invokeOutput('entragraph:index:getAuthenticationEventsFlow', { ...args }, opts);
}
