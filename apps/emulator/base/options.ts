import type { Logger } from 'pino';

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

/** Whether a host name, as a URL or a socket has it, leads to this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}

/** @throws Error for an address that others can reach, unless that is allowed */
export function listenAddress({ host = '127.0.0.1', allowRemote = false }: BaseOptions): string {
  if (allowRemote || isLoopback(host)) return host;
  throw new Error(
    `host: '${host}' can be reached from elsewhere, and the emulator is for local use and tests only; ` +
      'use 127.0.0.1, or allow it (allowRemote, --allow-remote) where nothing else can reach it, as inside a container',
  );
}
