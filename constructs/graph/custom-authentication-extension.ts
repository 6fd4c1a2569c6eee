import * as pulumi from '@pulumi/pulumi';

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
