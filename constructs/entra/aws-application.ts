import type * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { formatPath } from '../../src/estate/source/finding';
import { quotedList } from '../../src/estate/source/suggest';
import type { AwsApplication as AwsApplicationDefinition } from '../../src/estate/sections/workforce/workforce';
import { createSamlApplication } from './saml-application';
import { nameIdDefinition } from './saml-claims';
import type { SigningCertificateOutput } from './saml-signing-certificates';

export interface AwsApplicationArgs {
  readonly definition: AwsApplicationDefinition;
  /** The tenant of the application. */
  readonly tenantId: pulumi.Input<string>;
  /** Entra object ids of the groups, by display name; those that are assigned among them. */
  readonly groupObjectIds: Readonly<Record<string, pulumi.Input<string>>>;
  /** Object ids of the application's owners: who deploys, since instantiating the template makes that one an owner. */
  readonly owners: readonly pulumi.Input<string>[];
  /** The day in UTC that decides which certificate signs: `2026-01-31`. */
  readonly day: string;
}

/**
 * The enterprise application that takes the organization's people to AWS IAM Identity Center by SAML: made from a template
 * of Entra ID, with its addresses, NameID, signing certificates, and the groups that are assigned. No one else can sign in.
 *
 * Needs a provider `entragraph` among its providers. @throws RunError if no certificate signs on the day, or an
 * assigned group has no object id
 */
export class AwsApplication extends pulumi.ComponentResource {
  /** Client id (appId). */
  readonly applicationId: pulumi.Output<string>;
  readonly servicePrincipal: azuread.ServicePrincipal;
  readonly assignments: readonly azuread.AppRoleAssignment[];
  /** SAML metadata that IAM Identity Center takes as its identity provider. */
  readonly federationMetadataUrl: pulumi.Output<string>;
  /** By the day on which they begin to sign. */
  readonly signingCertificates: readonly SigningCertificateOutput[];

  constructor(name: string, args: AwsApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:AwsApplication', name, {}, opts);
    const { definition, tenantId, owners, day } = args;
    const { saml, displayName, template } = definition;
    const application = createSamlApplication(
      name,
      {
        ...{ displayName, template, tenantId, owners, day },
        identifier: saml.identifier,
        replyUrls: [saml.replyUrl],
        signOnUrl: saml.signOnUrl,
        notificationEmails: saml.notificationEmails,
        claims: { name: 'name-id', title: 'NameID', definition: nameIdDefinition(saml.nameId) },
        certificates: saml.signingCertificates,
        groupObjectIds: assignedOf(args),
      },
      { parent: this },
    );
    this.applicationId = application.applicationId;
    this.servicePrincipal = application.servicePrincipal;
    this.assignments = application.assignments;
    this.federationMetadataUrl = application.federationMetadataUrl;
    this.signingCertificates = application.signingCertificates;
    const { applicationId, federationMetadataUrl, signingCertificates } = this;
    this.registerOutputs({ applicationId, federationMetadataUrl, signingCertificates });
  }
}

/** The object ids of the assigned groups, by display name. */
function assignedOf({ definition, groupObjectIds }: AwsApplicationArgs): AwsApplicationArgs['groupObjectIds'] {
  const entries = definition.assignedGroups.map(({ at, name }) => {
    const objectId = groupObjectIds[name];
    if (objectId !== undefined) return [name, objectId] as const;
    throw new pulumi.RunError(
      `${formatPath(at)}: '${name}' is none of the groups ${quotedList(Object.keys(groupObjectIds))}`,
    );
  });
  return Object.fromEntries(entries);
}
