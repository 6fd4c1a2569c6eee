import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { formatPath } from '../../model/finding';
import { quotedList } from '../../model/suggest';
import type { AwsApplication as AwsApplicationDefinition } from '../../model/workforce';
import { createGroupAssignments } from './aws-group-assignments';
import { TEMPLATES } from './aws-templates';
import { createNameIdPolicy } from './saml-claims';
import { SamlSigningCertificates, type SigningCertificateOutput } from './saml-signing-certificates';

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
 * of Entra ID, with its addresses, NameID, signing certificates, and the groups that are assigned. Nobody else can sign in.
 *
 * Needs a provider `entragraph` among its providers. @throws RunError if no certificate signs on the day, or an
 * assigned group has no object id
 */
export class AwsApplication extends pulumi.ComponentResource {
  /** Client id (appId). */
  readonly applicationId: pulumi.Output<string>;
  readonly servicePrincipal: azuread.ServicePrincipal;
  readonly assignments: readonly azuread.AppRoleAssignment[];
  /** What IAM Identity Center takes as its identity provider. */
  readonly federationMetadataUrl: pulumi.Output<string>;
  /** By the day on which they begin to sign. */
  readonly signingCertificates: readonly SigningCertificateOutput[];

  constructor(name: string, args: AwsApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:AwsApplication', name, {}, opts);
    const { saml, displayName } = args.definition;
    const template = this.createFromTemplate(name, args.definition);
    this.applicationId = this.clientIdOf(template);
    this.federationMetadataUrl = metadataUrl(args.tenantId, this.applicationId);
    this.servicePrincipal = this.createServicePrincipal(name, args);
    const { servicePrincipal } = this;
    this.createAddresses(name, { template, args });
    createNameIdPolicy(name, { displayName, nameId: saml.nameId, servicePrincipal }, { parent: this });
    const signing = new SamlSigningCertificates(
      `${name}-signing`,
      { servicePrincipalId: servicePrincipal.objectId, certificates: saml.signingCertificates, day: args.day },
      { parent: this },
    );
    this.signingCertificates = signing.certificates;
    const groupObjectIds = assignedOf(args);
    this.assignments = createGroupAssignments(name, { servicePrincipal, groupObjectIds }, { parent: this });
    const { applicationId, federationMetadataUrl, signingCertificates } = this;
    this.registerOutputs({ applicationId, federationMetadataUrl, signingCertificates });
  }

  /**
   * Not an `azuread.Application` with `templateId`, which can strip the template's roles. Another template is another
   * application; the old one goes first, since two can't have one identifier.
   */
  private createFromTemplate(name: string, definition: AwsApplicationDefinition): azuread.ApplicationFromTemplate {
    return new azuread.ApplicationFromTemplate(
      `${name}-application`,
      { displayName: definition.displayName, templateId: TEMPLATES[definition.template].id },
      { parent: this, deleteBeforeReplace: true },
    );
  }

  /** The template's resource knows object ids alone. */
  private clientIdOf(template: azuread.ApplicationFromTemplate): pulumi.Output<string> {
    return azuread.getApplicationOutput({ objectId: template.applicationObjectId }, { parent: this }).clientId;
  }

  /** The service principal came with the application: azuread adopts it, and deletes it before the application. */
  private createServicePrincipal(name: string, { definition, owners }: AwsApplicationArgs): azuread.ServicePrincipal {
    return new azuread.ServicePrincipal(
      `${name}-service-principal`,
      {
        clientId: this.applicationId,
        useExisting: true,
        // Without them azuread sends no tags, which takes the template's away.
        featureTags: [TEMPLATES[definition.template].featureTags],
        preferredSingleSignOnMode: 'saml',
        loginUrl: definition.saml.signOnUrl,
        appRoleAssignmentRequired: true,
        notificationEmailAddresses: [...definition.saml.notificationEmails],
        owners: [...owners],
      },
      // Whoever instantiates the template owns it. Another identity that previews or deploys later is no change.
      { parent: this, ignoreChanges: ['owners'] },
    );
  }

  /**
   * Resources of their own, since no `azuread.Application` that would overwrite them manages this application. After the
   * service principal: an identifier of a domain that is not the tenant's is taken in SAML mode alone.
   */
  private createAddresses(
    name: string,
    { template, args }: { readonly template: azuread.ApplicationFromTemplate; readonly args: AwsApplicationArgs },
  ): void {
    const { applicationId } = template;
    const { identifier, replyUrl } = args.definition.saml;
    const opts = { parent: this, dependsOn: [this.servicePrincipal] };
    new azuread.ApplicationIdentifierUri(`${name}-identifier`, { applicationId, identifierUri: identifier }, opts);
    const redirects = { applicationId, type: 'Web', redirectUris: [replyUrl] };
    new azuread.ApplicationRedirectUris(`${name}-reply-url`, redirects, opts);
  }
}

/** Without `appid` it would have the tenant's certificate instead of the application's. */
function metadataUrl(tenantId: pulumi.Input<string>, applicationId: pulumi.Input<string>): pulumi.Output<string> {
  const path = 'federationmetadata/2007-06/federationmetadata.xml';
  return pulumi.interpolate`https://login.microsoftonline.com/${tenantId}/${path}?appid=${applicationId}`;
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
