import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface KillingProxy {
  readonly endpoint: string;
  /** Writes that reached AWS, in order: `PutParameter`, `PutSecretValue`. */
  readonly writes: readonly string[];
  readonly stop: () => Promise<void>;
}

export interface KillOrder {
  /** Writes that pass first. */
  readonly after: number;
  /** Whether AWS still gets the next one. */
  readonly takesEffect: boolean;
  /** Ends the process. */
  readonly kill: () => void;
}

const WRITE = /\.(Put\w+|Create\w+)$/;

/** A proxy in front of AWS that ends a process with its n-th write, before or after AWS takes it. */
export async function startKillingProxy(target: string, order: () => KillOrder | undefined): Promise<KillingProxy> {
  const writes: string[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await buffer(incoming);
      const write = WRITE.exec(String(incoming.headers['x-amz-target'] ?? ''))?.[1];
      const kill = write === undefined ? undefined : order();
      const isLast = kill !== undefined && writes.length === kill.after;
      if (isLast && !kill.takesEffect) {
        kill.kill();
        return;
      }
      const answer = await forward(target, incoming, body);
      if (write !== undefined) writes.push(write);
      if (isLast) {
        kill.kill();
        return;
      }
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    writes,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  const { hostname, port } = new URL(target);
  const sent = httpRequest({ hostname, port, method, path: url, headers });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
}
