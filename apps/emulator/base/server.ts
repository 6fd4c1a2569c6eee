import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
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

type Close = () => void | Promise<void>;

/** Everything that a start has opened, so that a failed start and a stop close the same. */
export class Closing {
  private readonly steps: Close[] = [];
  private closed: Promise<void> | undefined;

  add(step: Close): void {
    this.steps.push(step);
  }

  /** Closes what was opened last first. May be called again. */
  readonly close = (): Promise<void> => (this.closed ??= this.run());

  private async run(): Promise<void> {
    for (const step of this.steps.toReversed()) await step();
  }
}

/** What a start returns; if it fails, what it has opened is closed. */
export async function started<Result>(start: (closing: Closing) => Promise<Result>): Promise<Result> {
  const closing = new Closing();
  try {
    return await start(closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

interface ListeningServer {
  readonly port: number;
  /** Sets what answers: its URL is known only when the server listens. */
  readonly answerWith: (listener: RequestListener) => void;
  readonly stop: () => Promise<void>;
}

/** A certificate with its key, in PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** Issues certificates for a server. */
export type IssueCertificate = () => Promise<CertificatePair>;

/** Milliseconds after which a server takes another certificate: well before the last one ends. */
const RENEWAL = 86_400_000;

/** Listens on a port, any that is free for 0; with TLS where there are certificates. */
export async function listen(host: string, port: number, issue?: IssueCertificate): Promise<ListeningServer> {
  const server = issue === undefined ? createServer() : await createSecureServer(issue);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    answerWith: (listener) => server.on('request', listener),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function createSecureServer(issue: IssueCertificate): Promise<SecureServer> {
  const context = async (): Promise<SecureContextOptions> => {
    const { certificate, key } = await issue();
    return { cert: certificate, key, minVersion: 'TLSv1.2' };
  };
  const server = createTlsServer(await context());
  const renewal = setInterval(() => {
    // One that can't be made leaves the last, which has weeks to go.
    void context().then(
      (next) => {
        server.setSecureContext(next);
      },
      () => undefined,
    );
  }, RENEWAL).unref();
  return server.on('close', () => {
    clearInterval(renewal);
  });
}
