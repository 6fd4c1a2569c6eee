import type * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { AwsApplication as AwsApplicationDefinition } from '../../src/estate/sections/workforce/workforce';
import { type ApplicationArgs, createSamlApplication, groupIdsOf } from './saml-application';
import { nameIdPolicy } from './saml-claims';
import type { SigningCertificateOutput } from './saml-signing-certificates';

export interface AwsApplicationArgs extends ApplicationArgs {
  readonly definition: AwsApplicationDefinition;
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
  /** The enterprise application, which people are assigned to. */
  readonly servicePrincipal: azuread.ServicePrincipal;
  /** Groups that may sign in, and that are provisioned. */
  readonly assignments: readonly azuread.AppRoleAssignment[];
  /** SAML metadata that IAM Identity Center takes as its identity provider. */
  readonly federationMetadataUrl: pulumi.Output<string>;
  /** By the day on which they begin to sign. */
  readonly signingCertificates: readonly SigningCertificateOutput[];

  constructor(name: string, args: AwsApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:AwsApplication', name, {}, opts);
    const { definition, tenantId, owners, day, previousNames } = args;
    const { saml, displayName, template } = definition;
    const application = createSamlApplication(
      name,
      {
        ...{ displayName, template, tenantId, owners, day, previousNames },
        identifier: saml.identifier,
        replyUrls: [saml.replyUrl, ...saml.additionalReplyUrls],
        signOnUrl: saml.signOnUrl,
        notificationEmails: saml.notificationEmails,
        claims: nameIdPolicy(saml.nameId),
        certificates: saml.signingCertificates,
        groupObjectIds: groupIdsOf(args, definition.assignedGroups),
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
