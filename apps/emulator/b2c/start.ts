import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { Faults } from './faults';
import { createApp } from './http/app';
import { authorityOf } from './http/metadata';
import type { LoggedRequest } from './http/request-log';
import { RequestLog } from './http/request-log';
import { SigningKeys } from './keys';
import type { B2cEmulatorOptions } from './options';
import { listenAddress, originOf } from './options';
import type { Origins, Parts } from './parts';
import { issuerOf } from './parts';
import { findFlow } from './registrations';
import { openDatabase } from './store/database';
import { Entries } from './store/entries';
import { Inbox } from './store/inbox';
import { Settings } from './store/settings';
import { Users } from './store/users';

/** An Azure AD B2C that runs. */
export interface B2cEmulator {
  /** For browsers, without a slash at the end: `http://localhost:4001`. */
  readonly url: string;
  /** It listens there, on loopback unless told otherwise. */
  readonly port: number;
  readonly issuer: string;
  /** OpenID metadata of a flow, whose name may be in any case. @throws Error for one that is not registered */
  readonly metadataUrl: (flowId: string) => string;
  /** Where codes appear. */
  readonly inboxUrl: string;
  readonly inbox: Inbox;
  readonly users: Users;
  readonly faults: Faults;
  /** Lets the next key sign; the last one stays published. */
  readonly rotateKeys: () => Promise<void>;
  readonly log: { readonly entries: readonly LoggedRequest[] };
  /** May be called again. */
  readonly stop: () => Promise<void>;
}

/** Starts the emulator. @throws Error if the folder or the port is in use, or the address is open to others */
export async function startB2cEmulator(options: B2cEmulatorOptions): Promise<B2cEmulator> {
  const host = listenAddress(options);
  const database = openDatabase(options.data);
  const server = createServer();
  try {
    const parts = await openParts(options, database);
    server.listen(options.port ?? 0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const origins = originsOf(options, port);
    const log = new RequestLog(options.logger);
    const running = { ...parts, origins };
    server.on('request', createApp(running, log, options.logger));
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= close(server, database));
    return { ...emulatorOf(running), port, log, stop };
  } catch (error) {
    server.close();
    database.close();
    throw error;
  }
}

async function close(server: Server, database: DatabaseSync): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  database.close();
}

function emulatorOf(parts: Parts): Omit<B2cEmulator, 'port' | 'log' | 'stop'> {
  const { origins, inbox, users, faults, keys, registrations } = parts;
  return {
    url: origins.browser,
    issuer: issuerOf(parts),
    metadataUrl: (flowId) => {
      const flow = findFlow(registrations, flowId);
      if (flow === undefined) throw new Error(`flow '${flowId}' is not registered; ${knownFlows(parts)}`);
      return `${authorityOf(parts, origins.applications, flow)}/v2.0/.well-known/openid-configuration`;
    },
    inboxUrl: `${origins.browser}/inbox`,
    inbox,
    users,
    faults,
    rotateKeys: () => keys.rotate(),
  };
}

function knownFlows({ registrations: { flows } }: Parts): string {
  return flows.length === 0 ? 'none is' : `these are: ${flows.map(({ id }) => id).join(', ')}`;
}

async function openParts(options: B2cEmulatorOptions, database: DatabaseSync): Promise<Omit<Parts, 'origins'>> {
  const { registrations, now = () => new Date(), rotateRefreshTokens = false, rotateKeysEvery } = options;
  const settings = new Settings(database);
  const users = new Users(database, now);
  const faults = new Faults();
  faults.add(...(options.faults ?? []));
  const rotation = rotateKeysEvery === undefined ? {} : { rotateEvery: rotateKeysEvery };
  const [keys] = await Promise.all([
    SigningKeys.open({ settings, now, ...rotation }),
    ...(options.users ?? []).map((user) => users.seed(user)),
  ]);
  return {
    registrations,
    users,
    inbox: new Inbox(database),
    entries: new Entries(database),
    keys,
    faults,
    cookieKeys: [cookieKey(settings)],
    rotateRefreshTokens,
    now,
  };
}

function originsOf({ publicUrl, internalUrl }: B2cEmulatorOptions, port: number): Origins {
  const browser = publicUrl === undefined ? `http://localhost:${port}` : originOf('publicUrl', publicUrl);
  return { browser, applications: internalUrl === undefined ? browser : originOf('internalUrl', internalUrl) };
}

/** Drawn once: sessions outlive a restart. */
function cookieKey(settings: Settings): string {
  const known = settings.find('cookie-key');
  if (typeof known === 'string') return known;
  const drawn = randomBytes(32).toString('base64url');
  settings.put('cookie-key', drawn);
  return drawn;
}
