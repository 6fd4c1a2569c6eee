import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { CertificatePair } from './auth/authority';

export interface ListeningServer {
  /** `http://localhost:4000`, without a slash at the end. */
  readonly url: string;
  /** Sets what answers: the URL is known only when the server listens. */
  readonly answerWith: (listener: RequestListener) => void;
  readonly stop: () => Promise<void>;
}

export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly publicHost: string;
}

export async function listenPlain(listen: Listen): Promise<ListeningServer> {
  return await listening(createServer(), 'http', listen);
}

export async function listenTls(listen: Listen, { certificate, key }: CertificatePair): Promise<ListeningServer> {
  return await listening(createTlsServer({ cert: certificate, key, minVersion: 'TLSv1.2' }), 'https', listen);
}

async function listening(server: Server, scheme: string, { host, port, publicHost }: Listen): Promise<ListeningServer> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `${scheme}://${publicHost}:${address.port}`,
    answerWith: (listener) => server.on('request', listener),
    stop: async () => {
      server.closeAllConnections();
      await closed(server);
    },
  };
}

function closed(server: NetServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
