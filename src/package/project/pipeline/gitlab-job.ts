import { APPROVAL, PIPELINES } from '../../../deploy/ci/jobs';
import { type Job, type Pipeline, PLAN_FOLDER } from '../../../deploy/ci/model';
import { GITLAB_JOBS } from '../../../estate/sections/pipeline/deployments';
import { GITLAB_TIERS } from '../../../estate/sections/pipeline/gitlab-trust';
import type { gitLabCommands } from './commands';
import type { Part } from './yaml-text';

/** Job that finds the jobs which have something to do, where no pipeline deploys. */
export const CHOOSING = 'identity-jobs';
export const STAGES = ['ask', 'show', 'allow', 'deploy', 'check'] as const;
export const ESTATE = '$[[ inputs.estate ]]';

export interface Component {
  readonly tags: readonly string[] | undefined;
  readonly onBranch: string;
  readonly commands: ReturnType<typeof gitLabCommands>;
}

/** Minutes that a job may take; one that takes longer says so. */
export const USUAL_MINUTES = 30;

export const KEPT = { access: 'developer', expire_in: '14 days' };
export const ALWAYS_KEPT = { when: 'always', ...KEPT };

/** Name of a job; all jobs of a repository have names of their own. */
export function keyOf({ id, name, namesEstate }: Job): string {
  return `${namesEstate ? name : id} ${ESTATE}`;
}

export interface JobPart extends Part {
  readonly extends: readonly string[];
}

export function jobPart(
  pipeline: Pipeline,
  job: Job,
  { onBranch, commands: { install, run, job: command } }: Component,
): JobPart {
  const { occasion } = pipeline;
  const environment = job.rights.includes('sign-in') ? environmentOf(job) : undefined;
  return {
    extends: [
      '.identity',
      ...(occasion === 'entra' || occasion === 'deploy' ? [] : [`.identity-${occasion}`]),
      ...(environment === undefined ? [] : [environment === READS ? READING : '.identity-signs-in']),
      ...(job.leaves ? ['.identity-keeps'] : []),
    ],
    stage: stageOf(pipeline, job),
    rules: [ruleOf(pipeline, job, onBranch)],
    needs: needsOf(pipeline, job),
    timeout: job.minutes > USUAL_MINUTES ? `${job.minutes} minutes` : undefined,
    resource_group: isDeployment(job) ? `identity-deploy-${ESTATE}` : undefined,
    environment,
    variables: { JOB: job.id, ESTATE },
    // After a failed line GitLab runs no other.
    script: isDeployment(job) ? [install, run(`${APPROVAL.id} --estate "$ESTATE"`), command] : undefined,
    artifacts: reportsOf(job),
  };
}

export const READING = `.identity-reads ${ESTATE}`;

const isDeployment = ({ environment }: Job): boolean => environment === 'deploy';

/** The subject of a token has the tier of the environment, which tells what reads from what deploys. */
export const READS = { name: `identity-read-${ESTATE}`, deployment_tier: GITLAB_TIERS.preview, action: 'access' };

function environmentOf({ environment, role }: Job): Part {
  const deployment_tier = GITLAB_TIERS[role ?? 'preview'];
  if (environment !== undefined) return { name: `$[[ inputs.${environment}-environment ]]`, deployment_tier };
  return role === 'publish' ? { name: `identity-publish-${ESTATE}`, deployment_tier, action: 'access' } : READS;
}

function stageOf({ occasion }: Pipeline, job: Job): (typeof STAGES)[number] {
  if (isDeployment(job)) return 'deploy';
  if (occasion === 'entra') return 'allow';
  if (job.needs.length === 0) return 'ask';
  return job.needs.includes('deploy') ? 'check' : 'show';
}

export const IN_MERGE_REQUEST = '$CI_PIPELINE_SOURCE == "merge_request_event"';
export const IS_ACCOUNTS = '$IDENTITY_OCCASION == "accounts"';

/** Events of an occasion, which may depend on the job. */
export const EVENTS: Readonly<Record<Pipeline['occasion'], (id: string, onBranch: string) => string>> = {
  preview: () => IN_MERGE_REQUEST,
  entra: () => `${IN_MERGE_REQUEST} && $CI_MERGE_REQUEST_EVENT_TYPE != "merge_train"`,
  // A pipeline that says nothing of what it is for deploys every estate.
  deploy: (id, onBranch) =>
    `${onBranch} && $CI_PIPELINE_SOURCE == "parent_pipeline" && ($${GITLAB_JOBS} !~ /^,/ || $${GITLAB_JOBS} =~ /,${ESTATE}:${id},/)`,
  drift: (_id, onBranch) => `${onBranch} && $CI_PIPELINE_SOURCE == "schedule" && $IDENTITY_OCCASION != "accounts"`,
  // A schedule of its own says it, or a trigger.
  accounts: (_id, onBranch) => `${onBranch} && ${IS_ACCOUNTS}`,
};

function ruleOf({ occasion }: Pipeline, job: Job, onBranch: string): Part {
  const rule = { if: EVENTS[occasion](job.id, onBranch) };
  // A person starts what is approved. A merge request does not wait for Pulumi.
  if (isDeployment(job)) return { ...rule, when: 'manual', allow_failure: false };
  if (job.environment === 'preview') return { ...rule, when: 'manual', allow_failure: true };
  return job.afterFailure && occasion !== 'entra' ? { ...rule, when: 'always' } : rule;
}

/** Jobs that come before, and those whose files it takes. Of two that write the same comment, one waits for the other. */
function needsOf(pipeline: Pipeline, job: Job): readonly unknown[] | undefined {
  const { needs, takes } = job;

  const isEntra = pipeline.occasion === 'entra';
  const known: readonly Job[] = [...(isEntra ? PIPELINES.preview.jobs : []), ...pipeline.jobs];
  const isBefore = ({ id, leaves }: Job): boolean =>
    needs.includes(id) ||
    (leaves !== undefined && takes.includes(leaves.name)) ||
    (isEntra && needs.length > 0 && id === 'report');
  const before = known.filter(isBefore).map(keyOf);
  if (pipeline.occasion !== 'deploy') return [CHOOSING, ...before];
  // A deployment may have nothing for a job, which is not there then.
  return before.length === 0 ? undefined : before.map((one) => ({ job: one, optional: true }));
}

/** GitLab shows errors of the estate beside its lines. It has no summary of a run: the file that is one is kept. */
function reportsOf({ id, leaves, steps }: Job): Part | undefined {
  if (id === 'preview') return { reports: { codequality: `${PLAN_FOLDER}/${ESTATE}/code-quality.json` } };
  const hasSummary = leaves === undefined && steps.some(({ run }) => run.endsWith(' --summary'));
  return hasSummary ? { ...ALWAYS_KEPT, paths: [`${PLAN_FOLDER}/summary.md`] } : undefined;
}
