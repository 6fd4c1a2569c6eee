import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Closing, listen, listenAddress, started } from '../base/server';
import { RequestLog } from '../base/request-log';
import { IssuerKeys } from './auth/token-endpoint';
import { GRAPH_APP_ID, GRAPH_ROLES, GRAPH_SCOPES } from './auth/roles';
import { PendingSignIns } from './auth/sign-ins';
import type { Caller, TokenSigner } from './tokens';
import { newSecret, digestOf } from '../base/secrets';
import { environmentOf, loadIdentity } from './environment';
import { Directory } from './directory/directory';
import { type GraphFaults, createFaults, Throttling } from './faults';
import { type AppParts, createApp } from './app';
import type { GraphEmulatorOptions } from './options';
import { type Quirks, DEFAULT_QUIRKS } from './quirks';
import { viewOf } from './routes';
import { runJobs } from './resources/synchronization/cycle/run';
import { type GraphClient, type Tenant, DEFAULT_TENANT, DEPLOYER } from './settings';
import { Records, Store } from './store/store';
import { Visibility } from './store/visibility';
import { createEntity } from './directory/objects';
import { type JsonObject, findText, objectsOf, textOf, textsOf } from './json';
import { APPLICATION } from './resources/applications/application';
import { createGroup } from './resources/groups/group';
import { assignAppRole } from './resources/grants/grants';
import { SERVICE_PRINCIPAL } from './resources/service-principals/service-principal';
import { createUser } from './resources/users/users';

/** The directory and what decides how it answers. */
interface Core {
  readonly tenant: Tenant;
  readonly deployer: GraphClient;
  readonly visibility: Visibility;
  /** Repeats a run: decides what lags, and what is throttled. */
  readonly seed: number;
  /** May be changed while it runs. */
  readonly quirks: Quirks;
  /** The directory itself, past HTTP: for tests that prepare a drift. */
  readonly directory: Directory;
  readonly store: Store;
}

interface Urls {
  /** Graph over plain HTTP, `http://localhost:4000`; versions come below it. */
  readonly graphUrl: string;
  /** Metadata, tokens, and Graph once more, over TLS. */
  readonly tlsUrl: string;
}

/** A Graph that runs. */
export interface GraphEmulator extends Core, Urls {
  /** Certificate of the authority that signed the server's: what a client must trust. */
  readonly caFile: string;
  /** The variables of azuread and the tools of Azure: `ARM_…`, and the authority for Go and for Node. */
  readonly env: Readonly<Record<string, string>>;
  readonly faults: GraphFaults;
  readonly log: RequestLog;
  readonly signer: TokenSigner;
  /** A token for Graph, as the deployer gets it. */
  readonly token: (roles?: readonly string[]) => string;
  /** A token for Graph of a person who signed in to the deployer's application, which was granted these scopes. */
  readonly personToken: (userPrincipalName: string, scopes: readonly string[]) => string;
  /** Runs a cycle of every provisioning job that is started and whose target is on this machine. */
  readonly provision: () => Promise<void>;
  /** May be called again. */
  readonly stop: () => Promise<void>;
}

/** Starts the emulator. @throws Error if the folder or a port is in use, or the address is open to others */
export async function startGraphEmulator(options: GraphEmulatorOptions = {}): Promise<GraphEmulator> {
  const host = listenAddress(options);
  return await started((closing) => start(options, host, closing));
}

async function start(options: GraphEmulatorOptions, host: string, closing: Closing): Promise<GraphEmulator> {
  const { publicHost = 'localhost', graphPort = 0, tlsPort = 0 } = options;
  const folder = options.data === undefined ? undefined : resolve(options.data);
  const core = openDirectory(options, folder, closing);
  const { issue, signer, caFile } = await loadIdentity(
    { folder, authority: options.authority, names: [publicHost] },
    closing,
  );
  const plain = await listen(host, graphPort);
  closing.add(plain.stop);
  const tls = await listen(host, tlsPort, issue);
  closing.add(tls.stop);
  const urls = { graphUrl: `http://${publicHost}:${plain.port}`, tlsUrl: `https://${publicHost}:${tls.port}` };
  const parts = appParts(options, core, { signer, ...urls });
  plain.answerWith(createApp(parts, urls.graphUrl));
  tls.answerWith(createApp(parts, urls.tlsUrl));
  const { faults, log } = parts;
  const { deployer, tenant } = core;
  const env = environmentOf({ deployer, tenant, caFile, tlsUrl: urls.tlsUrl });
  const token = (roles = deployer.roles ?? Object.keys(GRAPH_ROLES)): string =>
    issueToken(core, parts, { kind: 'application', objectId: deployer.objectId, permissions: roles });
  const personToken = (name: string, permissions: readonly string[]): string =>
    issueToken(core, parts, { kind: 'delegated', objectId: personNamed(core.directory, name), permissions });
  const { directory, store } = core;
  const provision = (): Promise<void> => runJobs({ directory, transact: (work) => store.transaction(work) });
  return { ...core, ...urls, caFile, env, faults, log, signer, token, personToken, provision, stop: closing.close };
}

const MOST_SEEDS = 1_000_000_000;
/** Enough for a client that trusts its first or second read to fail. */
const DEFAULT_LAG = { creates: 2, updates: 2, deletes: 2 } as const;
/** Few enough that a suite does not wait long. */
const DEFAULT_THROTTLE = 25;

function openDirectory(options: GraphEmulatorOptions, folder: string | undefined, closing: Closing): Core {
  const records = folder === undefined ? undefined : new Records(folder);
  const store = new Store(records?.state, records);
  closing.add(() => {
    store.close();
  });
  const quirks = { ...DEFAULT_QUIRKS, ...options.quirks };
  const visibility = new Visibility(quirks);
  const tenant = tenantOf(options);
  const deployer = { ...DEPLOYER, clientSecret: newSecret(), ...options.deployer };
  const { now = () => new Date(), clients = [], groups = [], users = [], managedIdentities = [] } = options;
  const directory = new Directory({ store, visibility, tenant, quirks, now, view: viewOf });
  store.transaction(() => {
    seedDirectory(directory, { clients: [deployer, ...clients], groups, users, managedIdentities });
  });
  // Only from here on: what was there from the start is visible at once.
  store.onChange((change) => {
    visibility.changed(change);
  });
  const seed = options.seed ?? randomInt(1, MOST_SEEDS);
  visibility.set({ ...DEFAULT_LAG, ...options.lag, seed });
  return { seed, store, visibility, quirks, tenant, deployer, directory };
}

function tenantOf({ tenant = {} }: GraphEmulatorOptions): Tenant {
  const { domain = DEFAULT_TENANT.domain } = tenant;
  return { ...DEFAULT_TENANT, verifiedDomains: [domain], ...tenant };
}

function appParts(
  options: GraphEmulatorOptions,
  { directory, store, tenant, quirks, seed }: Core,
  { signer, graphUrl, tlsUrl }: Urls & Pick<GraphEmulator, 'signer'>,
): AppParts {
  const faults = createFaults();
  faults.seed(seed);
  faults.add(...(options.faults ?? []));
  return {
    directory,
    store,
    signer,
    graphUrl,
    loginUrl: tlsUrl,
    issuer: `${tlsUrl}/${tenant.id}/v2.0`,
    audiences: [graphUrl, tlsUrl, 'https://graph.microsoft.com', GRAPH_APP_ID],
    issuerKeys: new IssuerKeys(),
    signIns: new PendingSignIns(directory),
    standIns: options.standIns ?? {},
    faults,
    throttling: new Throttling(quirks, { seed, every: options.throttle ?? DEFAULT_THROTTLE }),
    log: new RequestLog(options.logger),
    wait: options.wait ?? ((milliseconds) => delay(milliseconds)),
  };
}

/** Object id of a person. @throws Error without one of that name */
function personNamed(directory: Directory, userPrincipalName: string): string {
  const person = directory.all('users').find((user) => user['userPrincipalName'] === userPrincipalName);
  if (person === undefined) throw new Error(`no user '${userPrincipalName}' in the directory`);
  return person.id;
}

function issueToken({ deployer, tenant }: Core, parts: AppParts, caller: Omit<Caller, 'appId'>): string {
  return parts.signer.issue({
    ...caller,
    appId: deployer.clientId,
    tenantId: tenant.id,
    issuer: parts.issuer,
    audience: parts.graphUrl,
    issuedAt: Math.floor(parts.directory.clock().getTime() / 1000),
  });
}

const GRAPH_PRINCIPAL_ID = '44444444-4444-4444-8444-444444444444';
/** The tenant of Microsoft's own applications. */
const MICROSOFT_TENANT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** Objects of a directory that no one created through Graph. */
interface Seed {
  readonly clients: readonly GraphClient[];
  /** Display names of groups that exist already; `NAME=GUID` has that object id. */
  readonly groups: readonly string[];
  /** Users that exist already, by user principal name. */
  readonly users: readonly string[];
  /** Ids in Azure of managed identities. */
  readonly managedIdentities: readonly string[];
}

/** Adds what is missing, so that it may run on a directory that was loaded. */
function seedDirectory(directory: Directory, seed: Seed): void {
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
