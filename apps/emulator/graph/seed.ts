import { GRAPH_APP_ID, GRAPH_ROLES, GRAPH_SCOPES } from './auth/roles';
import { digestOf } from '../base/secrets';
import type { Directory } from './directory/directory';
import { createEntity } from './directory/objects';
import type { JsonObject } from './json';
import { findText, objectsOf, textOf, textsOf } from './json';
import { APPLICATION } from './resources/applications/application';
import { createGroup } from './resources/groups/group';
import { assignAppRole } from './resources/grants/app-roles';
import { SERVICE_PRINCIPAL } from './resources/service-principals/service-principal';
import { createUser } from './resources/users/users';
import type { GraphClient } from './settings';

const GRAPH_PRINCIPAL_ID = '44444444-4444-4444-8444-444444444444';
/** The tenant of Microsoft's own applications. */
const MICROSOFT_TENANT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** Objects of a directory that no one created through Graph. */
export interface Seed {
  readonly clients: readonly GraphClient[];
  /** Display names of groups that exist already; `NAME=GUID` has that object id. */
  readonly groups: readonly string[];
  /** Users that exist already, by user principal name. */
  readonly users: readonly string[];
  /** Ids in Azure of managed identities. */
  readonly managedIdentities: readonly string[];
}

/** Adds what is missing, so that it may run on a directory that was loaded. */
export function seedDirectory(directory: Directory, seed: Seed): void {
  if (directory.find('servicePrincipals', GRAPH_PRINCIPAL_ID) === undefined) addMicrosoftGraph(directory);
  for (const client of seed.clients) addClient(directory, client);
  for (const name of seed.groups) addGroup(directory, name);
  for (const name of seed.users) addUser(directory, name);
  for (const id of seed.managedIdentities) addManagedIdentity(directory, id);
}

function addMicrosoftGraph(directory: Directory): void {
  const principal = createEntity(
    SERVICE_PRINCIPAL,
    { appId: GRAPH_APP_ID },
    {
      id: GRAPH_PRINCIPAL_ID,
      appDisplayName: 'Microsoft Graph',
      displayName: 'Microsoft Graph',
      appOwnerOrganizationId: MICROSOFT_TENANT,
      servicePrincipalNames: [GRAPH_APP_ID, 'https://graph.microsoft.com'],
      signInAudience: 'AzureADMultipleOrgs',
      appRoles: Object.entries(GRAPH_ROLES).map(([value, id]) => roleOf(value, id)),
      oauth2PermissionScopes: Object.entries(GRAPH_SCOPES).map(([value, id]) => scopeOf(value, id)),
    },
  );
  directory.put('servicePrincipals', principal);
}

function roleOf(value: string, id: string): JsonObject {
  const texts = { description: value, displayName: value };
  return { id, allowedMemberTypes: ['Application'], ...texts, isEnabled: true, value, origin: 'Application' };
}

function scopeOf(value: string, id: string): JsonObject {
  const texts = {
    adminConsentDescription: value,
    adminConsentDisplayName: value,
    userConsentDescription: value,
    userConsentDisplayName: value,
  };
  return { id, value, type: 'User', isEnabled: true, ...texts };
}

/** The client with this secret and no other: a secret of an earlier start may have been drawn. */
function addClient(directory: Directory, client: GraphClient): void {
  const known = directory.findByAppId('applications', client.clientId);
  const application =
    known ??
    createEntity(
      APPLICATION,
      { displayName: client.displayName },
      {
        id: directory.newId(),
        appId: client.clientId,
        createdDateTime: directory.now(),
        publisherDomain: directory.tenant.domain,
      },
    );
  directory.put('applications', { ...application, passwordCredentials: [seededPassword(directory, client)] });
  if (known === undefined) addClientPrincipal(directory, client);
}

function seededPassword(directory: Directory, { clientSecret }: GraphClient): JsonObject {
  const shared = { customKeyIdentifier: null, displayName: 'emulator', hint: clientSecret.slice(0, 3) };
  const times = { startDateTime: directory.now(), endDateTime: '2099-12-31T00:00:00Z' };
  return { ...shared, ...times, keyId: directory.newId(), _digest: digestOf(clientSecret) };
}

function addClientPrincipal(directory: Directory, client: GraphClient): void {
  const given = {
    id: client.objectId,
    appOwnerOrganizationId: directory.tenant.id,
  };
  directory.put('servicePrincipals', createEntity(SERVICE_PRINCIPAL, { appId: client.clientId }, given));
  const graph = directory.get('servicePrincipals', GRAPH_PRINCIPAL_ID);
  for (const role of objectsOf(graph, 'appRoles')) {
    const isGiven = client.roles?.includes(findText(role, 'value') ?? '') ?? true;
    const appRoleId = textOf(role, 'id');
    if (isGiven) assignAppRole(directory, { appRoleId, principalId: client.objectId, resourceId: GRAPH_PRINCIPAL_ID });
  }
}

/** `NAME=GUID` is a group of that object id; what else has an equals sign is a name. */
const WITH_ID = /^(?<name>.+)=(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

function addGroup(directory: Directory, text: string): void {
  const { name: displayName = text, id } = WITH_ID.exec(text)?.groups ?? {};
  if (directory.all('groups').some((group) => group['displayName'] === displayName)) return;
  const mailNickname = displayName.replace(/[^A-Za-z0-9]/g, '');
  const body = { displayName, mailNickname, mailEnabled: false, securityEnabled: true };
  createGroup(directory, { body, ...(id !== undefined && { given: { id } }) });
}

function addUser(directory: Directory, userPrincipalName: string): void {
  if (directory.all('users').some((user) => user['userPrincipalName'] === userPrincipalName)) return;
  const name = userPrincipalName.split('@', 1)[0] ?? userPrincipalName;
  createUser(directory, {
    userPrincipalName,
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
    passwordProfile: { password: directory.newId() },
  });
}

/** Only Azure makes one: a service principal without an application, which shows its id in Azure. */
function addManagedIdentity(directory: Directory, azureId: string): void {
  if (directory.all('servicePrincipals').some((one) => textsOf(one, 'alternativeNames').includes(azureId))) return;
  const [id, appId] = [directory.newId(), directory.newId()];
  const given = {
    ...{ id, displayName: azureId.slice(azureId.lastIndexOf('/') + 1) },
    servicePrincipalType: 'ManagedIdentity',
    alternativeNames: ['isExplicit=True', azureId],
    servicePrincipalNames: [appId],
  };
  directory.put('servicePrincipals', createEntity(SERVICE_PRINCIPAL, { appId }, given));
}
