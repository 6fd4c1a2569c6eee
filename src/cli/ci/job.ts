import { factsOf } from '../../deploy/ci/facts';
import { JOBS } from '../../deploy/ci/jobs';
import type { Job } from '../../deploy/ci/model';
import { explainJob, type Failure, type JobRun } from '../../deploy/ci/run-job';
import { logLines } from '../../deploy/pipeline/log-lines';
import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { chooseEstate, deployedBranchOf } from '../program/chosen-estate';
import { EXIT, printed, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { runKind } from '../program/surroundings';
import type * as commands from './options';
import { runHere } from './run-here';
import { isTouched } from './settings';

export async function run(options: OptionsOf<typeof commands.ci>, [id = '']: readonly string[]): Promise<number> {
  const job = JOBS.find((one) => one.id === id);
  if (job === undefined) throw new UsageError(`there is no job '${id}'`);
  if (job.isOfDefaultBranch && options.estate !== undefined && !listEstates(options.estates).includes(options.estate))
    return printed(`${job.id} has nothing to do: the default branch has no estate ${options.estate} yet\n`);
  const run = readRun(job, options);
  const { plan, holds } = run.facts;
  if (options.explain) return printed(explainJob(run));
  // The default branch is checked out, of which no pull request is a part.
  if (job.isOfDefaultBranch || holds[job.when]) return exitOf(job, await runHere(run));
  return printed(`${job.id} has nothing to do for ${plan.estate.name}\n`);
}

function readRun(job: Job, options: OptionsOf<typeof commands.ci>): JobRun {
  const { name } = chooseEstate(options);
  const plan = planEstate(diskFolder(options.estates, name));
  const run = runKind();
  const facts = factsOf(plan, { run, isTouched: job.isOfDefaultBranch ?? isTouched(options.estates, name, run) });
  return { job, facts, base: run?.base ?? `origin/${deployedBranchOf(options.estates)}` };
}

function exitOf(job: Job, failures: readonly Failure[]): number {
  if (failures.length === 0) return EXIT.ok;
  const lines = failures.map(({ step, why }) => `failed: ${step}: ${why}`);
  process.stderr.write(logLines([`${job.id} failed:`, ...lines].join('\n')));
  return EXIT.failed;
}
