import * as pulumi from '@pulumi/pulumi';

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
