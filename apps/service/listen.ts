import { once } from 'node:events';
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTls } from './tls';

/** Body of an answer to a request that no route sees. */
export type RefusalBody = (status: number) => { readonly type: string; readonly text: string };

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** @default the status in words */
  readonly refusal?: RefusalBody | undefined;
  /** Folder of the certificate. @default plain http */
  readonly tlsFolder?: string | undefined;
}

const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
// Node looks for slow requests every 30 s by itself, so that the limits would hold after up to that much more.
const CHECK_MS = 1_000;
// Longer than a load balancer keeps a connection (an ALB: 60 s), or it would send a request into one that closes.
const KEEP_ALIVE_MS = 65_000;
// A client that has sent a request before it could know of the end still gets an answer.
const LAST_REQUESTS_MS = 1_000;

/** Listens. @throws Error of the system if the address is taken or not the machine's, or the certificate can't be read */
export async function listen(
  app: RequestListener,
  { host, port, refusal, tlsFolder }: ListenOptions,
): Promise<Listener> {
  const options = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_MS,
    // Node's own answer to a request without a host has no body.
    requireHostHeader: false,
  };
  const server =
    tlsFolder === undefined
      ? createServer(options)
      : createTlsServer({ ...options, ...readTls(tlsFolder), minVersion: 'TLSv1.2' });
  const listener = new Listener(server, app, refusal);
  server.listen(port, host);
  await once(server, 'listening');
  return listener;
}

/** A server with its requests in flight. */
export class Listener {
  readonly #inFlight = new Map<ServerResponse, IncomingMessage>();
  #isEnding = false;

  constructor(
    readonly server: Server,
    private readonly app: RequestListener,
    private readonly refusal: RefusalBody = (status) => ({ type: 'text/plain', text: `${STATUS_CODES[status]}\n` }),
  ) {
    server.on('request', (request, response) => {
      this.#take(request, response);
    });
    server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
      this.#refuse(response, 417);
    });
    server.on('connect', (_request, socket) => {
      this.#end(socket, 501);
    });
    server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
      if (code === 'ECONNRESET') socket.destroy();
      else this.#end(socket, statusOf(code));
    });
  }

  get url(): string {
    const { address, family, port } = this.server.address() as AddressInfo;
    const scheme = this.server instanceof TlsServer ? 'https' : 'http';
    return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /**
   * Answers the requests in flight and those of another second, each with `Connection: close`; then takes no more. When the time
   * is up, a request whose body has not come whole is answered by 408, and the rest is cut.
   */
  async stop(graceMs: number): Promise<void> {
    const closed = once(this.server, 'close');
    this.#isEnding = true;
    for (const response of this.#inFlight.keys()) closeAfter(response);
    await sleep(Math.min(LAST_REQUESTS_MS, graceMs));
    this.server.close();
    const cutAll = (): void => {
      for (const { complete, socket } of this.#inFlight.values()) if (!complete) this.#end(socket, 408);
      setImmediate(() => {
        this.server.closeAllConnections();
      });
    };
    const cut = setTimeout(cutAll, Math.max(0, graceMs - LAST_REQUESTS_MS));
    await closed;
    clearTimeout(cut);
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isEnding) closeAfter(response);
    const status = refusedStatus(request);
    if (status !== undefined) this.#refuse(response, status);
    else {
      this.#inFlight.set(response, request);
      response.once('close', () => this.#inFlight.delete(response));
      this.app(request, response);
    }
  }

  #refuse(response: ServerResponse, status: number): void {
    const { type, text } = this.refusal(status);
    closeAfter(response);
    response.writeHead(status, { 'Content-Type': type }).end(text);
  }

  /** Answers below HTTP, where there is no request or its body is missing; never inside an answer that has begun. */
  #end(socket: Duplex, status: number): void {
    const hasBegun = [...this.#inFlight].some(([answer, request]) => request.socket === socket && answer.headersSent);
    const { type, text } = this.refusal(status);
    const headers = `Connection: close\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(text)}`;
    if (!socket.writable || hasBegun) socket.destroy();
    // A reason phrase may be empty (RFC 9112, section 4).
    else socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers}\r\n\r\n${text}`);
  }
}

function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

/** Status of a request that no route may see (RFC 9112, sections 2.3 and 3.2); undefined for the others. */
function refusedStatus({ httpVersion, rawHeaders }: IncomingMessage): number | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 505;
  // `headers` has the first of two hosts alone.
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0') ? undefined : 400;
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
