import * as pulumi from '@pulumi/pulumi';
import { compareText } from '../../src/estate/source/finding';
import type { SigningCertificate } from '../../src/estate/sections/workforce/workforce';
import { SamlSigningCertificate } from '../graph/saml-signing-certificate';
import { signerOn } from './saml-schedule';

export interface SamlSigningCertificatesArgs {
  /** Object id of the application's service principal. */
  readonly servicePrincipalId: pulumi.Input<string>;
  /** In any order; the name of each is its identity. */
  readonly certificates: readonly SigningCertificate[];
  /** The day in UTC that decides which of them signs: `2026-01-31`. */
  readonly day: string;
}

/** A certificate as whoever imports it elsewhere needs it. */
export interface SigningCertificateOutput {
  readonly name: string;
  /** Day in UTC on which it begins to sign. */
  readonly activeFrom: string;
  /** Day in UTC on which it ends. */
  readonly expires: string;
  /** SHA-1, upper-case hex, as the portals show it. */
  readonly thumbprint: pulumi.Output<string>;
  /** True if it signed when it was last read. */
  readonly active: pulumi.Output<boolean>;
  /** The public certificate as a PEM file. */
  readonly certificate: pulumi.Output<string>;
}

/**
 * The certificates with which Entra ID signs SAML answers for an application: one of them signs, the others wait for their
 * turn or have had it. Which one follows from the day, so that a rotation needs no change of the estate on that day.
 *
 * @throws RunError if none signs on that day
 */
export class SamlSigningCertificates extends pulumi.ComponentResource {
  /** By the day on which they begin to sign. */
  readonly certificates: readonly SigningCertificateOutput[];

  constructor(name: string, args: SamlSigningCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:SamlSigningCertificates', name, {}, opts);
    const signer = signerOn(args.certificates, args.day);
    if (signer === undefined) throw new pulumi.RunError(`${name}: no certificate signs on ${args.day}`);
    const create = (one: SigningCertificate, dependsOn: readonly pulumi.Resource[]): SamlSigningCertificate =>
      new SamlSigningCertificate(
        `${name}-${one.name}`,
        {
          servicePrincipalId: args.servicePrincipalId,
          displayName: `CN=${one.name}`,
          endDateTime: `${one.expires}T00:00:00Z`,
          active: one === signer,
        },
        { parent: this, dependsOn: [...dependsOn] },
      );
    // The others after the signer: it takes over before they read whether they sign, and a destroy removes it as the last
    // one. The last one's removal leaves SAML mode, without which Graph would not delete the application.
    const active = create(signer, []);
    const resources = new Map(
      args.certificates.map((one) => [one, one === signer ? active : create(one, [active])] as const),
    );
    this.certificates = [...resources].map(outputOf).toSorted(byTurn);
    this.registerOutputs({ certificates: this.certificates });
  }
}

function outputOf([one, resource]: readonly [SigningCertificate, SamlSigningCertificate]): SigningCertificateOutput {
  const { name, activeFrom, expires } = one;
  const { thumbprint, isActive, certificate } = resource;
  return { name, activeFrom, expires, thumbprint, active: isActive, certificate: certificate.apply(toPem) };
}

function byTurn(one: SigningCertificateOutput, other: SigningCertificateOutput): number {
  return compareText(one.activeFrom, other.activeFrom) || compareText(one.name, other.name);
}

/** RFC 7468: base64 in lines of 64 characters. */
function toPem(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
