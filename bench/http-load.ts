import { Agent, request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A server, and the request that is sent again and again. */
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
 * a busy loop takes a processor from whoever answers. The first ones open connections and do not count. While the
 * generator collects its garbage, nobody asks, and then many do at once: so it does before, and `npm run bench` gives it
 * a young generation that is not full before the last answer.
 * @returns milliseconds from when each was due, ascending
 */
export async function pace(
  target: Target,
  { rate, requests, uncounted }: { readonly rate: number; readonly requests: number; readonly uncounted: number },
): Promise<readonly number[]> {
  collectGarbage();
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const start = performance.now();
  const times: number[] = [];
  let answered = 0;
  const ask = async (index: number, due: number): Promise<void> => {
    // An overloaded program refuses; that is no quick answer.
    const isAnswered = await askOnce(agent, target).then(
      () => true,
      () => false,
    );
    if (index >= uncounted) times.push(isAnswered ? performance.now() - due : Infinity);
    answered += 1;
  };
  for (let index = 0; index < uncounted + requests; index++) {
    const due = start + Math.ceil((index * 1000) / rate);
    while (performance.now() < due) await setTimeout(1);
    void ask(index, due);
  }
  while (answered < uncounted + requests) await setTimeout(1);
  agent.destroy();
  return times.toSorted((a, b) => a - b);
}

/** Collects all garbage of this process now. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
