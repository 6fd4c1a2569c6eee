import { Agent, request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

/** Requests to a server, one after another. */
export interface Sender {
  /** Sends the next request. @throws Error if it is not answered with success */
  readonly send: () => Promise<void>;
  readonly close: () => void;
}

/** A server, and the request that is sent again and again. */
export interface Target {
  readonly url: string;
  /** Of the next request. */
  readonly headers: () => Readonly<Record<string, string>>;
}

/** One request of a mix. `{created}` in its path is the id that an earlier POST of the mix was answered with. */
export interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
}

/** A server, and the requests that are sent to it in turn. */
export interface Mix {
  readonly url: string;
  readonly token: string;
  readonly steps: readonly Step[];
}

/** So many requests, and how many of them in flight. */
export interface Load {
  readonly connections: number;
  readonly requests: number;
}

/** Sends one request, over and over. */
export function repeating({ url, headers }: Target): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const send = async (): Promise<void> => {
    await exchange(agent, { method: 'GET', url, headers: headers() });
  };
  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
}

/** Part of an answer to a POST that is read. */
const Created = z.object({ id: z.string() });

/** Sends the requests of a mix in turn. */
export function mixed({ url, token, steps }: Mix): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const headers = headersOf(token);
  const creating = steps.find(({ method }) => method === 'POST');
  const created: string[] = [];
  let next = 0;
  const send = async (): Promise<void> => {
    const due = steps[next++ % steps.length];
    const id = due?.path.includes('{created}') ? created.shift() : '';
    // Nothing to delete yet: what creates is sent once more.
    const step = id === undefined ? creating : due;
    if (step === undefined) throw new Error('the mix has no request to send');
    const path = step.path.replace('{created}', String(id));
    const answer = await exchange(agent, { ...step, url: `${url}${path}`, headers });
    if (step.method === 'POST') created.push(Created.parse(JSON.parse(answer)).id);
  };
  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
}

/** Answers of a server to each request of a mix, by method and path, for a server that answers the same. */
export async function answersOf({ url, token, steps }: Mix): Promise<Readonly<Record<string, string>>> {
  const agent = new Agent();
  const answers: Record<string, string> = {};
  let id = '';
  for (const { method, path, body } of steps) {
    const answer = await exchange(agent, {
      method,
      url: `${url}${path.replace('{created}', id)}`,
      body,
      headers: headersOf(token),
    });
    if (method === 'POST') id = Created.parse(JSON.parse(answer)).id;
    answers[`${method} ${method === 'DELETE' ? '' : path}`] = answer;
  }
  return answers;
}

function headersOf(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
}

/** @returns the answer's body. @throws Error for an answer that is none of success */
function exchange(agent: Agent, { method, url, headers, body }: Outgoing): Promise<string> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const described = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const options = { method, agent, headers: { ...headers, ...(body !== undefined && described) } };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const answer = Buffer.concat(chunks).toString();
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve(answer);
        else reject(new Error(`${method} ${url}: ${statusCode} ${answer}`));
      });
    });
    sent.once('error', reject);
    sent.end(text);
  });
}

/** As fast as it goes, with so many requests in flight. @returns requests a second */
export async function flood({ send, close }: Sender, load: Load): Promise<number> {
  let left = load.requests;
  const start = performance.now();
  const lanes = Array.from({ length: load.connections }, async () => {
    while (left-- > 0) await send();
  });
  await Promise.all(lanes);
  const seconds = (performance.now() - start) / 1000;
  close();
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
  { send, close }: Sender,
  { rate, requests, uncounted }: { readonly rate: number; readonly requests: number; readonly uncounted: number },
): Promise<readonly number[]> {
  collectGarbage();
  const start = performance.now();
  const times: number[] = [];
  let answered = 0;
  const ask = async (index: number, due: number): Promise<void> => {
    // An overloaded program refuses; that is no quick answer.
    const isAnswered = await send().then(
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
  close();
  return times.toSorted((a, b) => a - b);
}

/** The time within which such a share of the requests was answered; from times in ascending order. */
export function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

/** Collects all garbage of this process now. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
