import { consequences, type Consequences } from '../../estate/plan/consequences';
import type { ProgramResource } from './facts';
import { flagIn, textIn, textsIn } from '../../estate/plan/inputs';
import type { ResourceIndex } from './resource-index';

const GROUP = 'azuread:index/group:Group';
const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';
const EXTENSION = 'entragraph:index:CustomAuthenticationExtension';
const CONSENT = 'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant';

/** Words for what is lost with a resource of a type, where something is. */
const REMOVALS: Readonly<Record<string, (resource: ProgramResource, index: ResourceIndex) => string | undefined>> = {
  'azuread:index/application:Application': (one, index) =>
    `The application ${index.labelOf(one)} is deleted: no one can sign in to it, and its client id never comes back.`,
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate': (one, index) =>
    `The application ${index.labelOf(one)} is deleted with its single sign-on, and its client id never comes back.`,
  'azuread:index/applicationIdentifierUri:ApplicationIdentifierUri': (one) =>
    `The identifier URI ${textIn(one.inputs, 'identifierUri') ?? ''} is removed: requests that name it are refused.`,
  'azuread:index/applicationRedirectUris:ApplicationRedirectUris': (one) =>
    `Redirect URIs are removed, and sign-ins that return there fail: ${textsIn(one.inputs, 'redirectUris').join(', ')}.`,
  'azuread:index/servicePrincipal:ServicePrincipal': (one, index) =>
    `The service principal of ${index.labelOf(one)} is removed, with every consent and assignment that it has.`,
  [CONSENT]: (one, index) =>
    `Consent withdrawn (${index.labelOf(one)}): calls that need ${textsIn(one.inputs, 'claimValues').join(', ')} fail.`,
  'azuread:index/appRoleAssignment:AppRoleAssignment': (one, index) =>
    `${index.labelOf(one)} are not assigned to ${index.principalName(one.inputs['resourceObjectId'])} any more: who is in no other assigned group can't sign in to it, falls out of the scope of provisioning, and is disabled or deleted at AWS.`,
  [GROUP]: (one, index) =>
    `The group ${index.labelOf(one)} is deleted with its list of members, and whatever it gives access to is lost.`,
  'azuread:index/groupMember:GroupMember': (one, index) =>
    `${index.principalName(one.inputs['memberObjectId'])} is taken out of ${index.principalName(one.inputs['groupObjectId'])}: its people lose what they have through that group.`,
  [PASSWORD]: (one, index) =>
    `A client secret of ${index.labelOf(index.applicationOf(one) ?? one)} is removed: whoever still uses it is refused.`,
  'azuread:index/synchronizationJob:SynchronizationJob': () =>
    'Provisioning stops: whoever leaves or changes groups keeps the access at AWS.',
  'entragraph:index:ApiConnector': (one, index) =>
    `The API connector ${index.labelOf(one)} is deleted with its secret: no user flow calls ${textIn(one.inputs, 'targetUrl') ?? 'its API'} any more.`,
  [EXTENSION]: (one, index) =>
    `The custom authentication extension ${index.labelOf(one)} is deleted: ${textIn(one.inputs, 'targetUrl') ?? 'its API'} is not called at ${textIn(one.inputs, 'event') ?? 'its event'} any more, and what it refused there is let through.`,
  'entragraph:index:IdentityProvider': (one, index) =>
    `The identity provider ${index.labelOf(one)} is deleted: whoever signs in with it can't sign in any more.`,
  'entragraph:index:UserFlowAttribute': (one, index) =>
    `The user attribute ${index.labelOf(one)} is deleted, with what people entered.`,
  'entragraph:index:UserFlow': (one, index) =>
    `The user flow ${index.labelOf(one)} is deleted: sign-ins that name it fail, and settings made by hand are lost.`,
  'entragraph:index:AuthenticationEventsFlow': (one, index) =>
    `The user flow ${index.labelOf(one)} is deleted: no one can sign up for its applications any more.`,
  'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': (one, index) =>
    `The policy ${index.labelOf(one)} is deleted: what it asked for at a sign-in, such as a second factor, is no longer asked for.`,
  'entragraph:index:SamlSigningCertificate': (one, index) =>
    (flagIn(one.inputs, 'active') ?? true)
      ? `${index.labelOf(one)}, which signs, is removed: whoever trusts no other certificate refuses sign-ins.`
      : undefined,
};

/**
 * Consequences of a deletion. A group that the head looks up by the same name is deleted all the same: the lookup comes too
 * late.
 */
export function consequencesOfDeletion(
  resource: ProgramResource,
  index: ResourceIndex,
  head: ResourceIndex | undefined,
): Consequences {
  if (resource.retainOnDelete) return consequences([], ['It stays in the directory: Pulumi only forgets it.']);
  const adopted = resource.type === GROUP && isLookedUp(index.labelOf(resource), head);
  return consequences([
    REMOVALS[resource.type]?.(resource, index),
    adopted && 'To adopt it instead, take it out of the state first: `pulumi state delete <urn>`.',
  ]);
}

function isLookedUp(group: string, head: ResourceIndex | undefined): boolean {
  const lookups = head?.ofType('azuread:index/getGroup:getGroup') ?? [];
  return lookups.some((lookup) => head?.labelOf(lookup) === group);
}

/** Types with which something is lost with the old one also where a new one takes its place at once. */
const LOST_WITH_ID: ReadonlySet<string> = new Set([
  'azuread:index/application:Application',
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate',
  EXTENSION,
  'entragraph:index:IdentityProvider',
  'entragraph:index:UserFlowAttribute',
  'entragraph:index:UserFlow',
  'entragraph:index:SamlSigningCertificate',
  GROUP,
]);

/**
 * Consequences of a replacement. Both sides are of one day: a client secret that differs was not rotated, but has another
 * rotation, and would have gone on.
 */
export function consequencesOfReplacement(resource: ProgramResource, index: ResourceIndex): Consequences {
  if (resource.type === PASSWORD) {
    const application = index.labelOf(index.applicationOf(resource) ?? resource);
    return consequences([
      `A client secret of ${application} is replaced before its end: sign-ins with it fail until the new one is taken over.`,
    ]);
  }
  const { dangers } = consequencesOfDeletion(resource, index, undefined);
  return consequences(LOST_WITH_ID.has(resource.type) ? dangers : [], [
    'It is created again, with another id; what it gives is missing for that moment.',
  ]);
}

/** Consequences of a new resource: what it allows that was not allowed. */
export function consequencesOfCreation(resource: ProgramResource, index: ResourceIndex): Consequences {
  const { type, inputs } = resource;
  const label = index.labelOf(resource);
  const scopes = textsIn(inputs, 'claimValues').join(', ');
  return consequences(
    [type === CONSENT && `Consent widened for everybody (${label}): ${scopes}.`],
    [
      type === EXTENSION &&
        `${label} is called at ${textIn(inputs, 'event') ?? 'its event'} from now on: it is told of people, and its answers count.`,
    ],
  );
}
