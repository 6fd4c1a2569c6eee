import { Agent, request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** What is asked again and again. */
export interface Target {
  readonly url: string;
  /** Of the next request. */
  readonly headers: () => Readonly<Record<string, string>>;
}

/** So many requests, and how many of them in flight. */
export interface Load {
  readonly connections: number;
  readonly requests: number;
}

/** One request. @throws Error if it is not answered with 200 */
function askOnce(agent: Agent, { url, headers }: Target): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent, headers: headers() }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${String(response.statusCode)}`));
      });
    });
    request.once('error', reject);
    request.end();
  });
}

/** As fast as it goes, with so many requests in flight. @returns requests a second */
export async function flood(target: Target, load: Load): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  let left = load.requests;
  const start = performance.now();
  const lanes = Array.from({ length: load.connections }, async () => {
    while (left-- > 0) await askOnce(agent, target);
  });
  await Promise.all(lanes);
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  return load.requests / seconds;
}

/**
 * At a steady rate, whether answers come or not. Requests are due on whole milliseconds, since a generator that waits in
 * a busy loop takes a processor from whoever answers. The first ones open connections and do not count. @returns milliseconds from when each was due, ascending
 */
export async function pace(
  target: Target,
  load: { readonly rate: number; readonly requests: number; readonly uncounted: number },
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const start = performance.now();
  const times: number[] = [];
  const pending: Promise<unknown>[] = [];
  while (pending.length < load.uncounted + load.requests) {
    const due = start + Math.ceil((pending.length * 1000) / load.rate);
    while (performance.now() < due) await setTimeout(1);
    const isCounted = pending.length >= load.uncounted;
    const count = (milliseconds: number): void => {
      if (isCounted) times.push(milliseconds);
    };
    pending.push(
      askOnce(agent, target).then(
        () => {
          count(performance.now() - due);
        },
        // An overloaded program refuses; that is no quick answer.
        () => {
          count(Infinity);
        },
      ),
    );
  }
  await Promise.all(pending);
  agent.destroy();
  return times.toSorted((a, b) => a - b);
}
