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

/** Event of a sign-in or a sign-up at which an API is called. */
export type ExtensionEvent =
  'tokenIssuanceStart' | 'attributeCollectionStart' | 'attributeCollectionSubmit' | 'otpSend';

/** Behavior where the API of an extension fails. */
export type ExtensionBehaviorOnError = 'fallbackToMicrosoftProviderOnError';

export interface CustomAuthenticationExtensionArgs {
  /** Event at which the API is called. Another one replaces the extension. */
  readonly event: pulumi.Input<ExtensionEvent>;
  /** Name in the admin center. */
  readonly displayName: pulumi.Input<string>;
  /** Text about it, for administrators. @default none */
  readonly description?: pulumi.Input<string>;
  /** Address of the API, by https. */
  readonly targetUrl: pulumi.Input<string>;
  /** Application ID URI of the registration that stands for the API: `api://<host of the API>/<client id>`. */
  readonly resourceId: pulumi.Input<string>;
  /** Time within which the API must answer, 200 to 2000 milliseconds. @default not managed; the service has 1000 */
  readonly timeoutInMilliseconds?: pulumi.Input<number>;
  /** Calls after one that failed, 0 or 1. @default not managed */
  readonly maximumRetries?: pulumi.Input<number>;
  /** Claims in the API's answer, `tokenIssuanceStart` alone, each once, in any order. @default not managed */
  readonly claims?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Behavior where the API fails, `otpSend` alone: `fallbackToMicrosoftProviderOnError` sends Microsoft's own e-mail.
   * @default not managed
   */
  readonly behaviorOnError?: pulumi.Input<ExtensionBehaviorOnError>;
}

/**
 * An API that Entra ID calls while people sign up or sign in, with a token of its own as the proof. It is called once a
 * listener names it (`AuthenticationEventListener`). An extension that exists under the name, for the same event, is taken over.
 * What is not managed stays as the service has it; what was declared and is left out goes back to the service's own.
 * Import by id: `pulumi import --generate-code=false entragraph:index:CustomAuthenticationExtension <name> <id>`.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/customauthenticationextension. Needs
 * `CustomAuthenticationExtension.ReadWrite.All`.
 */
export class CustomAuthenticationExtension extends pulumi.CustomResource {
  constructor(name: string, args: CustomAuthenticationExtensionArgs, opts?: pulumi.CustomResourceOptions) {
    super('entragraph:index:CustomAuthenticationExtension', name, { ...args }, opts);
  }
}

/** Event that a listener is for, that of its extension. */
export type ListenerEvent = 'tokenIssuanceStart' | 'attributeCollectionStart' | 'attributeCollectionSubmit' | 'otpSend';

export interface AuthenticationEventListenerArgs {
  /** Event, that of the extension. Another one replaces the listener. */
  readonly event: pulumi.Input<ListenerEvent>;
  /** Id of the extension that is called. */
  readonly extension: pulumi.Input<string>;
  /** Client ids of the applications at whose sign-ins it is called, and no other. At least one. */
  readonly applications: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/**
 * Calls a custom authentication extension at the sign-ins of some applications. A listener that exists for the event, and for
 * exactly these applications, is taken over. Graph's pages show a listener without the extension: where an answer leaves it out,
 * another one that somebody set goes unnoticed, and there is no import.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/authenticationeventlistener; for all but `tokenIssuanceStart` in the beta
 * API alone. Needs `EventListener.ReadWrite.All`.
 */
export class AuthenticationEventListener extends pulumi.CustomResource {
  constructor(name: string, args: AuthenticationEventListenerArgs, opts?: pulumi.CustomResourceOptions) {
    super('entragraph:index:AuthenticationEventListener', name, { ...args }, opts);
  }
}
