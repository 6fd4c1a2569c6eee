import { DEPLOYED_BRANCH } from '../../estate/sections/pipeline/pipeline';
import type { GitHub, WorkflowJob, WorkflowRun } from '../forges/github';

/** Name of the job that deploys, in the workflow that deploys. */
export const DEPLOY_JOB = 'Deploy';

/** Its step that comes before anything is changed, and fails where something else was deployed since the approval. */
export const APPROVAL_STEP = 'What was approved still holds';

/** Conclusions of that step after which the job ended without a change. */
const CHANGED_NOTHING: ReadonlySet<string> = new Set(['failure', 'skipped', 'cancelled']);

/** A run can be run again for 30 days (GitHub docs, 'Re-running workflows and jobs'). */
const RERUN_MS = 30 * 24 * 60 * 60 * 1000;

/** Events that run what is on the branch; a pull request runs what it proposes. */
const PUSHED: ReadonlySet<string> = new Set(['push', 'workflow_dispatch']);

/** Source of runs: `GitHub`. */
export type Runs = Pick<GitHub, 'runsOf' | 'jobsOf'>;

/** A workflow by the name of its file. */
export interface Workflow {
  /** `owner/name` */
  readonly repository: string;
  readonly file: string;
}

/** A commit that a run deployed, or began to. */
export interface Deployment {
  readonly commit: string;
  /** Page of the run. */
  readonly url: string;
}

interface EndedDeployment extends Deployment {
  /** End of its job, in milliseconds. */
  readonly at: number;
  readonly isDone: boolean;
}

export interface LastDeployment {
  /** Absent where the workflow has deployed nothing yet. */
  readonly last?: Deployment;
  /** Deployments that began later and failed: they may have changed something. */
  readonly unfinished: readonly Deployment[];
}

/**
 * Finds what the workflow deployed last: by its runs on the deployed branch, which GitHub itself notes down. A record that the
 * workflow wrote, such as a tag or a deployment, could be written by whoever can push a branch.
 */
export async function findLastDeployment(github: Runs, workflow: Workflow): Promise<LastDeployment> {
  const ended: EndedDeployment[] = [];
  let last: EndedDeployment | undefined;
  for await (const run of github.runsOf(workflow.file, DEPLOYED_BRANCH)) {
    if (last !== undefined && Date.parse(run.created_at) < last.at - RERUN_MS) break;
    if (!isOwn(run, workflow) || !mayMatter(run, last)) continue;
    ended.push(...(await deploymentsOf(github, run)));
    last = ended.filter(({ isDone }) => isDone).toSorted((a, b) => b.at - a.at)[0];
  }
  const since = last?.at ?? 0;
  const unfinished = ended.filter(({ isDone, at }) => !isDone && at > since).map(bare);
  return { ...(last && { last: bare(last) }), unfinished };
}

/** A fork may have a branch of the same name, and another workflow in the same file. */
function isOwn({ head_repository, head_branch, event }: WorkflowRun, { repository }: Workflow): boolean {
  const isOfRepository = head_repository?.full_name.toLowerCase() === repository.toLowerCase();
  return isOfRepository && head_branch === DEPLOYED_BRANCH && PUSHED.has(event);
}

/** An older run matters only where it was run again after what is known. */
function mayMatter({ conclusion, updated_at }: WorkflowRun, last: EndedDeployment | undefined): boolean {
  return conclusion !== 'skipped' && (last === undefined || Date.parse(updated_at) > last.at);
}

async function deploymentsOf(github: Runs, run: WorkflowRun): Promise<readonly EndedDeployment[]> {
  const jobs = await github.jobsOf(run.id);
  return jobs.flatMap(({ name, conclusion, completed_at, steps }) => {
    if (name !== DEPLOY_JOB || conclusion == null || completed_at == null) return [];
    const isDone = conclusion === 'success';
    if (!isDone && hasChangedNothing(steps ?? [])) return [];
    return [{ commit: run.head_sha, url: run.html_url, at: Date.parse(completed_at), isDone }];
  });
}

/** A job that waited for a reviewer and was rejected has no steps. */
function hasChangedNothing(steps: NonNullable<WorkflowJob['steps']>): boolean {
  const approval = steps.find(({ name }) => name === APPROVAL_STEP)?.conclusion;
  return steps.length === 0 || (approval != null && CHANGED_NOTHING.has(approval));
}

function bare({ commit, url }: EndedDeployment): Deployment {
  return { commit, url };
}
