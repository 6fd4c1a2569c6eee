import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { firstOwner } from './first-owner';
import { formatPath } from '../../src/text/path';
import { type Path } from '../../src/estate/source/finding';
import { quotedList } from '../../src/text/suggest';
import type { AwsApplication, SigningCertificate } from '../../src/estate/sections/workforce/workforce';
import { createGroupAssignments } from './aws-group-assignments';
import { TEMPLATES } from './aws-templates';
import { ownedApplicationId } from './owned-application';
import { createClaimsPolicy, type ClaimsPolicy } from './saml-claims';
import type { PreviousNames } from './workforce-groups';
import { SamlSigningCertificates, type SigningCertificateOutput } from './saml-signing-certificates';

/** Surroundings of an enterprise application. */
export interface ApplicationArgs {
  /** The tenant of the application. */
  readonly tenantId: pulumi.Input<string>;
  /** Object ids of those who are to own the application: who deploys. */
  readonly owners: readonly pulumi.Input<string>[];
  /** The day in UTC that decides which certificate signs: `2026-01-31`. */
  readonly day: string;
  /** Entra object ids of groups, by display name; those that are assigned among them. */
  readonly groupObjectIds: Readonly<Record<string, pulumi.Input<string>>>;
  /** Earlier names of groups, under which the stack may have their assignments. */
  readonly previousNames: PreviousNames;
}

export interface SamlApplicationArgs extends ApplicationArgs {
  readonly displayName: string;
  readonly template: AwsApplication['template'];
  readonly identifier: string;
  readonly replyUrls: readonly string[];
  /** @default people begin at the tile of My Apps, or at AWS */
  readonly signOnUrl?: string;
  readonly notificationEmails: readonly string[];
  /** @default the claims are managed elsewhere */
  readonly claims?: ClaimsPolicy | undefined;
  readonly certificates: readonly SigningCertificate[];
}

/** An enterprise application that signs people in by SAML, and what is known of it. */
export interface SamlApplication {
  /** Client id (appId). */
  readonly applicationId: pulumi.Output<string>;
  readonly servicePrincipal: azuread.ServicePrincipal;
  readonly assignments: readonly azuread.AppRoleAssignment[];
  /** Address of its SAML metadata. */
  readonly federationMetadataUrl: pulumi.Output<string>;
  /** By the day on which they begin to sign. */
  readonly signingCertificates: readonly SigningCertificateOutput[];
}

/**
 * Registers an application made from a template of Entra ID, with its addresses, claims, signing certificates, and the groups
 * that are assigned. No one else can sign in. Needs a provider `entragraph` among those of the parent.
 *
 * @throws RunError if no certificate signs on the day, or no one owns the application
 */
export function createSamlApplication(
  name: string,
  args: SamlApplicationArgs,
  opts: { readonly parent: pulumi.ComponentResource },
): SamlApplication {
  const template = createFromTemplate(name, args, opts);
  const objectId = ownedApplicationId({ displayName: args.displayName, template, owners: args.owners }, opts);
  // The template's resource knows object ids alone.
  const applicationId = azuread.getApplicationOutput({ objectId }, opts).clientId;
  const servicePrincipal = createServicePrincipal(name, { ...args, applicationId }, opts);
  const { identifier, replyUrls } = args;
  const addresses = { identifier, replyUrls, applicationId: template.applicationId };
  createAddresses(name, addresses, { ...opts, dependsOn: [servicePrincipal] });
  const { claims: policy } = args;
  if (policy !== undefined) createClaimsPolicy(name, { displayName: args.displayName, policy, servicePrincipal }, opts);
  const { certificates: signingCertificates } = new SamlSigningCertificates(
    `${name}-signing`,
    { servicePrincipalId: servicePrincipal.objectId, certificates: args.certificates, day: args.day },
    opts,
  );
  const { groupObjectIds, previousNames } = args;
  const assignments = createGroupAssignments(name, { servicePrincipal, groupObjectIds, previousNames }, opts);
  const federationMetadataUrl = metadataUrl(args.tenantId, applicationId);
  return { applicationId, servicePrincipal, assignments, federationMetadataUrl, signingCertificates };
}

/**
 * Creates the application from its template: an `azuread.Application` with `templateId` can strip the template's roles.
 * Another template is another application; the old one goes first, since two can't have one identifier.
 */
function createFromTemplate(
  name: string,
  { displayName, template }: SamlApplicationArgs,
  opts: pulumi.CustomResourceOptions,
): azuread.ApplicationFromTemplate {
  const args = { displayName, templateId: TEMPLATES[template].id };
  return new azuread.ApplicationFromTemplate(`${name}-application`, args, { ...opts, deleteBeforeReplace: true });
}

/** The service principal came with the application: azuread adopts it, and deletes it before the application. */
function createServicePrincipal(
  name: string,
  args: SamlApplicationArgs & Pick<SamlApplication, 'applicationId'>,
  opts: pulumi.CustomResourceOptions,
): azuread.ServicePrincipal {
  return new azuread.ServicePrincipal(
    `${name}-service-principal`,
    {
      clientId: args.applicationId,
      useExisting: true,
      // Without them azuread sends none, which takes the template's away. A tile that somebody hides has one more.
      tags: [...TEMPLATES[args.template].tags],
      preferredSingleSignOnMode: 'saml',
      ...(args.signOnUrl !== undefined && { loginUrl: args.signOnUrl }),
      accountEnabled: true,
      appRoleAssignmentRequired: true,
      notificationEmailAddresses: [...args.notificationEmails],
      owners: args.owners.map((owner) => firstOwner(owner)),
    },
    { ...opts, ignoreChanges: UNSAID },
  );
}

/**
 * Its owners are a person's matter ('ownedApplicationId'), and another identity that previews or deploys later changes nothing. What
 * was imported does not say that it was there.
 */
const UNSAID = ['owners', 'useExisting'];

/**
 * Resources of their own, since no `azuread.Application` that would overwrite them manages this application. After the
 * service principal: an identifier of a domain that is not the tenant's is taken in SAML mode alone.
 */
function createAddresses(
  name: string,
  args: Pick<SamlApplicationArgs, 'identifier' | 'replyUrls'> & { readonly applicationId: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): void {
  const { applicationId, identifier: identifierUri, replyUrls } = args;
  new azuread.ApplicationIdentifierUri(`${name}-identifier`, { applicationId, identifierUri }, opts);
  const redirects = { applicationId, type: 'Web', redirectUris: [...replyUrls] };
  new azuread.ApplicationRedirectUris(`${name}-reply-url`, redirects, opts);
}

/** Without `appid` it would have the tenant's certificate instead of the application's. */
function metadataUrl(tenantId: pulumi.Input<string>, applicationId: pulumi.Input<string>): pulumi.Output<string> {
  const path = 'federationmetadata/2007-06/federationmetadata.xml';
  return pulumi.interpolate`https://login.microsoftonline.com/${tenantId}/${path}?appid=${applicationId}`;
}

/** Object ids of the groups that are assigned, by display name. @throws RunError if one of them has none */
export function groupIdsOf(
  { groupObjectIds }: ApplicationArgs,
  groups: readonly { readonly at: Path; readonly name: string }[],
): ApplicationArgs['groupObjectIds'] {
  const entries = groups.map(({ at, name }) => {
    const objectId = groupObjectIds[name];
    if (objectId !== undefined) return [name, objectId] as const;
    const known = quotedList(Object.keys(groupObjectIds));
    throw new pulumi.RunError(`${formatPath(at)}: '${name}' is none of the groups ${known}`);
  });
  return Object.fromEntries(entries);
}
