import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Tls } from './tls';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Answers what Node's parser refuses. @default Node's own answer */
  readonly onClientError?: (error: NodeJS.ErrnoException, socket: Duplex) => void;
  /** @default plain http */
  readonly tls?: Tls | undefined;
}

const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
// Node looks for slow requests every 30 s by itself, so that the limits would hold after up to that much more.
const CHECK_MS = 1_000;
// Longer than a load balancer keeps a connection (an ALB: 60 s), or it would send a request into one that closes.
const KEEP_ALIVE_MS = 65_000;
const SWEEP_MS = 50;

/** Listens. @throws Error of the system if the address is taken or not the machine's */
export async function listen(app: RequestListener, { host, port, onClientError, tls }: ListenOptions): Promise<Server> {
  const options = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_MS,
    requireHostHeader: true,
  };
  const server =
    tls === undefined
      ? createServer(options, app)
      : createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, app);
  if (onClientError !== undefined) server.on('clientError', onClientError);
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

/** Address at which a server listens, as a URL. */
export function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${server instanceof TlsServer ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Takes no new requests, lets those in flight end, and cuts what is left when the time is up. */
export async function shutDown(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection that was busy at first is idle once its answer is out, and would stay for its keep-alive time.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, SWEEP_MS);
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
