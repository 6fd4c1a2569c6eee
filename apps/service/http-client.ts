import { Agent, request as requestHttp, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { Agent as TlsAgent, request as requestHttps } from 'node:https';

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: OutgoingHttpHeaders | undefined;
  readonly body?: string;
  /** Milliseconds until the answer has ended, with the wait for a connection. */
  readonly timeoutMs: number;
}

const MAX_BYTES = 2 * 1024 * 1024;
/**
 * Connections to one place: as many as App Runner hands requests to one instance, each of which asks the database once at a
 * time. One that is idle is closed before a load balancer does that, into which the next request would run.
 */
const AGENT = { keepAlive: true, maxSockets: 200, timeout: 15_000 };
const [http, https] = [new Agent(AGENT), new TlsAgent(AGENT)];

/**
 * Sends a request. It follows no redirect, which would take a token elsewhere. Node's `fetch` would hold 17 MiB more.
 * @throws Error where no whole answer comes in time
 */
export async function send(url: URL, { body, timeoutMs, ...options }: Call): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const isTls = url.protocol === 'https:';
  const request = isTls
    ? requestHttps(url, { ...options, agent: https })
    : requestHttp(url, { ...options, agent: http });
  request.on('error', reject).on('response', (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response
      .on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) request.destroy(new Error(`${url.origin} answered more than ${MAX_BYTES} bytes`));
        else chunks.push(chunk);
      })
      .on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, text: Buffer.concat(chunks).toString() });
      })
      .on('error', reject);
  });
  const timer = setTimeout(() => {
    reject(new Error(`no whole answer of ${url.origin} within ${timeoutMs} ms`));
    request.destroy();
  }, timeoutMs);
  request.end(body);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Fetches a document. @throws Error where it can't be had */
export async function fetchJson(url: URL, timeoutMs: number): Promise<unknown> {
  const { status, text } = await send(url, { headers: { Accept: 'application/json' }, timeoutMs });
  if (status !== 200) throw new Error(`${url.href} answered ${status}`);
  return JSON.parse(text);
}
