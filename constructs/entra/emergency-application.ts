import type * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { EmergencyApplication as EmergencyApplicationDefinition } from '../../src/estate/sections/emergency/emergency';
import { AWS_ENTITY_ID } from '../../src/estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../src/estate/sections/emergency/emergency-plan';
import { samlProviderArn, signInRoleArn } from '../../src/estate/sections/emergency/emergency-plan';
import { type ApplicationArgs, createSamlApplication, groupIdsOf } from './saml-application';
import { roleDefinition } from './saml-claims';
import type { SigningCertificateOutput } from './saml-signing-certificates';

export interface EmergencyApplicationArgs extends ApplicationArgs {
  readonly definition: EmergencyApplicationDefinition;
  /** Accounts and roles that people sign in to. */
  readonly plan: EmergencyPlan;
}

/**
 * A second enterprise application for AWS, which does without IAM Identity Center: it signs the members of one group in to one
 * role of the emergency account. Another application than the first one, so that nothing that is done to that one closes it.
 *
 * Needs a provider `entragraph` among its providers. @throws RunError if no certificate signs on the day, or the group has no
 * object id
 */
export class EmergencyApplication extends pulumi.ComponentResource {
  /** Client id (appId). */
  readonly applicationId: pulumi.Output<string>;
  /** The enterprise application, which people are assigned to. */
  readonly servicePrincipal: azuread.ServicePrincipal;
  /** SAML metadata that IAM is given as its identity provider. */
  readonly federationMetadataUrl: pulumi.Output<string>;
  /** By the day on which they begin to sign. */
  readonly signingCertificates: readonly SigningCertificateOutput[];

  constructor(name: string, args: EmergencyApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:EmergencyApplication', name, {}, opts);
    const { definition, plan, tenantId, owners, day, previousNames } = args;
    const arns = { roleArn: signInRoleArn(plan), providerArn: samlProviderArn(plan) };
    const application = createSamlApplication(
      name,
      {
        ...{ tenantId, owners, day, previousNames },
        displayName: definition.displayName,
        template: 'non-gallery',
        identifier: AWS_ENTITY_ID,
        replyUrls: plan.signInUrls,
        notificationEmails: definition.notificationEmails,
        claims: {
          name: 'claims',
          title: 'role in AWS',
          definition: roleDefinition({ ...arns, sessionSeconds: plan.sessionSeconds }),
        },
        certificates: definition.signingCertificates,
        groupObjectIds: groupIdsOf(args, [{ at: definition.group.at, name: definition.group.text }]),
      },
      { parent: this },
    );
    this.applicationId = application.applicationId;
    this.servicePrincipal = application.servicePrincipal;
    this.federationMetadataUrl = application.federationMetadataUrl;
    this.signingCertificates = application.signingCertificates;
    const { applicationId, federationMetadataUrl, signingCertificates } = this;
    this.registerOutputs({ applicationId, federationMetadataUrl, signingCertificates });
  }
}
