import type { Duty, GraphResource } from './graph-requests';
import type { PulumiKind } from '../stacks/stacks';
import { clientsOf } from '../../sections/customers/customers';
import type { Estate } from '../../sections/estate';

/** An estate as far as its resources in directories depend on it. */
export type GraphEstate = Pick<Estate, 'customers' | 'emergency' | 'workforce'>;

/** Kind of a directory, each with resources of its own. */
export type DirectoryKind = 'b2c' | 'external-id' | 'workforce';

/** All that a directory of a kind may have; what few estates have is not among it. */
export const RESOURCES_OF: Readonly<Record<DirectoryKind, readonly GraphResource[]>> = {
  b2c: ['applications', 'client secrets and consent', 'user flows of B2C'],
  'external-id': [
    'applications',
    'client secrets and consent',
    'user flows of External ID',
    'Conditional Access policies',
  ],
  workforce: [
    'applications',
    'groups',
    'SAML applications',
    "the leavers' application",
    'provisioning (SCIM)',
    'Conditional Access policies',
  ],
};

/** Resources that only some estates have, by program. */
const OF_FEW: Readonly<Record<PulumiKind, readonly GraphResource[]>> = {
  customers: [
    'roles of daemons',
    'identity providers',
    'attributes of the directory',
    'API connectors',
    'custom authentication extensions',
  ],
  workforce: ['owners of groups', 'groups for roles of Entra ID', 'people and consents'],
};

/** Kind of the directory of a program. */
export function directoryKind({ customers }: Pick<Estate, 'customers'>, program: PulumiKind): DirectoryKind {
  return program === 'workforce' ? 'workforce' : (customers?.directoryType ?? 'b2c');
}

/** Resources that an estate has in the directory of a program, none where it has no such section. */
export function graphResources(estate: GraphEstate, program: PulumiKind): readonly GraphResource[] {
  if (estate[program] === undefined) return [];
  const has: Readonly<Partial<Record<GraphResource, boolean>>> =
    program === 'customers' ? customersResources(estate) : workforceResources(estate);
  const all: readonly GraphResource[] = [...RESOURCES_OF[directoryKind(estate, program)], ...OF_FEW[program]];
  return all.filter((resource) => has[resource] ?? true);
}

function customersResources({ customers }: GraphEstate): Readonly<Partial<Record<GraphResource, boolean>>> {
  if (customers === undefined) return {};
  const { stepUp, identityProviders, attributes, apiConnectors, customExtensions } = customers;
  const calls = clientsOf(customers).flatMap((client) => client.calls);
  return {
    'roles of daemons': calls.some(({ roles }) => roles.length > 0),
    'Conditional Access policies': stepUp !== undefined,
    'identity providers': identityProviders.length > 0,
    'attributes of the directory': attributes.length > 0,
    'API connectors': apiConnectors.length > 0,
    'custom authentication extensions': customExtensions.length > 0,
  };
}

function workforceResources({ workforce, emergency }: GraphEstate): Readonly<Partial<Record<GraphResource, boolean>>> {
  const { groups = [], awsApplication, leavers } = workforce ?? {};
  const signIns = [awsApplication, emergency?.application].filter((one) => one !== undefined);
  const hasReader = leavers?.signIn.kind === 'federated';
  return {
    applications: signIns.length > 0 || hasReader,
    groups: groups.length > 0,
    'owners of groups': groups.some(({ owners }) => owners.length > 0),
    'groups for roles of Entra ID': groups.some(({ assignableToRoles }) => assignableToRoles),
    // No program asks for them, but the doctor does.
    'people and consents': signIns.length > 0 || hasReader,
    'SAML applications': signIns.length > 0,
    "the leavers' application": hasReader,
    'provisioning (SCIM)': awsApplication?.scim !== undefined,
    'Conditional Access policies': signIns.some(({ conditionalAccess }) => conditionalAccess !== undefined),
  };
}

/** Permissions of Microsoft Graph, each with the reason for it in a few words. */
type Reasons = Readonly<Record<string, string>>;

const OWN_APPLICATIONS = {
  'Application.ReadWrite.OwnedBy':
    'applications and service principals that it made, their secrets, signing certificates, provisioning, and the gallery template',
};
const CONSENT = { 'DelegatedPermissionGrant.ReadWrite.All': 'admin consent of the web application' };
const POLICIES = {
  'Policy.Read.All': 'Conditional Access policies: Graph wants it beside the next one',
  'Policy.ReadWrite.ConditionalAccess': 'Conditional Access policies',
};

const READ_CUSTOMERS = {
  'Application.Read.All': 'look-ups, and reading what is deployed',
  'DelegatedPermissionGrant.Read.All': 'reading the consent of the web application',
};
const READ_B2C = { ...READ_CUSTOMERS, 'IdentityUserFlow.Read.All': 'reading user flows' };
const READ_EXTERNAL = {
  ...READ_CUSTOMERS,
  'EventListener.Read.All': 'reading user flows',
  'IdentityUserFlow.Read.All': 'the catalogue of attributes',
  'Policy.Read.All': 'reading Conditional Access policies',
};
const READ_WORKFORCE = {
  'Application.Read.All': 'look-ups, and reading what is deployed',
  'Group.Read.All': 'groups that are adopted, and reading groups',
  'Policy.Read.All': 'reading policies',
  'Synchronization.Read.All': 'reading the provisioning job',
};

/**
 * The least permissions that each use of an identity needs in a directory that has all its resources: application permissions,
 * and of a person who looks the delegated ones. `entra-aws sign-in bootstrap` gives those of them that the
 * estate's own resources need, and the emulator tests both programs with them.
 */
export const GRAPH_PERMISSIONS = {
  b2c: {
    preview: READ_B2C,
    deploy: {
      ...OWN_APPLICATIONS,
      ...CONSENT,
      'IdentityUserFlow.ReadWrite.All':
        'user flows, their attributes, order, languages, texts of pages and identity providers',
    },
    look: READ_B2C,
  },
  'external-id': {
    preview: READ_EXTERNAL,
    deploy: {
      ...OWN_APPLICATIONS,
      ...CONSENT,
      'EventListener.ReadWrite.All': 'user flows, their identity providers and applications',
      'IdentityUserFlow.Read.All': 'the catalogue of attributes',
      ...POLICIES,
    },
    look: READ_EXTERNAL,
  },
  workforce: {
    preview: READ_WORKFORCE,
    deploy: {
      'AppRoleAssignment.ReadWrite.All':
        'groups assigned to the AWS application; it lets its holder give itself any other one',
      'Application.Read.All': 'groups assigned to the AWS application: Graph wants it beside the one above',
      ...OWN_APPLICATIONS,
      'Group.ReadWrite.All': 'groups, their owners and members',
      'GroupMember.Read.All': 'groups that a group is in, which the one above does not let it read',
      'Policy.Read.All': POLICIES['Policy.Read.All'],
      'Policy.ReadWrite.ApplicationConfiguration': 'the claims-mapping policy (NameID)',
      'Policy.ReadWrite.ConditionalAccess': POLICIES['Policy.ReadWrite.ConditionalAccess'],
    },
    look: { ...READ_WORKFORCE, 'User.ReadBasic.All': 'the names of people' },
  },
} as const satisfies Readonly<Record<DirectoryKind, Readonly<Record<Duty, Reasons>>>>;

/** Permissions that a directory takes besides where an estate has these resources, which few have. */
export const FURTHER_PERMISSIONS: Readonly<Partial<Record<GraphResource, Readonly<Record<Duty, Reasons>>>>> = {
  'owners of groups': {
    preview: { 'User.ReadBasic.All': 'whom the names of owners mean' },
    deploy: { 'Directory.Read.All': 'whom the names of owners mean: azuread reads each as an object of the directory' },
    look: {},
  },
  'people and consents': {
    preview: {
      'DelegatedPermissionGrant.Read.All': 'the daily look of the doctor at consents',
      'User.Read.All': 'the same, at who is assigned, whether they can sign in, and whom policies leave out',
    },
    deploy: {},
    look: {},
  },
  'roles of daemons': {
    preview: {},
    deploy: {
      'AppRoleAssignment.ReadWrite.All': 'roles of daemons; it lets its holder give itself any other one',
      'Application.Read.All': 'roles of daemons: Graph wants it beside the one above',
    },
    look: {},
  },
  'identity providers': {
    preview: { 'IdentityProvider.Read.All': 'reading identity providers' },
    deploy: { 'IdentityProvider.ReadWrite.All': 'identity providers, and their secrets' },
    look: { 'IdentityProvider.Read.All': 'reading identity providers' },
  },
  'attributes of the directory': {
    preview: {},
    deploy: { 'IdentityUserFlow.ReadWrite.All': 'attributes of the directory, and what the user flows take of it' },
    look: {},
  },
  'API connectors': {
    preview: { 'APIConnectors.Read.All': 'reading API connectors' },
    deploy: { 'APIConnectors.ReadWrite.All': 'API connectors, and their secrets' },
    look: { 'APIConnectors.Read.All': 'reading API connectors' },
  },
  'custom authentication extensions': {
    preview: { 'CustomAuthenticationExtension.Read.All': 'reading custom authentication extensions' },
    deploy: { 'CustomAuthenticationExtension.ReadWrite.All': 'custom authentication extensions' },
    look: { 'CustomAuthenticationExtension.Read.All': 'reading custom authentication extensions' },
  },
  'groups for roles of Entra ID': {
    preview: {},
    deploy: {
      'RoleManagement.ReadWrite.Directory':
        'groups that may get roles of Entra ID: whoever makes one may give itself any role',
    },
    look: {},
  },
};

/** Requests that the table gives to no permission that only reads, and the one with which a reading identity sends them. */
export const READ_BY: Readonly<Record<string, string>> = {
  // The list of them has Application.Read.All, this one does not.
  'GET /applications/{id}/federatedIdentityCredentials/{id}': 'Application.Read.All',
  // The table does not know this permission, which is Microsoft's own for exactly this.
  'GET /oauth2PermissionGrants/{id}': 'DelegatedPermissionGrant.Read.All',
  // The same.
  'GET /identity/apiConnectors': 'APIConnectors.Read.All',
  'GET /identity/apiConnectors/{id}': 'APIConnectors.Read.All',
  // The table asks for the permission to change flows.
  'GET /identity/b2cUserFlows/{id}/apiConnectorConfiguration': 'IdentityUserFlow.Read.All',
  // The table has it only beside a permission that writes.
  'GET /servicePrincipals/{id}/claimsMappingPolicies': 'Policy.Read.All',
};
