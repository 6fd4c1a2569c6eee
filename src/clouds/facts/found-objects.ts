import { type Inputs, textIn } from '../../estate/source/inputs';
import type { TenantGrant } from './tenant-facts';
import type { ClaimsPolicy, FoundApplication } from './trust-facts';
import type { ProvisioningJob, RoleAssignment } from './workforce-facts';

/** An object of a directory that a resource of a program stands for. */
export interface FoundObject {
  /** As azuread's import takes it. */
  readonly id: string;
  /** Outputs that inputs of other resources come from. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
  /** Moment of its creation as Graph writes it; undefined where Graph has none. */
  readonly created?: string | undefined;
  /** True if the run made it, by its day, and by its owners or its content; absent from a part of another object. */
  readonly isOwn?: boolean;
  /** Reason why it is not what an interrupted run of a program leaves behind, as the end of a sentence. */
  readonly doubt?: string | undefined;
  /** Further objects that fit as well. */
  readonly others?: readonly string[];
}

/** An object with this id, and whatever else other resources ask of it. */
export function found(id: string, outputs: FoundObject['outputs'] = {}): FoundObject {
  return { id, outputs: { id, ...outputs } };
}

type Answer<T> = T | Promise<T>;

/** Objects whose names are not unique: whoever reads the directory judges which one a resource stands for. */
type NamedKind = 'group' | 'application' | 'fromTemplate' | 'conditionalAccess' | 'claimsPolicy';

/** A directory, as what identifies its objects leads to them: read object by object, or once and for all. */
export interface Objects {
  readonly named: Readonly<Record<NamedKind, (inputs: Inputs) => Answer<FoundObject | undefined>>>;
  /** True if there is a group of this id. */
  readonly hasGroup: (id: string) => Answer<boolean>;
  readonly application: (id: string) => Answer<FoundApplication | undefined>;
  /** Object id of the service principal of a client id. */
  readonly principal: (clientId: string) => Answer<string | undefined>;
  /** Ids of the members of a group. */
  readonly members: (group: string) => Answer<readonly string[]>;
  /** Federated credentials of an application. */
  readonly credentials: (application: string) => Answer<readonly { readonly id: string; readonly name: string }[]>;
  /** Assignments to the application of a service principal. */
  readonly assignments: (principal: string) => Answer<readonly RoleAssignment[]>;
  readonly claims: (principal: string) => Answer<readonly Pick<ClaimsPolicy, 'id'>[]>;
  readonly jobs: (principal: string) => Answer<readonly Pick<ProvisioningJob, 'id' | 'templateId'>[]>;
  /** True if provisioning has its token. */
  readonly hasToken: (principal: string) => Answer<boolean>;
  /** Consents of administrators to what a client asks for. */
  readonly grants: (client: string) => Answer<readonly TenantGrant[]>;
}

type Finder = (inputs: Inputs, objects: Objects) => Answer<FoundObject | undefined>;

/**
 * Finders by type, each by what identifies the type. What is missing here is made again: client secrets, whose value Graph
 * never tells, and the resources of entragraph, which look for what is there before they make something.
 *
 * Ids: pages of terraform-provider-azuread, section Import.
 */
const FINDERS: Readonly<Record<string, Finder>> = {
  'azuread:index/group:Group': (inputs, { named }) => named.group(inputs),
  'azuread:index/getGroup:getGroup': async (inputs, { hasGroup }) => {
    const objectId = textIn(inputs, 'objectId');
    return objectId !== undefined && (await hasGroup(objectId)) ? found(objectId, { objectId }) : undefined;
  },
  'azuread:index/groupMember:GroupMember': partOf('groupObjectId', {
    list: ({ members }, group) => members(group),
    isIt: (member, inputs) => member === textIn(inputs, 'memberObjectId'),
    idOf: (member, group) => `${group}/member/${member}`,
  }),
  'azuread:index/application:Application': (inputs, { named }) => named.application(inputs),
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate': (inputs, { named }) => named.fromTemplate(inputs),
  'azuread:index/getApplication:getApplication': async (inputs, { application }) => {
    const objectId = textIn(inputs, 'objectId');
    const one = objectId === undefined ? undefined : await application(objectId);
    return one && found(`/applications/${one.objectId}`, { objectId, clientId: one.appId });
  },
  'azuread:index/servicePrincipal:ServicePrincipal': principalOf,
  'azuread:index/getServicePrincipal:getServicePrincipal': principalOf,
  'azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential': partOf(
    'applicationId',
    {
      list: ({ credentials }, application) => credentials(application),
      isIt: ({ name }, inputs) => name === textIn(inputs, 'displayName'),
      idOf: ({ id }, path) => `${idIn(path)}/federatedIdentityCredential/${id}`,
    },
  ),
  'azuread:index/applicationIdentifierUri:ApplicationIdentifierUri': partOf('applicationId', {
    list: async ({ application }, id) => (await application(id))?.identifierUris ?? [],
    isIt: (uri, inputs) => uri === textIn(inputs, 'identifierUri'),
    idOf: (uri, path) => `${path}/identifierUris/${Buffer.from(uri).toString('base64')}`,
  }),
  'azuread:index/applicationRedirectUris:ApplicationRedirectUris': partOf('applicationId', {
    list: async ({ application }, id) => (await application(id))?.redirectUris ?? [],
    isIt: (_, inputs) => textIn(inputs, 'type') === 'Web',
    idOf: (_, path) => `${path}/redirectUris/Web`,
  }),
  'azuread:index/appRoleAssignment:AppRoleAssignment': partOf('resourceObjectId', {
    list: ({ assignments }, principal) => assignments(principal),
    // A role that only the deployment knows is one of the template; the program assigns no principal twice.
    isIt: ({ principalId, roleId }, inputs) =>
      principalId === textIn(inputs, 'principalObjectId') && roleId === (textIn(inputs, 'appRoleId') ?? roleId),
    idOf: ({ id }, principal) => `/servicePrincipals/${principal}/appRoleAssignedTo/${id}`,
  }),
  'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': (inputs, { named }) =>
    named.conditionalAccess(inputs),
  'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy': (inputs, { named }) => named.claimsPolicy(inputs),
  'azuread:index/servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment': partOf(
    'servicePrincipalId',
    {
      list: ({ claims }, principal) => claims(principal),
      isIt: ({ id }, inputs) => id === textIn(inputs, 'claimsMappingPolicyId')?.split('/').at(-1),
      idOf: ({ id }, path) => `${path}/claimsMappingPolicies/${id}`,
    },
  ),
  'azuread:index/synchronizationSecret:SynchronizationSecret': partOf('servicePrincipalId', {
    list: async ({ hasToken }, principal) => ((await hasToken(principal)) ? ['token'] : []),
    isIt: () => true,
    idOf: (_, path) => path,
  }),
  'azuread:index/synchronizationJob:SynchronizationJob': partOf('servicePrincipalId', {
    list: ({ jobs }, principal) => jobs(principal),
    isIt: ({ templateId }, inputs) => templateId === textIn(inputs, 'templateId'),
    idOf: ({ id }, path) => `${path}/synchronization/jobs/${id}`,
  }),
  'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': partOf(
    'servicePrincipalObjectId',
    {
      list: ({ grants }, client) => grants(client),
      isIt: ({ resourceId }, inputs) => resourceId === textIn(inputs, 'resourceServicePrincipalObjectId'),
      idOf: ({ id }) => `/oauth2PermissionGrants/${id}`,
    },
  ),
};

interface Part<One> {
  readonly list: (objects: Objects, owner: string) => Answer<readonly One[]>;
  readonly isIt: (one: One, inputs: Inputs) => boolean;
  /** Id of the part for azuread, from the input that names its owner. */
  readonly idOf: (one: One, owner: string) => string;
}

/** Finds a part of another object, which an input names by its id or path: without that there is none. */
function partOf<One>(input: string, { list, isIt, idOf }: Part<One>): Finder {
  return async (inputs, objects) => {
    const owner = textIn(inputs, input);
    if (owner === undefined) return undefined;
    const one = (await list(objects, idIn(owner))).find((part) => isIt(part, inputs));
    return one && found(idOf(one, owner));
  };
}

async function principalOf(inputs: Inputs, { principal }: Objects): Promise<FoundObject | undefined> {
  const clientId = textIn(inputs, 'clientId');
  const objectId = clientId === undefined ? undefined : await principal(clientId);
  return objectId === undefined ? undefined : found(`/servicePrincipals/${objectId}`, { objectId, clientId });
}

function idIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Tells whether objects of a type are looked up by what identifies them. */
export function isSought(type: string): boolean {
  return Object.hasOwn(FINDERS, type);
}

/** Finds what a resource of a type stands for; undefined if it is not there, or nothing identifies the type. */
export async function findObject(type: string, inputs: Inputs, objects: Objects): Promise<FoundObject | undefined> {
  return FINDERS[type]?.(inputs, objects);
}

/** An application that was made from a template, which made its service principal as well: the id has both. */
export function foundFromTemplate(
  template: string,
  { application, principal }: { readonly application: string; readonly principal: string },
): FoundObject {
  const paths = {
    applicationId: `/applications/${application}`,
    servicePrincipalId: `/servicePrincipals/${principal}`,
  };
  return {
    id: `/applicationTemplates/${template}/instantiate/${application}/${principal}`,
    outputs: { ...paths, applicationObjectId: application, servicePrincipalObjectId: principal },
  };
}
