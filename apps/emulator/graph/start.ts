import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Closing, listen, listenAddress } from '../base/server';
import { RequestLog } from '../base/request-log';
import { IssuerKeys } from './auth/token-endpoint';
import { GRAPH_APP_ID, GRAPH_ROLES } from './auth/roles';
import { PendingSignIns } from './auth/sign-ins';
import type { Caller, TokenSigner } from './tokens';
import { newSecret } from '../base/secrets';
import { environmentOf, loadIdentity } from './environment';
import { Directory } from './directory/directory';
import type { GraphFaults } from './faults';
import { createFaults, Throttling } from './faults';
import type { AppParts } from './app';
import { createApp } from './app';
import type { GraphEmulatorOptions } from './options';
import type { Quirks } from './quirks';
import { DEFAULT_QUIRKS } from './quirks';
import { viewOf } from './routes';
import { runJobs } from './resources/synchronization/cycle/run';
import { seedDirectory } from './seed';
import type { GraphClient, Tenant } from './settings';
import { DEFAULT_TENANT, DEPLOYER } from './settings';
import { Records, Store } from './store/store';
import { Visibility } from './store/visibility';

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
  const closing = new Closing();
  try {
    return await start(options, host, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
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
  store.onChange((id, change) => {
    visibility.changed(id, change);
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
