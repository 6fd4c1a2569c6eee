import { z } from 'zod';
import { SETTINGS_JOB } from '../../../estate/sections/pipeline/limits';
import { type DeploymentEnd, type DeploymentRun, Time } from '../forge';
import { APPROVAL_STEP, estateOfJob } from '../job-names';

const WorkflowRuns = z
  .object({
    workflow_runs: z.array(
      z.object({
        id: z.number(),
        html_url: z.url(),
        head_sha: z.string(),
        head_branch: z.string().nullable(),
        head_repository: z.object({ full_name: z.string() }).nullish(),
        event: z.string(),
        conclusion: z.string().nullish(),
        created_at: Time,
        updated_at: Time,
      }),
    ),
  })
  .transform(({ workflow_runs }) => workflow_runs);
type WorkflowRun = z.infer<typeof WorkflowRuns>[number];

const Jobs = z
  .object({
    jobs: z.array(
      z.object({
        name: z.string(),
        conclusion: z.string().nullish(),
        completed_at: Time.nullish(),
        steps: z.array(z.object({ name: z.string(), conclusion: z.string().nullish() })).nullish(),
      }),
    ),
  })
  .transform(({ jobs }) => jobs);
type WorkflowJob = z.infer<typeof Jobs>[number];

/** A run can be run again for 30 days (GitHub docs, 'Re-running workflows and jobs'). */
const RERUN_MS = 30 * 24 * 60 * 60 * 1000;

/** Events that run what is on the branch; a pull request runs what it proposes. */
const PUSHED: ReadonlySet<string> = new Set(['push', 'workflow_dispatch']);

/** Conclusions of the step of the approval after which the job ended without a change. */
const CHANGED_NOTHING: ReadonlySet<string> = new Set(['failure', 'skipped', 'cancelled']);

/** Lists, page by page, of items below the repository. */
export type GitHubPages = <T>(route: string, schema: z.ZodType<readonly T[]>) => AsyncGenerator<T>;

export interface Workflow {
  /** `owner/name` */
  readonly repository: string;
  readonly file: string;
  /** The branch that is deployed. */
  readonly branch: string;
  /** Name of the job that deploys. */
  readonly job: string;
  /** Number of the run that asks. */
  readonly run: number;
}

/** Runs of a workflow on the deployed branch, those created last first: GitHub gives the newest 1,000. */
export async function* gitHubDeployments(pages: GitHubPages, workflow: Workflow): AsyncGenerator<DeploymentRun> {
  const runs = `/actions/workflows/${encodeURIComponent(workflow.file)}/runs?branch=${encodeURIComponent(workflow.branch)}`;
  for await (const run of pages(runs, WorkflowRuns)) {
    if (!isOwn(run, workflow) || run.conclusion === 'skipped') continue;
    const readJobs = async (): Promise<readonly WorkflowJob[]> => {
      const jobs: WorkflowJob[] = [];
      for await (const job of pages(`/actions/runs/${run.id}/jobs?filter=all`, Jobs)) jobs.push(job);
      return jobs;
    };
    yield {
      commit: run.head_sha,
      url: run.html_url,
      endedBy: run.updated_at,
      restEndedBy: run.created_at + RERUN_MS,
      ends: async () => endsOf(await readJobs(), workflow.job),
      isOpen: async () =>
        run.conclusion == null && run.id !== workflow.run && mayDeploy(await readJobs(), workflow.job),
    };
  }
}

/** A fork may have a branch of the same name, and another workflow in the same file. */
function isOwn({ head_repository, head_branch, event }: WorkflowRun, { repository, branch }: Workflow): boolean {
  const isOfRepository = head_repository?.full_name.toLowerCase() === repository.toLowerCase();
  return isOfRepository && head_branch === branch && PUSHED.has(event);
}

function endsOf(jobs: readonly WorkflowJob[], wanted: string): readonly DeploymentEnd[] {
  return jobs.flatMap(({ name, conclusion, completed_at, steps }) => {
    if (!isNamed(name, wanted) || conclusion == null || completed_at == null) return [];
    const isDone = conclusion === 'success';
    return !isDone && hasChangedNothing(steps ?? []) ? [] : [{ at: completed_at, isDone }];
  });
}

/**
 * Tells whether a run that has not ended deploys, or may yet. GitHub lists a job once it is known to run or to be skipped, and
 * those of an estate once the job of the settings found it.
 */
function mayDeploy(jobs: readonly WorkflowJob[], wanted: string): boolean {
  const [shared, ofEstates] = [true, false].map((is) => jobs.filter(({ name }) => isNamed(name, SETTINGS_JOB) === is));
  const isAtWork = ({ conclusion }: WorkflowJob): boolean => conclusion == null;
  if (ofEstates === undefined || ofEstates.length === 0 || shared?.some(isAtWork)) return true;
  const estate = estateOfJob(wanted);
  const own = ofEstates.filter(({ name }) => estate === undefined || name.split(' / ').includes(estate));
  return own.length > 0 && (own.some(isAtWork) || !own.some(({ name }) => isNamed(name, wanted)));
}

/** A job of a reusable workflow has the names of the jobs that call it before its own: `Identity / acme / Deploy acme`. */
function isNamed(name: string, wanted: string): boolean {
  return name === wanted || name.endsWith(` / ${wanted}`);
}

/** A job that waited for a reviewer and was rejected has no steps. */
function hasChangedNothing(steps: NonNullable<WorkflowJob['steps']>): boolean {
  const approval = steps.find(({ name }) => name === APPROVAL_STEP)?.conclusion;
  return steps.length === 0 || (approval != null && CHANGED_NOTHING.has(approval));
}
