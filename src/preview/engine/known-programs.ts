import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import { programsOf, stackName } from '../../estate/plan/stacks/stacks';
import type { EstatePlan } from '../../estate/plan/planner';
import type { ProgramRuns } from '../entra/facts';
import type * as RunProgram from './run-program';

export type ProgramOptions = Required<Pick<RunProgram.RunOptions, 'now' | 'configOf'>> & {
  readonly known: KnownAnswers;
  /** All that the plan was made from. */
  readonly files: readonly string[];
};

/**
 * Resources that the programs of an estate register, as an earlier run found it or as this one does. Of the time only the day in UTC
 * matters to a program. Pulumi, which takes half a second to load, is not loaded where nothing has changed.
 */
export async function runKnownPrograms(
  { estate, emergency }: EstatePlan,
  { now, configOf, known, files }: ProgramOptions,
): Promise<ProgramRuns> {
  const configs = programsOf(estate).map((name) => JSON.stringify(configOf(stackName(estate.name, name))));
  const question = {
    kind: 'programs',
    about: [now.toISOString().slice(0, 10), ...configs, ...files],
    isAnswer: areRuns,
  };
  const found = known.find(question);
  if (found !== undefined) return found;
  const runs = await loadPulumi().runPrograms(estate, { now, configOf, emergency });
  // What failed may have failed for a reason that is gone next time.
  if (runs.programs.every(({ failure }) => failure === undefined)) known.keep(question, runs);
  return runs;
}

function loadPulumi(): typeof RunProgram {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- jest does not find what import() would load
  return require('./run-program') as typeof RunProgram;
}

function areRuns(value: unknown): value is ProgramRuns {
  return typeof value === 'object' && value !== null && 'day' in value && 'programs' in value;
}
