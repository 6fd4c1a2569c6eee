import type { Logger } from 'pino';
import { isLoopbackHost } from '../../service/loopback';
import type { FaultRule } from './faults';
import type { Registrations } from './registrations';
import type { SeedUser } from './store/users';

export interface B2cEmulatorOptions {
  /** What is registered, read anew for each request; `registrationsFromGraph` gives what Pulumi registered. */
  readonly registrations: Registrations;
  /** @default 0: any that is free */
  readonly port?: number;
  /** Address to listen on. @default 127.0.0.1 */
  readonly host?: string;
  /** Allows an address that others can reach, as inside a container. @default false */
  readonly allowRemote?: boolean;
  /** Origin under which browsers reach it; part of the issuer. @default http://localhost:<port> */
  readonly publicUrl?: string;
  /** Origin under which the applications reach it, where that is another one: between containers. @default publicUrl */
  readonly internalUrl?: string;
  /** Folder that keeps users, sessions, tokens and keys. @default none: in memory */
  readonly data?: string;
  /** Users who exist from the start. @default none */
  readonly users?: readonly SeedUser[];
  /** @default none */
  readonly faults?: readonly FaultRule[];
  /** Whether each use of a refresh token gives another, and a second use revokes all. @default false, as the service */
  readonly rotateRefreshTokens?: boolean;
  /** Seconds from one rotation of the signing keys to the next. @default never by itself */
  readonly rotateKeysEvery?: number;
  /** Gets a line for each request. @default none */
  readonly logger?: Logger;
  /** Clock of codes, lockouts and key rotation. Tokens and sessions go by the system's. */
  readonly now?: () => Date;
}

/** @throws Error for an address that others can reach, unless that is allowed */
export function listenAddress({ host = '127.0.0.1', allowRemote = false }: B2cEmulatorOptions): string {
  if (allowRemote || isLoopbackHost(host)) return host;
  throw new Error(
    `host: '${host}' can be reached from elsewhere, and the emulator is for local use and tests only; ` +
      'use 127.0.0.1, or allow it (allowRemote) where nothing else can reach it, as inside a container',
  );
}

/** An origin without path. @throws Error for anything else */
export function originOf(option: string, url: string): string {
  const parsed = URL.parse(url);
  const isOrigin = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.href === `${parsed.origin}/`;
  if (isOrigin) return parsed.origin;
  throw new Error(`${option}: '${url}' is not an origin; give scheme, host and port alone: http://localhost:4001`);
}
