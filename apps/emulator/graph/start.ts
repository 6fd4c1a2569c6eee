import { setTimeout as delay } from 'node:timers/promises';
import { IssuerKeys } from './auth/issuer-keys';
import { GRAPH_ROLES } from './auth/roles';
import type { TokenSigner } from './auth/tokens';
import { newSecret } from './auth/secrets';
import { loadIdentity } from './certificates';
import { Directory } from './directory/directory';
import { environmentOf } from './environment';
import { Faults } from './faults';
import type { HandlerParts } from './http/handler';
import { createHandler } from './http/handler';
import { RequestLog } from './http/request-log';
import { Router } from './http/router';
import type { GraphEmulatorOptions } from './options';
import { dataFolder, listenAddress } from './options';
import type { Quirks } from './quirks';
import { DEFAULT_QUIRKS } from './quirks';
import { ROUTES, viewOf } from './routes';
import { GRAPH_APP_ID, seedDirectory } from './seed';
import type { ListeningServer } from './servers';
import { listenPlain, listenTls } from './servers';
import type { GraphClient, Tenant } from './settings';
import { DEFAULT_TENANT, DEPLOYER } from './settings';
import { DataFolder } from './store/data-folder';
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
  readonly faults: Faults;
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
  const folder = dataFolder(options);
  const core = openDirectory(options, now);
  try {
    // Certificates are checked by the clock of the client, whatever the directory's clock says.
    const names = [publicHost, 'localhost', '127.0.0.1', '::1'];
    const identity = await loadIdentity(folder, names, new Date());
    const plain = await listenPlain({ host, port: graphPort, publicHost });
    const tls = await listenTls({ host, port: tlsPort, publicHost }, identity.server);
    const parts = handlerParts(options, { core, signer: identity.signer, plain, tls });
    plain.answerWith(createHandler(parts, plain.url));
    tls.answerWith(createHandler(parts, tls.url));
    const stop = async (): Promise<void> => {
      await Promise.all([plain.stop(), tls.stop()]);
      core.store.close();
      identity.cleanUp();
    };
    return emulatorOf(core, parts, { plain, tls, caFile: identity.caFile, stop });
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

function openDirectory(options: GraphEmulatorOptions, now: () => Date): Core {
  const folder = dataFolder(options);
  const data = folder === undefined ? undefined : new DataFolder(folder);
  const store = new Store(data?.state, data);
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
  readonly plain: ListeningServer;
  readonly tls: ListeningServer;
}

function handlerParts(options: GraphEmulatorOptions, { core, signer, plain, tls }: Wiring): HandlerParts {
  const { directory, store } = core;
  const audiences = [plain.url, tls.url, 'https://graph.microsoft.com', GRAPH_APP_ID];
  const faults = new Faults();
  faults.seed(options.seed ?? 1);
  faults.add(...(options.faults ?? []));
  return {
    graph: { directory, store, router: new Router(ROUTES), signer, audiences },
    login: {
      directory,
      signer,
      issuer: `${tls.url}/${core.tenant.id}/v2.0`,
      graphAudiences: audiences,
      graphAppId: GRAPH_APP_ID,
      loginUrl: tls.url,
      graphUrl: plain.url,
      issuerKeys: new IssuerKeys(),
    },
    faults,
    log: new RequestLog(options.logger),
    wait: options.wait ?? ((milliseconds) => delay(milliseconds)),
  };
}

interface Running {
  readonly plain: ListeningServer;
  readonly tls: ListeningServer;
  readonly caFile: string;
  readonly stop: () => Promise<void>;
}

function emulatorOf(core: Core, parts: HandlerParts, { plain, tls, caFile, stop }: Running): GraphEmulator {
  const { deployer, tenant } = core;
  return {
    ...core,
    graphUrl: plain.url,
    tlsUrl: tls.url,
    caFile,
    faults: parts.faults,
    log: parts.log,
    signer: parts.login.signer,
    env: environmentOf({ deployer, tenant, caFile, tlsUrl: tls.url }),
    token: (roles) => issueToken(core, parts, roles),
    stop,
  };
}

function issueToken({ deployer, tenant, directory }: Core, { login }: HandlerParts, roles?: readonly string[]): string {
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
