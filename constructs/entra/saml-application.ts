import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import {
  AWS_ENTITY_ID,
  type EmergencyApplication as EmergencyApplicationDefinition,
} from '../../src/estate/sections/emergency/emergency';
import { type EmergencyPlan, samlProviderArn, signInRoleArn } from '../../src/estate/sections/emergency/emergency-plan';
import type {
  AwsApplication as AwsApplicationDefinition,
  SigningCertificate,
} from '../../src/estate/sections/workforce/workforce';
import { quotedList } from '../../src/text/suggest';
import { getOwnersOutput } from '../graph/provider';
import { TEMPLATES } from './aws-templates';
import { firstOwner } from './applications';
import { type ClaimsPolicy, createClaimsPolicy, nameIdPolicy, roleDefinition } from './saml-claims';
import { groupObjectId, type GroupObjectIds, type NamedGroup, type PreviousNames } from './workforce-groups';
import { compareText } from '../../src/estate/source/finding';
import { SamlSigningCertificate } from '../graph/aws-application';
import { signerOn } from './saml-schedule';

/** Surroundings of an enterprise application. */
export interface ApplicationArgs {
  /** The tenant of the application. */
  readonly tenantId: pulumi.Input<string>;
  /** Object ids of those who are to own the application: who deploys. */
  readonly owners: readonly pulumi.Input<string>[];
  /** The day in UTC that decides which certificate signs: `2026-01-31`. */
  readonly day: string;
  /** Entra object ids of groups, by display name; those that are assigned among them. */
  readonly groupObjectIds: GroupObjectIds;
  /** Earlier names of groups, under which the stack may have their assignments. */
  readonly previousNames: PreviousNames;
}

interface SamlApplicationArgs extends ApplicationArgs {
  readonly displayName: string;
  readonly template: AwsApplicationDefinition['template'];
  readonly identifier: string;
  readonly replyUrls: readonly string[];
  /** @default people begin at the tile of My Apps, or at AWS */
  readonly signOnUrl?: string;
  readonly notificationEmails: readonly string[];
  /** @default the claims are managed elsewhere */
  readonly claims?: ClaimsPolicy | undefined;
  readonly certificates: readonly SigningCertificate[];
  readonly assignedGroups: readonly NamedGroup[];
}

type Opts = Required<Pick<pulumi.CustomResourceOptions, 'parent'>>;

/**
 * An enterprise application that signs people in by SAML: made from a template of Entra ID, with its addresses, claims, signing
 * certificates, and the groups that are assigned. No one else can sign in. Needs a provider `entragraph` among its providers.
 *
 * @throws RunError if no certificate signs on the day, no one owns the application, or an assigned group has no object id
 */
abstract class SamlApplication extends pulumi.ComponentResource {
  /** Client id (appId). */
  readonly applicationId: pulumi.Output<string>;
  /** The enterprise application, which people are assigned to. */
  readonly servicePrincipal: azuread.ServicePrincipal;
  /** Groups that may sign in, and that are provisioned. */
  readonly assignments: readonly azuread.AppRoleAssignment[];
  /** SAML metadata that AWS takes as its identity provider. */
  readonly federationMetadataUrl: pulumi.Output<string>;
  /** By the day on which they begin to sign. */
  readonly signingCertificates: readonly SigningCertificateOutput[];

  protected constructor(
    type: string,
    { name, args }: { readonly name: string; readonly args: SamlApplicationArgs },
    options: pulumi.ComponentResourceOptions | undefined,
  ) {
    super(type, name, {}, options);
    const opts: Opts = { parent: this };
    const { displayName, claims: policy } = args;
    // Before anything is registered: a name that is unknown must not leave half an application.
    const groups = args.assignedGroups.map((group) => [group.name, groupObjectId(args.groupObjectIds, group)] as const);
    const template = createFromTemplate(name, args, opts);
    const objectId = ownedApplicationId({ displayName, template, owners: args.owners }, opts);
    // The template's resource knows object ids alone.
    this.applicationId = azuread.getApplicationOutput({ objectId }, opts).clientId;
    this.servicePrincipal = createServicePrincipal(name, { ...args, applicationId: this.applicationId }, opts);
    const { servicePrincipal } = this;
    createAddresses(
      name,
      { ...args, applicationId: template.applicationId },
      { ...opts, dependsOn: [servicePrincipal] },
    );
    if (policy !== undefined) createClaimsPolicy(name, { displayName, policy, servicePrincipal }, opts);
    this.signingCertificates = new SamlSigningCertificates(
      `${name}-signing`,
      { servicePrincipalId: servicePrincipal.objectId, certificates: args.certificates, day: args.day },
      opts,
    ).certificates;
    this.assignments = createGroupAssignments(name, { ...args, servicePrincipal, groups }, opts);
    this.federationMetadataUrl = metadataUrl(args.tenantId, this.applicationId);
    const { applicationId, federationMetadataUrl, signingCertificates } = this;
    this.registerOutputs({ applicationId, federationMetadataUrl, signingCertificates });
  }
}

/** The application that takes the organization's people to AWS IAM Identity Center. */
export class AwsApplication extends SamlApplication {
  constructor(
    name: string,
    { definition, ...args }: ApplicationArgs & { readonly definition: AwsApplicationDefinition },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { saml, displayName, template, assignedGroups } = definition;
    const own = {
      ...{ displayName, template, assignedGroups },
      identifier: saml.identifier,
      replyUrls: [saml.replyUrl, ...saml.additionalReplyUrls],
      signOnUrl: saml.signOnUrl,
      notificationEmails: saml.notificationEmails,
      claims: nameIdPolicy(saml.nameId),
      certificates: saml.signingCertificates,
    };
    super('identity:entra:AwsApplication', { name, args: { ...args, ...own } }, opts);
  }
}

export interface EmergencyApplicationArgs extends ApplicationArgs {
  readonly definition: EmergencyApplicationDefinition;
  /** Accounts and roles that people sign in to. */
  readonly plan: EmergencyPlan;
}

/**
 * A second application for AWS, which does without IAM Identity Center: it signs the members of one group in to one role of the
 * emergency account. Another application than the first one, so that nothing that is done to that one closes it.
 */
export class EmergencyApplication extends SamlApplication {
  constructor(
    name: string,
    { definition, plan, ...args }: EmergencyApplicationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { displayName, notificationEmails, signingCertificates: certificates, group } = definition;
    const arns = { roleArn: signInRoleArn(plan), providerArn: samlProviderArn(plan) };
    const own = {
      ...{ displayName, notificationEmails, certificates },
      template: 'non-gallery' as const,
      identifier: AWS_ENTITY_ID,
      replyUrls: plan.signInUrls,
      claims: {
        name: 'claims',
        title: 'role in AWS',
        definition: roleDefinition({ ...arns, sessionSeconds: plan.sessionSeconds }),
      },
      assignedGroups: [{ at: group.at, name: group.text }],
    };
    super('identity:entra:EmergencyApplication', { name, args: { ...args, ...own } }, opts);
  }
}

/**
 * Creates the application from its template: an `azuread.Application` with `templateId` can strip the template's roles.
 * Another template is another application; the old one goes first, since two can't have one identifier.
 */
function createFromTemplate(
  name: string,
  { displayName, template }: SamlApplicationArgs,
  opts: Opts,
): azuread.ApplicationFromTemplate {
  const args = { displayName, templateId: TEMPLATES[template].id };
  return new azuread.ApplicationFromTemplate(`${name}-application`, args, { ...opts, deleteBeforeReplace: true });
}

/** The service principal came with the application: azuread adopts it, and deletes it before the application. */
function createServicePrincipal(
  name: string,
  args: SamlApplicationArgs & Pick<SamlApplication, 'applicationId'>,
  opts: Opts,
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
    // Its owners are a person's matter ('ownedApplicationId'), and another identity that previews or deploys later changes
    // nothing. What was imported does not say that it was there.
    { ...opts, ignoreChanges: ['owners', 'useExisting'] },
  );
}

/**
 * Resources of their own, since no `azuread.Application` that would overwrite them manages this application. After the
 * service principal: an identifier of a domain that is not the tenant's is taken in SAML mode alone.
 */
function createAddresses(
  name: string,
  {
    applicationId,
    identifier: identifierUri,
    replyUrls,
  }: Pick<SamlApplicationArgs, 'identifier' | 'replyUrls'> & Pick<SamlApplication, 'applicationId'>,
  opts: pulumi.CustomResourceOptions,
): void {
  new azuread.ApplicationIdentifierUri(`${name}-identifier`, { applicationId, identifierUri }, opts);
  const redirects = { applicationId, type: 'Web', redirectUris: [...replyUrls] };
  new azuread.ApplicationRedirectUris(`${name}-reply-url`, redirects, opts);
}

/** Without `appid` it would have the tenant's certificate instead of the application's. */
function metadataUrl(tenantId: pulumi.Input<string>, applicationId: pulumi.Input<string>): pulumi.Output<string> {
  const path = 'federationmetadata/2007-06/federationmetadata.xml';
  return pulumi.interpolate`https://login.microsoftonline.com/${tenantId}/${path}?appid=${applicationId}`;
}

/** Role of every application that is made from a template, for whoever may use it. Its id is the application's own. */
const ROLE = 'User';

/** Assigns groups to an application in the role `User`: their direct members may sign in, and are provisioned. */
function createGroupAssignments(
  name: string,
  args: Pick<SamlApplication, 'servicePrincipal'> & {
    readonly groups: readonly (readonly [name: string, objectId: pulumi.Input<string>])[];
    readonly previousNames: PreviousNames;
  },
  opts: Opts,
): readonly azuread.AppRoleAssignment[] {
  const { objectId: resourceObjectId, appRoles } = args.servicePrincipal;
  const appRoleId = appRoles.apply(userRoleOf);
  return args.groups.map(([group, principalObjectId]) => {
    const aliases = (args.previousNames[group] ?? []).map((earlier) => ({ name: `${name}-${earlier}` }));
    const assignment = { appRoleId, principalObjectId, resourceObjectId };
    return new azuread.AppRoleAssignment(`${name}-${group}`, assignment, { ...opts, aliases });
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
