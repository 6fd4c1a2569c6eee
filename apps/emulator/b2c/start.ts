import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { createApp } from './app';
import { type B2cFaults, createFaults, type FaultRule } from './faults';
import { SigningKeys } from './keys';
import { authorityOf, issuerOf, type Origins, type Parts } from './parts';
import { findFlow, type Registrations } from './registrations';
import { Entries } from './store/entries';
import { Inbox } from './store/inbox';
import { Settings } from './store/settings';
import { type SeedUser, Users } from './store/users';
import { RequestLog } from '../base/request-log';
import { openTls } from '../base/local-tls';
import { type BaseOptions, listen, listenAddress, started } from '../base/server';
import { openState } from '../base/state';

export interface B2cEmulatorOptions extends BaseOptions {
  /** The registered applications and flows, read again for each request; `registrationsFromGraph` gives what Pulumi registered. */
  readonly registrations: Registrations;
  /** @default 0: any that is free */
  readonly port?: number;
  /** Folder of the authority that signs its certificate, by which it speaks https. @default none: plain http */
  readonly authority?: string;
  /** Origin under which browsers reach it, as behind a proxy; part of the issuer. @default http(s)://localhost:<port> */
  readonly publicUrl?: string;
  /** Origin under which the applications reach it, where that is another one: between containers. @default publicUrl */
  readonly internalUrl?: string;
  /** Users who exist from the start. @default none */
  readonly users?: readonly SeedUser[];
  /** @default none */
  readonly faults?: readonly FaultRule[];
  /** Each use of a refresh token gives another, and a second use revokes all. @default false, as the service */
  readonly rotateRefreshTokens?: boolean;
  /** Seconds from one rotation of the signing keys to the next. @default never by itself */
  readonly rotateKeysEvery?: number;
  /** Clock of codes, lockouts and key rotation. Tokens and sessions go by the system's. */
  readonly now?: () => Date;
}

/** An origin without path; undefined where none is given. @throws Error for anything else */
function originOf(option: string, url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.parse(url);
  const isOrigin = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.href === `${parsed.origin}/`;
  if (isOrigin) return parsed.origin;
  throw new Error(`${option}: '${url}' is not an origin; give scheme, host and port alone: http://localhost:4001`);
}

/** Users, messages, sessions, tokens and keys. */
const STATE_FILE = {
  name: 'b2c.sqlite',
  format: 1,
  schema: `
    CREATE TABLE entries (
      model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires INTEGER NOT NULL, grant_id TEXT, uid TEXT,
      PRIMARY KEY (model, id)
    ) WITHOUT ROWID;
    CREATE INDEX entries_by_grant ON entries (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX entries_by_uid ON entries (uid) WHERE uid IS NOT NULL;
    CREATE INDEX entries_by_expiry ON entries (expires);
    CREATE TABLE users (id TEXT PRIMARY KEY, sign_in_name TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
    CREATE TABLE messages (number INTEGER PRIMARY KEY, record TEXT NOT NULL);
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
};

/** An Azure AD B2C that runs. */
export interface B2cEmulator {
  /** For browsers, without a slash at the end: `http://localhost:4001`. */
  readonly url: string;
  /** It listens there, on loopback unless told otherwise. */
  readonly port: number;
  /** Certificate of the authority that a client must trust; undefined over plain http. */
  readonly caFile: string | undefined;
  readonly issuer: string;
  /** OpenID metadata of a flow, whose name may be in any case. @throws Error for one that is not registered */
  readonly metadataUrl: (flowId: string) => string;
  /** The page of the codes. */
  readonly inboxUrl: string;
  readonly inbox: Inbox;
  readonly users: Users;
  readonly faults: B2cFaults;
  /** Lets the next key sign; the last one stays published. */
  readonly rotateKeys: () => Promise<void>;
  readonly log: RequestLog;
  /** May be called again. */
  readonly stop: () => Promise<void>;
}

/** Starts the emulator. @throws Error if the folder or the port is in use, or the address is open to others */
export async function startB2cEmulator(options: B2cEmulatorOptions): Promise<B2cEmulator> {
  const host = listenAddress(options);
  const originsAt = originsOf(options);
  return await started(async (closing) => {
    const database = openState(options.data, STATE_FILE);
    closing.add(() => {
      database.close();
    });
    const parts = await openParts(options, database);
    const tls = options.authority === undefined ? undefined : await openTls(options.authority, hostsOf(originsAt(0)));
    const server = await listen(host, options.port ?? 0, tls?.issue);
    closing.add(server.stop);
    const log = new RequestLog(options.logger);
    const running = { ...parts, origins: originsAt(server.port) };
    server.answerWith(createApp(running, log, options.logger));
    const { port } = server;
    return { ...emulatorOf(running), port, caFile: tls?.caFile, log, stop: closing.close };
  });
}

function emulatorOf(parts: Parts): Omit<B2cEmulator, 'port' | 'caFile' | 'log' | 'stop'> {
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
  return flows.length === 0 ? 'no flow is' : `known flows: ${flows.map(({ id }) => id).join(', ')}`;
}

async function openParts(options: B2cEmulatorOptions, database: DatabaseSync): Promise<Omit<Parts, 'origins'>> {
  const { registrations, now = () => new Date(), rotateRefreshTokens = false, rotateKeysEvery } = options;
  const settings = new Settings(database);
  const users = new Users(database, now, registrations.findAccount);
  const faults = createFaults();
  faults.add(...(options.faults ?? []));
  for (const user of options.users ?? []) users.seed(user);
  const keys = await SigningKeys.open({ settings, now, rotateEvery: rotateKeysEvery });
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

/** Origins for the port that the emulator gets. @throws Error for an option that is not an origin */
function originsOf({ authority, publicUrl, internalUrl }: B2cEmulatorOptions): (port: number) => Origins {
  const [browsers, applications] = [originOf('publicUrl', publicUrl), originOf('internalUrl', internalUrl)];
  const scheme = authority === undefined ? 'http' : 'https';
  return (port) => {
    const browser = browsers ?? `${scheme}://localhost:${port}`;
    return { browser, applications: applications ?? browser, isFronted: browsers !== undefined };
  };
}

/** Names that its certificate must have. */
function hostsOf({ browser, applications }: Origins): readonly string[] {
  return [browser, applications].map((origin) => new URL(origin).hostname.replace(/^\[|\]$/g, ''));
}

/** Drawn once: sessions outlive a restart. */
function cookieKey(settings: Settings): string {
  const known = settings.find('cookie-key', z.string());
  if (known !== undefined) return known;
  const drawn = randomBytes(32).toString('base64url');
  settings.put('cookie-key', drawn);
  return drawn;
}
