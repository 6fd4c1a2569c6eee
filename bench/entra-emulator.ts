import type { LoadResult, Target } from './load';
import { atFullSpeed, atRate, percentile } from './load';
import { ServedProgram, type Usage } from './served';
import { medians, ratio, row } from './table';

const PAIRS = 3;
const RATE = 500;
const SECONDS = 10;
const WARM_UP = 50_000;
const MANY = 100_000;
const PARALLEL = 8;

/** Measures Entra's Graph on a laptop against a bare server that gives the same answers. */
export async function benchEmulator(): Promise<void> {
  const emulator = await ServedProgram.start('graph-emulator');
  const bare = await ServedProgram.start('http-bare', await answersOf(emulator.target));
  try {
    await atFullSpeed(emulator.target, { parallel: PARALLEL, total: WARM_UP });
    await atFullSpeed(bare.target, { parallel: PARALLEL, total: WARM_UP });
    await benchRate(emulator, bare);
    await benchMany(emulator, bare);
  } finally {
    emulator.stop();
    bare.stop();
  }
}

async function benchRate(emulator: ServedProgram, bare: ServedProgram): Promise<void> {
  const runs: (readonly [ours: Paced, reference: Paced])[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) runs.push([await atFixedRate(emulator), await atFixedRate(bare)]);
  const compared = (valueOf: (run: Paced) => number) => ({
    ours: runs.map(([ours]) => valueOf(ours)),
    reference: runs.map(([, reference]) => valueOf(reference)),
  });
  const p99 = compared(({ load }) => percentile(load, 0.99));
  row(`p99 at ${RATE} requests a second for ${SECONDS} s`, '< 20 ms', medians(p99, 'ms'));
  const cpu = compared(({ cpu: seconds }) => (seconds / SECONDS) * 100);
  row('the same: share of a processor', '< 100 %', medians(cpu, '%'));
}

/** Answers of the emulator to each request of its mix, for a server that answers the same. */
async function answersOf(target: Target): Promise<object> {
  const answers: Record<string, { readonly status: number; readonly body: string }> = {};
  let created = '';
  for (const { method, path, body } of target.steps) {
    const response = await fetch(`${target.url}${path.replace('{created}', created)}`, {
      method,
      headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (method === 'POST') created = (JSON.parse(text) as { readonly id: string }).id;
    answers[`${method} ${method === 'DELETE' ? '' : path}`] = { status: response.status, body: text };
  }
  return { target, answers };
}

interface Paced {
  readonly load: LoadResult;
  /** Seconds on a processor. */
  readonly cpu: number;
}

async function atFixedRate(program: ServedProgram): Promise<Paced> {
  const before = await program.usage();
  const load = await atRate(program.target, { rate: RATE, total: RATE * SECONDS });
  return { load, cpu: (await program.usage()).cpu - before.cpu };
}

async function benchMany(emulator: ServedProgram, bare: ServedProgram): Promise<void> {
  const [ours, reference] = [await atFull(emulator), await atFull(bare)];
  const speed = ({ load }: Full): string => `${Math.round(load.perSecond)} a second`;
  const faster = ratio(reference.load.perSecond, ours.load.perSecond);
  row(`${MANY} requests, ${PARALLEL} at a time`, `> ${RATE} a second`, [speed(ours), speed(reference), faster]);
  const heap = ({ early, late }: Full): string =>
    `heap ${early.heapMebibytes.toFixed(0)} -> ${late.heapMebibytes.toFixed(0)} MiB, ` +
    `resident ${early.residentMebibytes.toFixed(0)} -> ${late.residentMebibytes.toFixed(0)} MiB`;
  row('the same: memory before and after', 'stable', [
    heap(ours),
    heap(reference),
    ratio(ours.late.heapMebibytes, ours.early.heapMebibytes),
  ]);
}

interface Full {
  readonly load: LoadResult;
  readonly early: Usage;
  readonly late: Usage;
}

async function atFull(program: ServedProgram): Promise<Full> {
  const early = await program.usage();
  const load = await atFullSpeed(program.target, { parallel: PARALLEL, total: MANY });
  return { load, early, late: await program.usage() };
}
