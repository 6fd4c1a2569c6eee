import { answersOf, flood, mixed, pace, quantile } from './load';
import { cellsOf, inTurn, mediansOf, row, times } from './measure';
import { ServedProgram, type Usage } from './served';

const PAIRS = 3;
const RATE = 500;
const SECONDS = 10;
const WARM_UP = 50_000;
const MANY = 100_000;
const PARALLEL = 8;

/** Measures Entra's Graph on a laptop against a bare server that gives the same answers. */
export async function benchEmulator(): Promise<void> {
  const emulator = await ServedProgram.start('graph-emulator');
  const { mix } = emulator;
  const bare = await ServedProgram.start('http-bare', { mix, answers: await answersOf(mix) });
  try {
    for (const each of [emulator, bare]) await flood(mixed(each.mix), { connections: PARALLEL, requests: WARM_UP });
    await benchRate(emulator, bare);
    await benchMany(emulator, bare);
  } finally {
    emulator.stop();
    bare.stop();
  }
}

async function benchRate(emulator: ServedProgram, bare: ServedProgram): Promise<void> {
  const both = { ours: () => atFixedRate(emulator), reference: () => atFixedRate(bare) };
  const runs = await inTurn(PAIRS, both);
  const p99 = mediansOf(runs, (run) => run.p99);
  row(`p99 at ${RATE} requests a second for ${SECONDS} s`, '< 20 ms', ...cellsOf(p99, 'ms'));
  row(
    'the same: share of a processor',
    '< 100 %',
    ...cellsOf(
      mediansOf(runs, ({ busy }) => busy * 100),
      '%',
    ),
  );
}

interface Paced {
  /** Milliseconds. */
  readonly p99: number;
  /** Share of a processor. */
  readonly busy: number;
}

/** @throws Error if a request was refused */
async function atFixedRate(program: ServedProgram): Promise<Paced> {
  const before = await program.usage();
  const answered = await pace(mixed(program.mix), { rate: RATE, requests: RATE * SECONDS, uncounted: 0 });
  if (answered.at(-1) === Infinity) throw new Error(`a request at ${program.mix.url} was refused`);
  return { p99: quantile(answered, 0.99), busy: ((await program.usage()).cpu - before.cpu) / SECONDS };
}

async function benchMany(emulator: ServedProgram, bare: ServedProgram): Promise<void> {
  const [ours, reference] = [await atFull(emulator), await atFull(bare)];
  const speed = ({ rate }: Full): string => `${Math.round(rate)} a second`;
  const faster = times(reference.rate / ours.rate);
  row(`${MANY} requests, ${PARALLEL} at a time`, `> ${RATE} a second`, speed(ours), speed(reference), faster);
  const heap = ({ early, late }: Full): string =>
    `heap ${early.heapMebibytes.toFixed(0)} -> ${late.heapMebibytes.toFixed(0)} MiB, ` +
    `resident ${early.residentMebibytes.toFixed(0)} -> ${late.residentMebibytes.toFixed(0)} MiB`;
  const growth = times(ours.late.heapMebibytes / ours.early.heapMebibytes);
  row('the same: memory before and after', 'stable', heap(ours), heap(reference), growth);
}

interface Full {
  /** Requests a second. */
  readonly rate: number;
  readonly early: Usage;
  readonly late: Usage;
}

async function atFull(program: ServedProgram): Promise<Full> {
  const early = await program.usage();
  const rate = await flood(mixed(program.mix), { connections: PARALLEL, requests: MANY });
  return { rate, early, late: await program.usage() };
}
