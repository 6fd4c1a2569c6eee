import { randomInt } from 'node:crypto';
import { describeImports } from '../../support/engine-suite';
import { drawFaults, faultRun, type Moments, momentsOf } from '../../support/recovery/fault-run';
import { ignoreOutputs, InterruptedPrograms } from '../../support/recovery/interrupted-programs';

/** Runs; `npm run bench -- faults` makes a hundred. */
const RUNS = Number(process.env['FAULT_RUNS'] ?? 12);
/** Each run has a seed of its own: `FAULT_SEED=<its seed> FAULT_RUNS=1` repeats one. */
const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(1_000_000));

describeImports('the programs of the sandbox, with whatever may go wrong', (folders) => {
  const told: string[] = [];
  let programs: InterruptedPrograms;
  let moments: Moments;

  beforeAll(async () => {
    ignoreOutputs();
    programs = await InterruptedPrograms.create(folders);
    moments = await momentsOf(programs);
  });

  beforeEach(ignoreOutputs);

  afterEach(() => {
    jest.restoreAllMocks();
  });

  afterAll(() => {
    console.info([`fault matrix: FAULT_SEED=${SEED} repeats it`, ...told].join('\n  '));
  });

  test.each(Array.from({ length: RUNS }, (_, run) => SEED + run))(
    'the run of the seed %i ends as declared, with every name once',
    async (seed) => {
      const { line, isHit, rounds, isDone, bad, isEarly, said } = await faultRun(programs, drawFaults(seed, moments));
      told.push(
        `${seed}: ${line}: ${rounds} rounds${isEarly ? ', done too early' : ''}${isHit ? '' : ', never came there'}`,
      );
      expect({ line, isDone, bad, said }).toEqual({ line, isDone: true, bad: [], said: [] });
    },
  );
});
