import type { BaseOptions } from '../base/options';
import type { FaultRule } from './faults';
import type { Registrations } from './registrations';
import type { SeedUser } from './store/users';

export interface B2cEmulatorOptions extends BaseOptions {
  /** The registered applications and flows, read again for each request; `registrationsFromGraph` gives what Pulumi registered. */
  readonly registrations: Registrations;
  /** @default 0: any that is free */
  readonly port?: number;
  /** Origin under which browsers reach it; part of the issuer. @default http://localhost:<port> */
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
export function originOf(option: string, url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.parse(url);
  const isOrigin = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.href === `${parsed.origin}/`;
  if (isOrigin) return parsed.origin;
  throw new Error(`${option}: '${url}' is not an origin; give scheme, host and port alone: http://localhost:4001`);
}
