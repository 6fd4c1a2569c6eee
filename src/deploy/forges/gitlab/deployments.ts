import { z } from 'zod';
import { type DeployedJob, type DeploymentEnd, type DeploymentRun, Time } from '../forge';
import { type GitLabRun, pipelinePage } from './run';

const Job = z.object({
  name: z.string(),
  status: z.string(),
  ref: z.string(),
  tag: z.boolean(),
  started_at: Time.nullish(),
  finished_at: Time.nullish(),
  pipeline: z.object({ id: z.number(), sha: z.string(), source: z.string() }),
});

const Deployments = z.array(z.object({ id: z.number(), updated_at: Time, deployable: Job.nullish() }));
type Deployment = z.infer<typeof Deployments>[number];

/** Sources of a pipeline of what is on the branch; that of a merge request runs what it proposes. */
const PUSHED: ReadonlySet<string> = new Set([
  ...['push', 'web', 'schedule', 'api', 'trigger', 'pipeline'],
  // Of a pipeline of the same branch: one of a merge request has its own ref.
  'parent_pipeline',
]);

/** States of a job that was run, or should have been. */
const ENDED: ReadonlySet<string> = new Set(['success', 'failed', 'canceled']);

/** States of a job that is not run any more. */
const CLOSED: ReadonlySet<string> = new Set([...ENDED, 'skipped']);

/** GitLab notes the end of a job down in its deployment a little later; an hour is more than it takes. */
const SLACK_MS = 60 * 60 * 1000;

/** The list by its last change takes a bound: this one leaves nothing out. */
const BEGINNING = '1970-01-01T00:00:00Z';

/** Lists, page by page, of items below the project. */
export type GitLabPages = <T>(route: string, schema: z.ZodType<readonly T[]>) => AsyncGenerator<T>;

/**
 * Deployments of the jobs with this name on the deployed branch, those that changed last first. GitLab writes one for every job
 * with an environment, also for one that is run again, and lets no one change it. One that was made by the API has no job.
 */
export async function* gitLabDeployments(
  pages: GitLabPages,
  run: GitLabRun,
  job: DeployedJob,
): AsyncGenerator<DeploymentRun> {
  const query = new URLSearchParams({ order_by: 'updated_at', sort: 'desc', updated_after: BEGINNING });
  for await (const { deployable, updated_at } of pages(`/deployments?${query.toString()}`, Deployments)) {
    if (deployable == null || !isOwn(deployable, job)) continue;
    const endedBy = updated_at + SLACK_MS;
    yield {
      commit: deployable.pipeline.sha,
      url: pipelinePage(run, deployable.pipeline.id),
      endedBy,
      restEndedBy: endedBy,
      ends: () => Promise.resolve(endsOf(deployable)),
      isOpen: () =>
        Promise.resolve(!CLOSED.has(deployable.status) && pipelinePage(run, deployable.pipeline.id) !== run.url),
    };
  }
}

function isOwn({ name, ref, tag, pipeline }: NonNullable<Deployment['deployable']>, job: DeployedJob): boolean {
  return name === job.name && ref === job.branch && !tag && PUSHED.has(pipeline.source);
}

/** A job that waited for somebody and was not started changed nothing. */
function endsOf({ status, started_at, finished_at }: z.infer<typeof Job>): readonly DeploymentEnd[] {
  if (!ENDED.has(status) || finished_at == null || started_at == null) return [];
  return [{ at: finished_at, isDone: status === 'success' }];
}
