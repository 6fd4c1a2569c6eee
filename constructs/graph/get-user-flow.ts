import * as pulumi from '@pulumi/pulumi';
import type { UserFlowType } from './user-flow';

export interface GetUserFlowArgs {
  /** Name of the flow, `B2C_1_…`, in any case. */
  readonly userFlowId: pulumi.Input<string>;
}

export interface GetUserFlowResult {
  /** Name of the flow, in the case in which the directory has it. */
  readonly userFlowId: string;
  /** Purpose of the flow. */
  readonly userFlowType: UserFlowType;
  /** Version of the type. */
  readonly userFlowTypeVersion: number;
  /** Ids of the identity providers that it offers. */
  readonly identityProviders: readonly string[];
  /** Ids of the attributes that it asks for, in this order. */
  readonly attributes: readonly string[];
}

/**
 * Looks up a user flow of an Azure AD B2C directory by its name. Fails if there is none. Needs `IdentityUserFlow.Read.All`.
 */
export function getUserFlowOutput(
  args: GetUserFlowArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetUserFlowResult> {
  return pulumi.runtime.invokeOutput('entragraph:index:getUserFlow', { ...args }, opts);
}
