import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ListeningServer {
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

/** Listens on a port, any that is free for 0; with TLS where there is a certificate. */
export async function listen(host: string, port: number, tls?: CertificatePair): Promise<ListeningServer> {
  const server =
    tls === undefined
      ? createServer()
      : createTlsServer({ cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' });
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
