import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { isLoopbackHost } from '../../service/loopback';
import type { FaultRule } from './faults';
import type { Quirks } from './quirks';
import type { GraphClient, Tenant } from './settings';
import type { LagSettings } from './store/visibility';

export interface GraphEmulatorOptions {
  /** Folder that keeps the state and the certificates. @default none: in memory */
  readonly data?: string;
  /** Address to listen on. @default 127.0.0.1 */
  readonly host?: string;
  /** Allows an address that others can reach, as inside a container. @default false */
  readonly allowRemote?: boolean;
  /** Name under which clients reach it; in its certificate and in the URLs that it hands out. @default localhost */
  readonly publicHost?: string;
  /** Port of Graph over plain HTTP. @default 0: any that is free */
  readonly graphPort?: number;
  /** Port of metadata, tokens and Graph over TLS. @default 0: any that is free */
  readonly tlsPort?: number;
  readonly tenant?: Partial<Tenant>;
  /** Who deploys. The secret is drawn unless it is given. */
  readonly deployer?: Partial<GraphClient>;
  /** Further applications that may ask for a token. @default none */
  readonly clients?: readonly GraphClient[];
  /** Display names of groups that exist from the start. @default none */
  readonly groups?: readonly string[];
  /** User principal names of users that exist from the start. @default none */
  readonly users?: readonly string[];
  readonly lag?: LagSettings;
  readonly faults?: readonly FaultRule[];
  /** Decides which requests the faults with a probability hit. @default 1 */
  readonly seed?: number;
  readonly quirks?: Partial<Quirks>;
  /** Gets a line for each request. @default none */
  readonly logger?: Logger;
  readonly now?: () => Date;
  /** Waits for a slow answer. @default by a timer */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** @throws Error for an address that others can reach, unless that is allowed */
export function listenAddress({ host = '127.0.0.1', allowRemote = false }: GraphEmulatorOptions): string {
  if (allowRemote || isLoopbackHost(host)) return host;
  throw new Error(
    `host: '${host}' can be reached from elsewhere, and the emulator is for local use and tests only; ` +
      'use 127.0.0.1, or allow it (--allow-remote) where nothing else can reach it, as inside a container',
  );
}

export function dataFolder({ data }: GraphEmulatorOptions): string | undefined {
  return data === undefined ? undefined : resolve(data);
}
