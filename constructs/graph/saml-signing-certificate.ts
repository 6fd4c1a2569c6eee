import * as pulumi from '@pulumi/pulumi';

export interface SamlSigningCertificateArgs {
  /** Object id of the application's service principal. Another one replaces the certificate. */
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Subject, with `CN=` in front. With `endDateTime` it tells the application's certificates apart. Another one replaces it. */
  readonly displayName: pulumi.Input<string>;
  /** End of its life in UTC, such as `2029-01-31T00:00:00Z`; three years ahead at most. Another one replaces it. */
  readonly endDateTime: pulumi.Input<string>;
  /**
   * True for the certificate that signs. One of an application's certificates at a time: a certificate without it is
   * kept ready, before its turn or after. @default true
   */
  readonly active?: pulumi.Input<boolean>;
}

/**
 * A certificate with which Entra ID signs the SAML answers for an application, added and, if wanted, activated.
 *
 * To rotate with overlap: add a second one with `active: false`, give its `certificate` to the application, move `active`
 * over, and drop the first one; only the dropped one is removed. While a certificate signs, no new one signs at once: another
 * `displayName` or `endDateTime` of it is refused, and so is a second one with `active: true`. When the last one goes, the service principal leaves SAML mode, since Graph would refuse
 * to delete the application otherwise. Import: `<object id of the service principal>/<thumbprint>`.
 *
 * Source: https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate. Needs
 * `Application.ReadWrite.OwnedBy` for an application of one's own, else `Application.ReadWrite.All`.
 */
export class SamlSigningCertificate extends pulumi.CustomResource {
  /** SHA-1 of the certificate in upper-case hex, as the portal shows it. */
  declare readonly thumbprint: pulumi.Output<string>;
  /** The public certificate: base64 of DER. */
  declare readonly certificate: pulumi.Output<string>;
  /** Start of its life. */
  declare readonly startDateTime: pulumi.Output<string>;
  /** End of its life. */
  declare readonly endDateTime: pulumi.Output<string>;
  /** True if it signed when it was last read. */
  declare readonly isActive: pulumi.Output<boolean>;

  constructor(name: string, args: SamlSigningCertificateArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { thumbprint: undefined, certificate: undefined, startDateTime: undefined, isActive: undefined };
    super('entragraph:index:SamlSigningCertificate', name, { ...args, ...outputs }, opts);
  }
}
