import type { EstatePlan } from '../../estate/plan/planner';
import type { StackPlan } from '../../estate/plan/stacks/stacks';
import { deployEnvironment, previewEnvironment } from '../../estate/sections/pipeline/limits';
import { deployedParts, type Homes } from '../pipeline/deployed-parts';
import type { RunKind } from '../forges/runner';
import { type Engine, stepsOf } from '../pipeline/steps';
import { JOBS } from './jobs';
import type { Condition, Job } from './model';

/** Facts of an estate in a run, by which its jobs and steps have something to do. */
export interface Facts {
  readonly plan: StackPlan;
  readonly run: RunKind | undefined;
  readonly homes: Homes;
  readonly holds: Readonly<Record<Condition, boolean>>;
}

type JobPlan = StackPlan & Pick<EstatePlan, 'access' | 'findings'>;

interface FactsOptions {
  /** Undefined where the run is of no forge: everything is said as for a branch. */
  readonly run: RunKind | undefined;
  readonly isTouched: boolean;
}

/** Reads the facts. An estate with errors has some too: its preview says what is wrong. */
export function factsOf(plan: JobPlan, { run, isTouched }: FactsOptions): Facts {
  const { homes, engines } = deployedParts(plan, run);
  const asks = (engine: Engine): boolean => isTouched && run?.asksClouds !== false && engines.includes(engine);
  const holds = conditionsOf(plan, { run, isTouched, cdk: asks('cdk'), pulumi: asks('pulumi') });
  return { plan, run, homes, holds };
}

interface Asked extends FactsOptions {
  readonly cdk: boolean;
  readonly pulumi: boolean;
}

function conditionsOf(
  { estate, findings, access: planned }: JobPlan,
  { run, isTouched, cdk, pulumi }: Asked,
): Facts['holds'] {
  const { access, customers, hosting, pipeline } = estate;
  const all = (...facts: readonly unknown[]): boolean => facts.every((fact) => fact !== undefined && fact !== false);
  const comments = run?.comments === true;
  // A section with errors is left out: a deployment, or a look at what is there, that then does nothing must not be green.
  const hasErrors = findings.some(({ severity }) => severity === 'error');
  const mayAsk = all(isTouched, run?.asksClouds ?? true);
  return {
    touched: isTouched,
    'asks-cdk': cdk,
    'asks-pulumi': pulumi,
    comments,
    'no-comments': !comments,
    deploys: cdk || pulumi,
    'has-access': all(cdk, access),
    'has-handoff': all(cdk, pulumi, hosting, customers),
    'has-images': all(cdk, hosting),
    places: all(comments, isTouched, planned && planned.placement.state !== 'fresh', pipeline?.placement === 'commit'),
    'keeps-evidence': all(cdk, pipeline?.evidence),
    'has-pipeline': all(mayAsk, pipeline !== undefined || hasErrors),
    watches: [all(cdk, access), all(mayAsk, hasErrors)].includes(true),
  };
}

/** Facts by which a forge starts jobs of an estate: those that have something to do, and whose approval they take. */
export interface EstateJobs {
  readonly name: string;
  readonly jobs: readonly string[];
  /** Environment of `deploy`; empty if the estate names none. */
  readonly deployEnvironment: string;
  /** Environment of `ask-entra`. */
  readonly previewEnvironment: string;
}

/**
 * Everything that the name of an estate or an environment may consist of. None of it means anything to a forge's log: Azure
 * Pipelines reads %0A there as a new line.
 */
const PLAIN = /^[\w .-]*$/;

/** @throws Error naming what has a character that no such name has */
export function estateJobs({ plan: { estate }, holds }: Facts): EstateJobs {
  const { name } = estate;
  const deploy = deployEnvironment(estate) ?? '';
  const preview = previewEnvironment(estate) ?? '';
  for (const text of [name, deploy, preview])
    if (!PLAIN.test(text))
      throw new Error(
        `the names of ${JSON.stringify(name)} and of its environments must have letters, digits, spaces and ._- only, got ${JSON.stringify(text)}`,
      );
  const jobs = JOBS.filter(({ when }) => holds[when]).map(({ id }) => id);
  return { name, jobs, deployEnvironment: deploy, previewEnvironment: preview };
}

/** Steps of a job that its estate has something for, with the words of the run in them. */
export function stepsOfJob({ steps }: Job, { plan, holds }: Facts): Job['steps'] {
  // Every place that can be asked about; which of them a job asks about stands in the job.
  const places: readonly string[] = stepsOf(plan.estate, true);
  return steps.filter(
    ({ when, about }) => (when === undefined || holds[when]) && (about === undefined || places.includes(about)),
  );
}
