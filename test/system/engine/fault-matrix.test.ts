import { randomInt } from 'node:crypto';
import { describeImports } from '../../support/engine-suite';
import type { FaultOutcome } from '../../support/recovery/fault-plan';
import { FaultProcesses } from '../../support/recovery/fault-processes';

/** Runs; `npm run bench -- faults` makes a hundred. */
const RUNS = Number(process.env['FAULT_RUNS'] ?? 6);
/** Each run has a seed of its own: `FAULT_SEED=<its seed> FAULT_RUNS=1` repeats one. */
const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(1_000_000));
/** Runs at a time. */
const AT_ONCE = 4;

const SEEDS = Array.from({ length: RUNS }, (_, run) => SEED + run);

describeImports('the programs of the sandbox, with whatever may go wrong', (folders) => {
  const outcomes = new Map<number, FaultOutcome | Error>();

  beforeAll(async () => {
    const processes = new FaultProcesses(folders);
    const left = SEEDS.values();
    const work = async (): Promise<void> => {
      for (const seed of left) outcomes.set(seed, await processes.run(seed).catch(errorOf));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });

  afterAll(() => {
    const lines = [...outcomes].map(([seed, outcome]) => `${seed}: ${lineOf(outcome)}`);
    console.info([`fault matrix: FAULT_SEED=${SEED} repeats it`, ...lines].join('\n  '));
  });

  test.each(SEEDS)(
    'the run of the seed %i leaves the directory of an undisturbed one, property by property',
    (seed) => {
      const outcome = outcomes.get(seed);
      if (outcome === undefined || outcome instanceof Error) throw new Error(`no run of ${seed}`, { cause: outcome });
      const { line, isDone, bad, said } = outcome;
      expect({ line, isDone, bad, said }).toEqual({ line, isDone: true, bad: [], said: [] });
    },
  );
});

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function lineOf(outcome: FaultOutcome | Error): string {
  if (outcome instanceof Error) return outcome.message;
  const { line, rounds, seconds, isEarly, isHit } = outcome;
  return `${line}: ${rounds} rounds, ${seconds} s${isEarly ? ', done too early' : ''}${isHit ? '' : ', never came there'}`;
}
