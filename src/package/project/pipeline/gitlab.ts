import { APPROVAL, PIPELINES } from '../../../deploy/ci/jobs';
import { type Job, type Pipeline, PLAN_FOLDER } from '../../../deploy/ci/model';
import { GITLAB_DEPLOYMENT, GITLAB_JOBS, TOUCHED } from '../../../estate/sections/pipeline/deployments';
import { GITLAB_TIERS } from '../../../estate/sections/pipeline/gitlab-trust';
import { AWS_AUDIENCE, ENTRA_AUDIENCE } from '../../../estate/sections/pipeline/role-trust';
import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import type { Files } from '../files';
import { MARK_LINE } from '../mark';
import type { PipelineEstate, PipelineOptions } from './options';
import { NODE_IMAGE } from './versions';
import { type Part, yamlText } from './yaml-text';

const COMPONENT = '.gitlab/identity.yml';
const STAGES = ['ask', 'show', 'allow', 'deploy', 'check'] as const;
const ESTATE = '$[[ inputs.estate ]]';

/** The pipeline of GitLab: a component with the jobs of one estate, and the files that include it for each. */
export function gitLabFiles({ estates, toolImage, runners, branch = DEPLOYED_BRANCH }: PipelineOptions): Files {
  const onBranch = `$CI_COMMIT_BRANCH == "${branch}"`;
  const include = estates.map((estate) => inclusion(estate, toolImage));
  return {
    '.gitlab-ci.yml': entry(include, onBranch),
    [COMPONENT]: component(runners, onBranch),
    [GITLAB_DEPLOYMENT]: deployment(include, { image: toolImage ?? NODE_IMAGE, tags: runners }),
  };
}

/** The jobs of an estate. */
function inclusion(
  { name, deployEnvironment = name, previewEnvironment = 'preview' }: PipelineEstate,
  image?: string,
): Part {
  return {
    local: `/${COMPONENT}`,
    inputs: {
      estate: name,
      'deploy-environment': deployEnvironment,
      'preview-environment': previewEnvironment,
      image,
    },
  };
}

function entry(include: readonly object[], onBranch: string): string {
  const estate = {
    description: `An estate that is deployed, touched or not; or ${TOUCHED}, each that differs from what was deployed last of it.`,
    default: TOUCHED,
    regex: '^[A-Za-z0-9_-]+$',
  };
  const about = 'What a merge request changes; what is deployed from the branch; what somebody changed by hand.';
  const header = yamlText({ comment: [MARK_LINE, about], value: { spec: { inputs: { estate } } } });
  const events = ['$CI_PIPELINE_SOURCE == "merge_request_event"', onBranch];
  const body = yamlText({
    comment: [],
    value: {
      workflow: { rules: events.map((one) => ({ if: one })) },
      stages: STAGES,
      variables: { IDENTITY_ESTATE: ESTATE },
      include,
    },
  });
  return `${header}---\n${body}`;
}

/** The pipeline that deploys, which the pipeline of the branch starts for the jobs that it found. */
function deployment(include: readonly object[], machine: Part): string {
  const nothing = {
    stage: STAGES[0],
    ...machine,
    rules: [{ if: `$${GITLAB_JOBS} == ","` }],
    variables: { GIT_STRATEGY: 'none' },
    // GitLab makes no pipeline without a job.
    script: ['echo "no estate differs from what was deployed last of it"'],
  };
  const about = `What is deployed from the branch: the jobs in $${GITLAB_JOBS}.`;
  return yamlText({ comment: [MARK_LINE, about], value: { stages: STAGES, include, nothing } });
}

const SCRIPT = ['npm ci --no-audit --no-fund', 'npx --no-install entra-aws ci "$JOB" --estate "$ESTATE"'] as const;
/** After a failed line GitLab runs no other. */
const DEPLOY_SCRIPT = [SCRIPT[0], SCRIPT[1].replace('"$JOB"', APPROVAL.id), SCRIPT[1]];

/** Minutes that a job may take unless it says otherwise. */
const USUAL_MINUTES = 30;

const KEPT = { when: 'always', access: 'developer', expire_in: '14 days' };

function component(tags: readonly string[] | undefined, onBranch: string): string {
  const inputs = {
    estate: { description: 'The estate: a folder of estates/.' },
    'deploy-environment': { description: 'Protected environment whose approvers let a deployment start.' },
    'preview-environment': { description: 'Protected environment whose approvers let a merge request ask Pulumi.' },
    image: { description: 'Image of the jobs, with Node and git.', default: NODE_IMAGE },
  };
  const header = yamlText({ comment: [MARK_LINE, 'The jobs of one estate.'], value: { spec: { inputs } } });
  const shared = {
    '.identity': {
      image: '$[[ inputs.image ]]',
      tags,
      timeout: `${USUAL_MINUTES} minutes`,
      variables: { GIT_DEPTH: '0' },
      script: SCRIPT,
    },
    '.identity-signs-in': {
      id_tokens: { AWS_ID_TOKEN: { aud: AWS_AUDIENCE }, AZURE_ID_TOKEN: { aud: ENTRA_AUDIENCE } },
    },
    '.identity-keeps': { artifacts: { ...KEPT, paths: [`${PLAN_FOLDER}/`] } },
  };
  const jobs = Object.values(PIPELINES).flatMap((pipeline: Pipeline) =>
    pipeline.jobs.map((job) => [keyOf(job), jobPart(pipeline, job, onBranch)] as const),
  );
  const value = { ...shared, ...choosingJobs(onBranch), ...Object.fromEntries(jobs) };
  return `${header}---\n${yamlText({ comment: [], value })}`;
}

/** Jobs of the repository, once however many estates there are: each inclusion has the same. */
function choosingJobs(onBranch: string): Part {
  const file = 'identity-deploy.yml';
  const rules = [
    {
      if: `${onBranch} && $CI_PIPELINE_SOURCE != "schedule" && $CI_PIPELINE_SOURCE != "parent_pipeline" && $IDENTITY_OCCASION != "accounts"`,
    },
  ];
  const find = `npx --no-install entra-aws ci settings --deployment "\${IDENTITY_ESTATE:-${TOUCHED}}" --out ${file}`;
  return {
    'identity-settings': {
      extends: '.identity',
      stage: '.pre',
      rules,
      script: [SCRIPT[0], find],
      artifacts: { paths: [file], access: 'developer', expire_in: '14 days' },
    },
    'identity-deployments': {
      stage: STAGES[0],
      rules,
      needs: ['identity-settings'],
      trigger: { include: [{ artifact: file, job: 'identity-settings' }], strategy: 'depend' },
    },
  };
}

/** Name of a job; all jobs of a repository have names of their own. */
function keyOf({ id, name, namesEstate }: Job): string {
  return `${namesEstate ? name : id} ${ESTATE}`;
}

function jobPart(pipeline: Pipeline, job: Job, onBranch: string): Part {
  const signsIn = job.rights.includes('sign-in');
  return {
    extends: ['.identity', ...(signsIn ? ['.identity-signs-in'] : []), ...(job.leaves ? ['.identity-keeps'] : [])],
    stage: stageOf(pipeline, job),
    rules: [ruleOf(pipeline, job, onBranch)],
    needs: needsOf(pipeline, job),
    timeout: job.minutes === USUAL_MINUTES ? undefined : `${job.minutes} minutes`,
    interruptible: pipeline.occasion === 'preview' ? true : undefined,
    resource_group: isDeployment(job) ? `identity-deploy-${ESTATE}` : undefined,
    environment: signsIn ? environmentOf(job) : undefined,
    variables: { JOB: job.id, ESTATE },
    script: isDeployment(job) ? DEPLOY_SCRIPT : undefined,
    artifacts: reportsOf(job),
  };
}

const isDeployment = ({ environment }: Job): boolean => environment === 'deploy';

/** The subject of a token has the tier of the environment, which tells what reads from what deploys. */
function environmentOf({ environment, role }: Job): Part {
  const deployment_tier = GITLAB_TIERS[role ?? 'preview'];
  if (environment !== undefined) return { name: `$[[ inputs.${environment}-environment ]]`, deployment_tier };
  const name = role === 'publish' ? `identity-publish-${ESTATE}` : `identity-read-${ESTATE}`;
  return { name, deployment_tier, action: 'access' };
}

function stageOf({ occasion }: Pipeline, job: Job): (typeof STAGES)[number] {
  if (isDeployment(job)) return 'deploy';
  if (occasion === 'entra') return 'allow';
  if (job.needs.length === 0) return 'ask';
  return job.needs.includes('deploy') ? 'check' : 'show';
}

/** Events of an occasion, which may depend on the job. */
const EVENTS: Readonly<Record<Pipeline['occasion'], (job: Job, onBranch: string) => string>> = {
  preview: () => '$CI_PIPELINE_SOURCE == "merge_request_event"',
  entra: () => '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_EVENT_TYPE != "merge_train"',
  // A pipeline that says nothing of what it is for deploys every estate.
  deploy: ({ id }, onBranch) =>
    `${onBranch} && $CI_PIPELINE_SOURCE == "parent_pipeline" && ($${GITLAB_JOBS} !~ /^,/ || $${GITLAB_JOBS} =~ /,${ESTATE}:${id},/)`,
  drift: (_job, onBranch) => `${onBranch} && $CI_PIPELINE_SOURCE == "schedule" && $IDENTITY_OCCASION != "accounts"`,
  // A schedule of its own says it, or a trigger.
  accounts: (_job, onBranch) => `${onBranch} && $IDENTITY_OCCASION == "accounts"`,
};

function ruleOf({ occasion }: Pipeline, job: Job, onBranch: string): Part {
  const rule = { if: EVENTS[occasion](job, onBranch) };
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
  if (before.length === 0) return stageOf(pipeline, job) === STAGES[0] ? undefined : [];
  // A deployment may have nothing for a job, which is not there then.
  return pipeline.occasion === 'deploy' ? before.map((one) => ({ job: one, optional: true })) : before;
}

/** GitLab shows errors of the estate beside its lines. It has no summary of a run: the file that is one is kept. */
function reportsOf({ id, leaves, steps }: Job): Part | undefined {
  if (id === 'preview') return { reports: { codequality: `${PLAN_FOLDER}/${ESTATE}/code-quality.json` } };
  const hasSummary = leaves === undefined && steps.some(({ run }) => run.endsWith(' --summary'));
  return hasSummary ? { ...KEPT, paths: [`${PLAN_FOLDER}/summary.md`] } : undefined;
}
