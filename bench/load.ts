import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** One request of a mix. `{created}` in its path is the id that an earlier POST of the mix was answered with. */
export interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

export interface Target {
  readonly url: string;
  readonly token: string;
  readonly steps: readonly Step[];
}

/** Milliseconds, sorted; and how many requests a second were answered. */
export interface LoadResult {
  readonly latencies: readonly number[];
  readonly perSecond: number;
}

interface Sender {
  readonly send: (index: number) => Promise<void>;
  readonly close: () => void;
}

/** Sends the mix at a fixed rate, whether answers come or not; a late start counts as waiting. */
export async function atRate(target: Target, { rate, total }: { rate: number; total: number }): Promise<LoadResult> {
  const sender = senderFor(target);
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  const start = performance.now();
  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - start) * rate) / 1000) + 1);
    for (; index < due; index += 1) {
      const scheduled = start + (index * 1000) / rate;
      pending.push(
        sender.send(index).then(() => {
          latencies.push(performance.now() - scheduled);
        }),
      );
    }
    await delay(1);
  }
  await Promise.all(pending);
  sender.close();
  return resultOf(latencies, start);
}

/** Sends the mix as fast as it is answered, so many requests at a time. */
export async function atFullSpeed(
  target: Target,
  { parallel, total }: { parallel: number; total: number },
): Promise<LoadResult> {
  const sender = senderFor(target);
  const latencies: number[] = [];
  const start = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < total) {
      const index = next++;
      const sent = performance.now();
      await sender.send(index);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  sender.close();
  return resultOf(latencies, start);
}

function resultOf(latencies: readonly number[], start: number): LoadResult {
  const seconds = (performance.now() - start) / 1000;
  return { latencies: latencies.toSorted((a, b) => a - b), perSecond: latencies.length / seconds };
}

export function percentile({ latencies }: LoadResult, share: number): number {
  return latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
}

function senderFor({ url, token, steps }: Target): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const created: string[] = [];
  const send = async (index: number): Promise<void> => {
    const step = steps[index % steps.length] ?? { method: 'GET', path: '/healthz' };
    const id = step.path.includes('{created}') ? created.shift() : '';
    // Nothing to delete yet: what creates is sent once more.
    const { method, path, body } = id === undefined ? (steps.find((other) => other.method === 'POST') ?? step) : step;
    const answer = await exchange({ method, url: `${url}${path.replace('{created}', id ?? '')}`, body, token }, agent);
    if (method === 'POST') created.push((JSON.parse(answer) as { readonly id: string }).id);
  };
  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
}

interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly body: object | undefined;
  readonly token: string;
}

/** @throws Error for an answer that is none of success */
function exchange({ method, url, body, token }: Outgoing, agent: Agent): Promise<string> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        const { statusCode = 0 } = response;
        if (statusCode < 300) resolve(answer);
        else reject(new Error(`${method} ${url}: ${statusCode} ${answer}`));
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
