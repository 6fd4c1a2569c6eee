import { once } from 'node:events';
import { createServer as createProxy, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, createServer, request as send, type Server as TlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { CertificatePair } from '../../apps/emulator/base/server';
import { createAuthority, createServerCertificate } from '../../apps/emulator/base/authority';
import { parseQuietly } from '../estate/source/json-source';

/** A request to Graph and its answer, as they were sent. */
export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  /** Bodies as JSON; undefined where there is none. */
  readonly request: unknown;
  readonly response: unknown;
}

/** Paths of Graph. A stand-in signs in below the same host, and sign-ins are never recorded. */
const GRAPH = /^\/(?:v1\.0|beta)\//;

/** Headers of one connection (RFC 9110, section 7.6.1), and those that ask for a body which can't be read as it is. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'accept-encoding'];

/**
 * A proxy for the programs of one run. It opens the TLS of the hosts that it watches, by a certificate of an authority made for
 * the run, and tells of each exchange with Graph; any other connection it passes on unseen.
 */
export class Recorder {
  /** Hosts with their ports whose TLS is opened. */
  private readonly watched = new Map<string, TlsServer>();
  private readonly sockets = new Set<Duplex>();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly proxy = createProxy();

  private constructor(
    private readonly authority: CertificatePair,
    private readonly onExchange: (exchange: Exchange) => void,
  ) {
    this.proxy.on('connect', ({ url = '' }, socket, head) => {
      this.open(url, socket, head);
    });
  }

  static async start(onExchange: (exchange: Exchange) => void): Promise<Recorder> {
    const recorder = new Recorder(await createAuthority(new Date()), onExchange);
    recorder.proxy.listen(0, '127.0.0.1');
    await once(recorder.proxy, 'listening');
    return recorder;
  }

  /** Address for `HTTPS_PROXY`. */
  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  /** Certificate of the authority, which whoever is recorded must trust. */
  get certificate(): string {
    return this.authority.certificate;
  }

  /** Records what is exchanged with a Graph from now on. @param address such as `https://graph.microsoft.com` */
  async watch(address: string): Promise<void> {
    const { hostname, port } = new URL(address);
    const pair = await createServerCertificate(this.authority, { now: new Date(), names: [hostname] });
    const server = createServer({ cert: pair.certificate, key: pair.key });
    const target = { hostname, port: port === '' ? '443' : port };
    server.on('request', (request, response) => {
      this.pass(target, request, response).catch((error: unknown) => {
        // Graph did not answer, or the client hung up.
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
    this.watched.set(`${target.hostname}:${target.port}`, server);
  }

  async stop(): Promise<void> {
    const closed = once(this.proxy, 'close');
    this.proxy.close();
    for (const socket of this.sockets) socket.destroy();
    this.agent.destroy();
    await closed;
  }

  private open(target: string, socket: Duplex, head: Buffer): void {
    this.keep(socket);
    const established = 'HTTP/1.1 200 Connection established\r\n\r\n';
    const server = this.watched.get(target);
    if (server !== undefined) {
      socket.write(established);
      socket.unshift(head);
      server.emit('connection', socket);
      return;
    }
    const { hostname, port } = new URL(`https://${target}`);
    const through = connect({ host: addressOf(hostname), port: Number(port === '' ? 443 : port) }, () => {
      socket.write(established);
      through.write(head);
      through.pipe(socket).pipe(through);
    });
    this.keep(through);
    // Either end may hang up first.
    socket.on('error', () => through.destroy());
    through.on('error', () => socket.destroy());
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  private async pass(
    { hostname, port }: { readonly hostname: string; readonly port: string },
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = 'GET', url: path = '/' } = request;
    const sent = await buffer(request);
    const outgoing = send({
      host: addressOf(hostname),
      servername: hostname,
      port,
      method,
      path,
      headers: passedOn(request.headers),
      agent: this.agent,
    });
    outgoing.end(sent);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const received = await buffer(answer);
    const { statusCode: status = 0 } = answer;
    if (GRAPH.test(path)) this.onExchange({ method, path, status, request: jsonIn(sent), response: jsonIn(received) });
    response.writeHead(status, passedOn(answer.headers));
    response.end(received);
  }
}

/** Names below `localhost` are this machine's (RFC 6761, section 6.3), which not every resolver knows. */
function addressOf(hostname: string): string {
  return hostname.endsWith('.localhost') ? '127.0.0.1' : hostname;
}

function passedOn(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name)));
}

function jsonIn(body: Buffer): unknown {
  return body.length === 0 ? undefined : parseQuietly(body.toString('utf8'));
}
