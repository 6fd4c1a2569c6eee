import type { Logger } from 'pino';
import { isLoopbackHost } from '../../service/loopback';

/** Options that both emulators have. */
export interface BaseOptions {
  /** Folder that keeps the state. @default none: in memory */
  readonly data?: string;
  /** Address to listen on. @default 127.0.0.1 */
  readonly host?: string;
  /** Allows an address that others can reach, as inside a container. @default false */
  readonly allowRemote?: boolean;
  /** Gets a line for each request. @default none */
  readonly logger?: Logger;
}

/** @throws Error for an address that others can reach, unless that is allowed */
export function listenAddress({ host = '127.0.0.1', allowRemote = false }: BaseOptions): string {
  if (allowRemote || isLoopbackHost(host)) return host;
  throw new Error(
    `host: '${host}' can be reached from elsewhere, and the emulator is for local use and tests only; ` +
      'use 127.0.0.1, or allow it (allowRemote, --allow-remote) where nothing else can reach it, as inside a container',
  );
}
