import * as pulumi from '@pulumi/pulumi';

/** Proof by which an API knows that the directory calls it. */
export type ApiConnectorAuthentication = 'basic' | 'certificate';

export interface ApiConnectorArgs {
  /** Name in the portal. */
  readonly displayName: pulumi.Input<string>;
  /** Address of the API, by https. */
  readonly targetUrl: pulumi.Input<string>;
  /** Proof of the caller: `basic` (user name and password) or a client `certificate`. @default 'basic' */
  readonly authentication?: pulumi.Input<ApiConnectorAuthentication>;
  /** User name; `basic` alone, which needs it. @default none */
  readonly username?: pulumi.Input<string>;
  /**
   * Password, or the certificate with its private key as PKCS 12 in base64, kept as a secret. Graph never tells it: it is sent when
   * the connector is made, and when `secretVersion` is another one.
   * @default the one that the directory has
   */
  readonly secret?: pulumi.Input<string>;
  /** Passphrase of the certificate, kept as a secret. @default none */
  readonly passphrase?: pulumi.Input<string>;
  /** Any text; another one sends the secret again. Needed with `secret`. @default none */
  readonly secretVersion?: pulumi.Input<string>;
}

/**
 * An API that user flows of an Azure AD B2C directory call at a sign-up, or before they send tokens. Its id is what a user flow
 * names. A connector that exists under the name is taken over. Import by id:
 * `pulumi import --generate-code=false entragraph:index:ApiConnector <name> <id>`.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/identityapiconnector. Needs `APIConnectors.ReadWrite.All`.
 */
export class ApiConnector extends pulumi.CustomResource {
  constructor(name: string, args: ApiConnectorArgs, opts?: pulumi.CustomResourceOptions) {
    const { secret, passphrase } = args;
    const inputs = {
      ...args,
      ...(secret !== undefined && { secret: pulumi.secret(secret) }),
      ...(passphrase !== undefined && { passphrase: pulumi.secret(passphrase) }),
    };
    super('entragraph:index:ApiConnector', name, inputs, opts);
  }
}
