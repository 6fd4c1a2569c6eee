import { shellLine } from '../steps/command';
import { stepsOfJob } from './facts';
import { identityOf } from './identity';
import type { Step } from './model';
import { type JobRun, wordsOf } from './run-job';

/** Steps of a job as `ci` runs them: the command of each, its identity and its condition. */
export function explainJob(run: JobRun): string {
  const { job, facts } = run;
  const runs = stepsOfJob(job, facts);
  const left = facts.holds[job.when] ? '' : `, which has nothing to do here: it is not the case that ${job.when}`;
  return [
    `${job.id}: ${job.name}, of ${facts.plan.estate.name}${left}`,
    ...(job.takes.length === 0 ? [] : [`takes ${job.takes.join(', ')}`]),
    ...runs.flatMap((step, index) => explainStep(step, index + 1, run)),
    ...(job.leaves === undefined
      ? []
      : [`leaves ${job.leaves.name}${job.leaves.isDeployed ? ', with what is deployed' : ''}`]),
    '',
  ].join('\n');
}

function explainStep(step: Step, number: number, run: JobRun): readonly string[] {
  const notes = [
    ...identityOf(step, run.job, run.facts).as.map((as) => `as ${as}`),
    ...(step.asksForge ? ['with the token of the job'] : []),
    ...(step.when === undefined ? [] : [`if ${step.when}`]),
    ...(step.always ? ['also after a failure'] : []),
    ...(step.isNeeded ? ['its failure ends the job'] : []),
  ];
  return [`${number}. npx --no ${shellLine({ words: wordsOf(step, run) })}`, ...notes.map((note) => `   ${note}`)];
}
