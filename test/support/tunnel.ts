import { once } from 'node:events';
import { createServer as createProxy, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer, type Server as TlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAuthority, createServerCertificate } from '../../apps/emulator/base/authority';

/** A request that reached a host by the proxy: `POST sts.amazonaws.com/`. */
export type Reached = string;

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A proxy that tunnels what is asked of it by CONNECT, as a company's does, and behind it the only server there is, which has
 * the names of all hosts that are given.
 */
export class Tunnel {
  /** What arrived at the server. */
  readonly reached: Reached[] = [];
  /** Hosts that the proxy was asked for. */
  readonly asked: string[] = [];
  /** Tunnels, which no server counts among its connections. */
  private readonly tunnels = new Set<Duplex>();

  private constructor(
    private readonly proxy: Server,
    private readonly server: TlsServer,
    /** Certificate of the authority to trust. */
    readonly authority: string,
  ) {}

  static async start(names: readonly string[], answer: Answer): Promise<Tunnel> {
    const now = new Date();
    const authority = await createAuthority(now);
    const { certificate: cert, key } = await createServerCertificate(authority, { now, names });
    const server = createServer({ cert, key });
    const proxy = createProxy();
    const tunnel = new Tunnel(proxy, server, authority.certificate);
    server.on('request', (request, response) => {
      tunnel.reached.push(`${String(request.method)} ${String(request.headers.host)}${String(request.url)}`);
      answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    proxy.on('connect', ({ url = '' }, socket, head) => {
      tunnel.asked.push(url);
      const through = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        through.write(head);
        through.pipe(socket).pipe(through);
      });
      for (const end of [socket, through]) tunnel.tunnels.add(end);
      // Either end may hang up first.
      socket.on('error', () => through.destroy());
      through.on('error', () => socket.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return tunnel;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const end of this.tunnels) end.destroy();
    this.server.closeAllConnections();
    this.proxy.closeAllConnections();
    await Promise.all([this.proxy, this.server].map((one) => new Promise((resolve) => one.close(resolve))));
  }
}
