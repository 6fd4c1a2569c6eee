import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { AwsApplication, SigningCertificate } from '../../src/estate/sections/workforce/workforce';
import type { Path } from '../../src/estate/source/finding';
import { formatPath } from '../../src/text/path';
import { quotedList } from '../../src/text/suggest';
import { getOwnersOutput } from '../graph/get-owners';
import { TEMPLATES } from './aws-templates';
import { firstOwner } from './first-owner';
import { type ClaimsPolicy, createClaimsPolicy } from './saml-claims';
import { SamlSigningCertificates, type SigningCertificateOutput } from './saml-signing-certificates';
import type { PreviousNames } from './workforce-groups';

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

/** Role of every application that is made from a template, for whoever may use it. Its id is the application's own. */
const ROLE = 'User';

interface GroupAssignmentsArgs {
  readonly servicePrincipal: azuread.ServicePrincipal;
  /** Entra object ids of the groups, by display name. */
  readonly groupObjectIds: Readonly<Record<string, pulumi.Input<string>>>;
  /** Earlier names of groups, under which the stack may have them. */
  readonly previousNames: PreviousNames;
}

/** Assigns groups to an application in the role `User`: their direct members may sign in, and are provisioned. */
function createGroupAssignments(
  name: string,
  { servicePrincipal, groupObjectIds, previousNames }: GroupAssignmentsArgs,
  opts: pulumi.CustomResourceOptions,
): readonly azuread.AppRoleAssignment[] {
  const { objectId: resourceObjectId, appRoles } = servicePrincipal;
  const appRoleId = appRoles.apply(userRoleOf);
  return Object.entries(groupObjectIds).map(([group, principalObjectId]) => {
    const aliases = (previousNames[group] ?? []).map((earlier) => ({ name: `${name}-${earlier}` }));
    const args = { appRoleId, principalObjectId, resourceObjectId };
    return new azuread.AppRoleAssignment(`${name}-${group}`, args, { ...opts, aliases });
  });
}

type Role = Pick<azuread.types.output.ServicePrincipalAppRole, 'id' | 'displayName' | 'enabled'>;

/**
 * Id of the role `User`, found by its display name: a template's roles have no value, by which `appRoleIds` would list them.
 *
 * @throws RunError if the application has no such role
 */
export function userRoleOf(roles: readonly Role[]): string {
  const role = roles.find(({ displayName, enabled }) => displayName === ROLE && enabled);
  if (role !== undefined) return role.id;
  const known = quotedList(roles.map(({ displayName }) => displayName));
  throw new pulumi.RunError(
    `the AWS application has no enabled role '${ROLE}' to assign groups to; its roles: ${known}. ` +
      'Add it in the portal (App registrations > the application > App roles), or create the application again',
  );
}

interface OwnedArgs {
  readonly displayName: string;
  readonly template: azuread.ApplicationFromTemplate;
  /** Object ids of those who are to own it: who deploys. */
  readonly owners: readonly pulumi.Input<string>[];
}

/**
 * Object id of an application that somebody owns. Microsoft Graph names no owner where an application instantiates a template, and
 * with `Application.ReadWrite.OwnedBy` nothing more of it can be changed then, not even deleted. Everything else of the application
 * waits for this id, so that nothing is half done.
 */
function ownedApplicationId(
  { displayName, template, owners }: OwnedArgs,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<string> {
  const { applicationObjectId, servicePrincipalObjectId: servicePrincipalId } = template;
  const found = getOwnersOutput({ applicationObjectId, servicePrincipalId }, opts);
  return pulumi
    .all([applicationObjectId, servicePrincipalId, found.objectIds, pulumi.all([...owners])])
    .apply(([application, principal, owning, [deployer = '']]) => {
      const fault = ownershipFault(displayName, owning, { application, principal, deployer });
      if (fault === undefined) return application;
      // The engine wraps what is thrown in the names of all that wait for it.
      void pulumi.log.error(fault, template);
      throw new pulumi.RunError(`'${displayName}' waits for an owner`);
    });
}

interface Ids {
  readonly application: string;
  readonly principal: string;
  readonly deployer: string;
}

/** Fault of an application that no one owns, with what a person does about it; undefined if somebody owns it. */
export function ownershipFault(
  displayName: string,
  owning: readonly string[],
  { application, principal, deployer }: Ids,
): string | undefined {
  if (owning.length > 0) return undefined;
  // A preview may run as another identity than the deployment.
  const owner = pulumi.runtime.isDryRun() ? '<object id of the identity that deploys>' : deployer;
  const graph = 'https://graph.microsoft.com/v1.0';
  return [
    `'${displayName}' has no owner: Microsoft Graph names none where an application makes another one from a template.`,
    'Nothing else of it was deployed, since Application.ReadWrite.OwnedBy allows no change of it. A person makes the identity that deploys its owner, once:',
    '  npx --no entra-aws sign-in bootstrap --program workforce --estate <estate>',
    'as Privileged Role Administrator where that made the identity, or as Application Administrator by hand:',
    `  az ad app owner add --id ${application} --owner-object-id ${owner}`,
    `  az rest --method post --url '${graph}/servicePrincipals/${principal}/owners/$ref' --body '{"@odata.id": "${graph}/directoryObjects/${owner}"}'`,
    'Then run `pulumi up` again: it goes on from here.',
  ].join('\n');
}
