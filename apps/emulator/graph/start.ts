import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../base/listen';
import { listenAddress } from '../base/options';
import { RequestLog } from '../base/request-log';
import { IssuerKeys } from './auth/issuer-keys';
import { GRAPH_ROLES } from './auth/roles';
import type { TokenSigner } from './auth/tokens';
import { newSecret } from './auth/secrets';
import { loadIdentity } from './certificates';
import { Directory } from './directory/directory';
import { environmentOf } from './environment';
import type { GraphFaults } from './faults';
import { createFaults } from './faults';
import type { AppParts } from './http/app';
import { createApp } from './http/app';
import type { GraphEmulatorOptions } from './options';
import type { Quirks } from './quirks';
import { DEFAULT_QUIRKS } from './quirks';
import { ROUTES, viewOf } from './routes';
import { GRAPH_APP_ID, seedDirectory } from './seed';
import type { GraphClient, Tenant } from './settings';
import { DEFAULT_TENANT, DEPLOYER } from './settings';
import { Records } from './store/records';
import { Store } from './store/store';
import { Visibility } from './store/visibility';

/** A Graph that runs. */
export interface GraphEmulator {
  /** Graph over plain HTTP, `http://localhost:4000`; versions come below it. */
  readonly graphUrl: string;
  /** Metadata, tokens, and Graph once more, over TLS. */
  readonly tlsUrl: string;
  /** Certificate of the authority that signed the server's: what a client must trust. */
  readonly caFile: string;
  readonly tenant: Tenant;
  readonly deployer: GraphClient;
  /** What azuread and the tools of Azure read: `ARM_…`, and the authority for Go and for Node. */
  readonly env: Readonly<Record<string, string>>;
  readonly faults: GraphFaults;
  readonly visibility: Visibility;
  /** May be changed while it runs. */
  readonly quirks: Quirks;
  readonly log: RequestLog;
  /** The directory itself, past HTTP: for tests that prepare a drift. */
  readonly directory: Directory;
  readonly store: Store;
  readonly signer: TokenSigner;
  /** A token for Graph, as the deployer gets it. */
  readonly token: (roles?: readonly string[]) => string;
  readonly stop: () => Promise<void>;
}

/** Starts the emulator. @throws Error if the folder is in use, or the address is open to others */
export async function startGraphEmulator(options: GraphEmulatorOptions = {}): Promise<GraphEmulator> {
  const { now = () => new Date(), publicHost = 'localhost', graphPort = 0, tlsPort = 0 } = options;
  const host = listenAddress(options);
  const folder = options.data === undefined ? undefined : resolve(options.data);
  const core = openDirectory(options, folder, now);
  try {
    // Certificates are checked by the clock of the client, whatever the directory's clock says.
    const names = [publicHost, 'localhost', '127.0.0.1', '::1'];
    const identity = await loadIdentity(folder, names, new Date());
    const [plain, tls] = [await listen(host, graphPort), await listen(host, tlsPort, identity.server)];
    const urls = { graphUrl: `http://${publicHost}:${plain.port}`, tlsUrl: `https://${publicHost}:${tls.port}` };
    const parts = appParts(options, { core, signer: identity.signer, ...urls });
    plain.answerWith(createApp(parts, urls.graphUrl));
    tls.answerWith(createApp(parts, urls.tlsUrl));
    const stop = async (): Promise<void> => {
      await Promise.all([plain.stop(), tls.stop()]);
      core.store.close();
      identity.cleanUp();
    };
    return emulatorOf(core, parts, { ...urls, caFile: identity.caFile, stop });
  } catch (error) {
    core.store.close();
    throw error;
  }
}

interface Core {
  readonly store: Store;
  readonly visibility: Visibility;
  readonly quirks: Quirks;
  readonly tenant: Tenant;
  readonly deployer: GraphClient;
  readonly directory: Directory;
}

function openDirectory(options: GraphEmulatorOptions, folder: string | undefined, now: () => Date): Core {
  const records = folder === undefined ? undefined : new Records(folder);
  const store = new Store(records?.state, records);
  const visibility = new Visibility();
  const quirks = { ...DEFAULT_QUIRKS, ...options.quirks };
  const tenant = tenantOf(options);
  const deployer = { ...DEPLOYER, clientSecret: newSecret(), ...options.deployer };
  const directory = new Directory({ store, visibility, tenant, quirks, now, view: viewOf });
  const seed = {
    clients: [deployer, ...(options.clients ?? [])],
    groups: options.groups ?? [],
    users: options.users ?? [],
  };
  store.transaction(() => {
    seedDirectory(directory, seed);
  });
  // Only from here on: what was there from the start is visible at once.
  store.onChange((id, before, after) => {
    visibility.changed(id, before, after);
  });
  visibility.set(options.lag ?? {});
  return { store, visibility, quirks, tenant, deployer, directory };
}

function tenantOf({ tenant = {} }: GraphEmulatorOptions): Tenant {
  const { domain = DEFAULT_TENANT.domain } = tenant;
  return { ...DEFAULT_TENANT, verifiedDomains: [domain], ...tenant };
}

interface Wiring {
  readonly core: Core;
  readonly signer: TokenSigner;
  readonly graphUrl: string;
  readonly tlsUrl: string;
}

function appParts(options: GraphEmulatorOptions, { core, signer, graphUrl, tlsUrl }: Wiring): AppParts {
  const { directory, store } = core;
  const audiences = [graphUrl, tlsUrl, 'https://graph.microsoft.com', GRAPH_APP_ID];
  const faults = createFaults();
  faults.seed(options.seed ?? 1);
  faults.add(...(options.faults ?? []));
  return {
    graph: { directory, store, routes: ROUTES, signer, audiences },
    login: {
      directory,
      signer,
      issuer: `${tlsUrl}/${core.tenant.id}/v2.0`,
      graphAudiences: audiences,
      graphAppId: GRAPH_APP_ID,
      loginUrl: tlsUrl,
      graphUrl,
      issuerKeys: new IssuerKeys(),
    },
    faults,
    log: new RequestLog(options.logger),
    wait: options.wait ?? ((milliseconds) => delay(milliseconds)),
  };
}

interface Running {
  readonly graphUrl: string;
  readonly tlsUrl: string;
  readonly caFile: string;
  readonly stop: () => Promise<void>;
}

function emulatorOf(core: Core, parts: AppParts, running: Running): GraphEmulator {
  const { deployer, tenant } = core;
  return {
    ...core,
    ...running,
    faults: parts.faults,
    log: parts.log,
    signer: parts.login.signer,
    env: environmentOf({ deployer, tenant, ...running }),
    token: (roles) => issueToken(core, parts, roles),
  };
}

function issueToken({ deployer, tenant, directory }: Core, { login }: AppParts, roles?: readonly string[]): string {
  return login.signer.issue({
    appId: deployer.clientId,
    objectId: deployer.objectId,
    roles: roles ?? deployer.roles ?? Object.keys(GRAPH_ROLES),
    tenantId: tenant.id,
    issuer: login.issuer,
    audience: login.graphUrl,
    issuedAt: Math.floor(directory.clock().getTime() / 1000),
  });
}
