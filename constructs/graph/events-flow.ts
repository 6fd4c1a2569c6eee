import * as pulumi from '@pulumi/pulumi';

/** An attribute that a user flow asks for at the sign-up. */
export interface CollectedAttributeArgs {
  /** Id (`givenName`, `extension_<app id>_Plan`) or display name (`Given Name`) of an attribute of the directory. */
  readonly attribute: pulumi.Input<string>;
  /** Label on the form. @default the display name of the attribute */
  readonly label?: pulumi.Input<string>;
  /** True if people may leave it empty; the e-mail address is always there. @default false */
  readonly isOptional?: pulumi.Input<boolean>;
}

export interface AuthenticationEventsFlowArgs {
  /** Unique in the directory. */
  readonly displayName: pulumi.Input<string>;
  /** Text about the flow, for administrators. @default not managed */
  readonly description?: pulumi.Input<string>;
  /** True if people may sign up by themselves; else they can only sign in. @default true */
  readonly isSignUpAllowed?: pulumi.Input<boolean>;
  /** Ids of the identity providers that the flow offers, and no other: `EmailPassword-OAUTH`. At least one. */
  readonly identityProviders: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Attributes that the sign-up asks for, in this order, and nothing else. @default not managed; a new flow has the
   * e-mail address
   */
  readonly attributes?: pulumi.Input<readonly pulumi.Input<CollectedAttributeArgs>[]>;
  /** Client ids of the applications whose people see the flow, and no other; each in one flow. @default not managed */
  readonly applications?: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/**
 * A user flow of an external tenant (Microsoft Entra External ID): how people sign up for and sign in to the applications that
 * it is attached to. A flow that exists under the name is taken over. Import by id:
 * `pulumi import --generate-code=false entragraph:index:AuthenticationEventsFlow <name> <id>`.
 *
 * It has no second factor and no claims: Conditional Access and the applications decide on those.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/externalusersselfservicesignupeventsflow. Needs
 * `EventListener.ReadWrite.All`, and `IdentityUserFlow.Read.All` to find attributes.
 */
export class AuthenticationEventsFlow extends pulumi.CustomResource {
  constructor(name: string, args: AuthenticationEventsFlowArgs, opts?: pulumi.CustomResourceOptions) {
    super('entragraph:index:AuthenticationEventsFlow', name, { ...args }, opts);
  }
}

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
