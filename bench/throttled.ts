import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';

/** Requests a second that AWS grants ('IAM Identity Center quotas'; LookupEvents), as buckets that hold those of one second. */
const LIMITS = { identityCenter: 20, lookUps: 2 } as const;

/** Stand-in for AWS that refuses what comes too fast, with what it has seen since the last `reset`. */
export interface Throttled {
  /** By the name of this machine: one on the loopback address would be asked without a pace. */
  readonly url: string;
  readonly seen: () => { readonly calls: number; readonly throttled: number };
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

/** Stands before moto, and has no events of CloudTrail, which moto lacks. */
export async function startThrottled(endpoint: string): Promise<Throttled> {
  const [allowsCall, allowsLookUp] = [bucket(LIMITS.identityCenter), bucket(LIMITS.lookUps)];
  let [calls, throttled] = [0, 0];
  const server = createServer((incoming, response) => {
    calls += 1;
    const target = String(incoming.headers['x-amz-target']);
    const isLookUp = target.endsWith('.LookupEvents');
    const isAllowed = isLookUp ? allowsLookUp() : !target.startsWith('SWBExternalService') || allowsCall();
    if (!isAllowed) throttled += 1;
    if (isAllowed && !isLookUp) forward(endpoint, incoming, response);
    else answer(incoming, response, isAllowed ? NO_EVENTS : TOO_FAST);
  }).listen(0, '0.0.0.0');
  await once(server, 'listening');
  return {
    url: `http://${hostname()}:${(server.address() as AddressInfo).port}`,
    seen: () => ({ calls, throttled }),
    reset: () => {
      [calls, throttled] = [0, 0];
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Tells of each request whether it is within the rate. */
function bucket(aSecond: number): () => boolean {
  let [left, filled] = [aSecond, performance.now()];
  return () => {
    const now = performance.now();
    left = Math.min(aSecond, left + ((now - filled) / 1000) * aSecond);
    filled = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

type Answer = readonly [status: number, body: object];
const NO_EVENTS: Answer = [200, { Events: [] }];
const TOO_FAST: Answer = [400, { __type: 'ThrottlingException', message: 'slow down' }];

function answer(incoming: IncomingMessage, response: ServerResponse, [status, body]: Answer): void {
  incoming.resume();
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

function forward(endpoint: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '/' } = incoming;
  const outgoing = request(new URL(url, endpoint), { method, headers: { ...headers, host: new URL(endpoint).host } });
  outgoing.on('response', (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  outgoing.on('error', () => response.writeHead(502).end());
  incoming.pipe(outgoing);
}
