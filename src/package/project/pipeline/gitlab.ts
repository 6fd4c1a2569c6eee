import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import { GITLAB_TOUCHED, TOUCHED } from '../../../estate/sections/pipeline/deployments';
import { MARK_LINE } from '../mark';
import type { Files } from '../files';
import { PIPELINES } from './jobs';
import { type Job, type Pipeline, publishes, type Step } from './model';
import type { PipelineEstate } from './options';
import { awsLines, identityPrefix, PULUMI_LINES, shellTest, upper } from './shell-steps';
import { choosingJobs, deploymentFile, STAGES } from './gitlab-deployments';
import { NODE_IMAGE } from './versions';
import { yamlText } from './yaml-text';

const COMPONENT = '.gitlab/identity.yml';

/** The pipeline of GitLab: a component with the jobs of one estate, and the file that includes it for each. */
export function gitLabFiles(estates: readonly PipelineEstate[], image: string): Files {
  const include = estates.map((estate) => inclusion(estate, image));
  return {
    '.gitlab-ci.yml': entry(include),
    [COMPONENT]: component(),
    ...deploymentFile(include, image),
  };
}

/** The jobs of an estate. */
function inclusion({ name, deployEnvironment = name, previewEnvironment = 'preview' }: PipelineEstate, image: string) {
  return {
    local: `/${COMPONENT}`,
    inputs: {
      estate: name,
      'deploy-environment': deployEnvironment,
      'preview-environment': previewEnvironment,
      ...(image !== '' && { image }),
    },
  };
}

function entry(include: readonly object[]): string {
  const estate = {
    description: `An estate that is deployed, touched or not; or ${TOUCHED}, each that differs from what was deployed last of it.`,
    default: TOUCHED,
    regex: '^[A-Za-z0-9_-]+$',
  };
  const header = yamlText({
    comment: [
      MARK_LINE,
      'What a merge request changes; what is deployed from the branch; what somebody changed by hand.',
    ],
    value: { spec: { inputs: { estate } } },
    apart: [],
  });
  const body = yamlText({
    comment: [],
    value: {
      workflow: {
        rules: [
          { if: '$CI_PIPELINE_SOURCE == "merge_request_event"' },
          { if: `$CI_COMMIT_BRANCH == "${DEPLOYED_BRANCH}"` },
        ],
      },
      stages: STAGES,
      variables: { IDENTITY_ESTATE: '$[[ inputs.estate ]]' },
      include,
    },
    apart: [],
  });
  return `${header}---\n${body}`;
}

const ESTATE = '$[[ inputs.estate ]]';

function component(): string {
  const inputs = {
    estate: { description: 'The estate: a folder of estates/.' },
    'deploy-environment': { description: 'Protected environment whose approvers let a deployment start.' },
    'preview-environment': { description: 'Protected environment whose approvers let a merge request ask Pulumi.' },
    image: { description: 'Image of the jobs, with Node, git and curl.', default: NODE_IMAGE },
  };
  const header = yamlText({
    comment: [MARK_LINE, 'The jobs of one estate.'],
    value: { spec: { inputs } },
    apart: [],
  });
  const jobs = Object.fromEntries(
    Object.values(PIPELINES).flatMap((pipeline) => pipeline.jobs.map((job) => [keyOf(job), jobPart(pipeline, job)])),
  );
  return `${header}---\n${yamlText({ comment: [], value: { ...choosingJobs(), ...jobs }, apart: [] })}`;
}

/** Name of a job; all jobs of a repository have names of their own. */
function keyOf({ id, name, namesEstate }: Job): string {
  return `${namesEstate ? name : id} ${ESTATE}`;
}

function jobPart(pipeline: Pipeline, job: Job): object {
  const { minutes, rights, steps } = job;
  const signsIn = rights.includes('sign-in');
  return {
    stage: stageOf(pipeline, job),
    image: '$[[ inputs.image ]]',
    rules: [ruleOf(pipeline, job)],
    needs: needsOf(pipeline, job),
    timeout: `${minutes} minutes`,
    interruptible: pipeline.occasion === 'preview' ? true : undefined,
    ...(isDeployment(job) && { resource_group: `identity-deploy-${ESTATE}` }),
    environment: signsIn ? environmentOf(job) : undefined,
    id_tokens: signsIn ? ID_TOKENS : undefined,
    variables: { ESTATE, GIT_DEPTH: '0' },
    script: scriptOf(job),
    artifacts: artifactsOf(steps),
  };
}

const ID_TOKENS = {
  AWS_ID_TOKEN: { aud: 'sts.amazonaws.com' },
  AZURE_ID_TOKEN: { aud: 'api://AzureADTokenExchange' },
};

const isDeployment = ({ environment }: Job): boolean => environment === 'deploy';

/** The subject of a token has the tier of the environment, which tells what reads from what deploys. */
function environmentOf(job: Job): object {
  const { environment } = job;
  if (environment === undefined && publishes(job))
    return { name: `identity-publish-${ESTATE}`, deployment_tier: 'staging', action: 'access' };
  if (environment === undefined)
    return { name: `identity-read-${ESTATE}`, deployment_tier: 'testing', action: 'access' };
  const deployment_tier = environment === 'deploy' ? 'production' : 'testing';
  return { name: `$[[ inputs.${environment}-environment ]]`, deployment_tier };
}

function stageOf({ occasion }: Pipeline, job: Job): (typeof STAGES)[number] {
  if (isDeployment(job)) return 'deploy';
  if (occasion === 'entra') return 'allow';
  if (job.needs.length === 0) return 'ask';
  return job.needs.includes('deploy') ? 'check' : 'show';
}

const EVENTS: Readonly<Record<Pipeline['occasion'], string>> = {
  preview: '$CI_PIPELINE_SOURCE == "merge_request_event"',
  entra: '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_EVENT_TYPE != "merge_train"',
  // A pipeline that says nothing of what it is for deploys every estate.
  deploy: `$CI_COMMIT_BRANCH == "${DEPLOYED_BRANCH}" && $CI_PIPELINE_SOURCE == "parent_pipeline" && ($${GITLAB_TOUCHED} !~ /^,/ || $${GITLAB_TOUCHED} =~ /,${ESTATE},/)`,
  drift: `$CI_COMMIT_BRANCH == "${DEPLOYED_BRANCH}" && $CI_PIPELINE_SOURCE == "schedule" && $IDENTITY_OCCASION != "accounts"`,
  // A schedule of its own says it, or a trigger.
  accounts: `$CI_COMMIT_BRANCH == "${DEPLOYED_BRANCH}" && $IDENTITY_OCCASION == "accounts"`,
};

function ruleOf({ occasion }: Pipeline, job: Job): object {
  const rule = { if: EVENTS[occasion] };
  // A person starts what is approved. A merge request does not wait for Pulumi.
  if (isDeployment(job)) return { ...rule, when: 'manual', allow_failure: false };
  if (job.environment === 'preview') return { ...rule, when: 'manual', allow_failure: true };
  return job.afterFailure && occasion !== 'entra' ? { ...rule, when: 'always' } : rule;
}

/** Jobs that come before, and those whose files it takes. */
function needsOf(pipeline: Pipeline, { needs, steps }: Job): readonly string[] {
  const known = [...(pipeline.occasion === 'entra' ? PIPELINES.preview.jobs : []), ...pipeline.jobs];
  const taken = steps.flatMap((step) => (step.kind === 'take' ? step.artifacts.map(({ name }) => name) : []));
  const leaves = ({ steps: all }: Job): boolean =>
    all.some((step) => step.kind === 'leave' && taken.includes(step.artifact.name));
  return known.filter((job) => needs.includes(job.id) || leaves(job)).map(keyOf);
}

function scriptOf({ when, rights, steps }: Job): readonly string[] {
  const isFailureKept = steps.some(({ always }) => always);
  return [
    'umask 077',
    'npm ci --no-audit --no-fund',
    'npx --no-install entra-aws ci-settings --estate "$ESTATE" --output gitlab --out .identity-settings.sh',
    '. ./.identity-settings.sh',
    `if ! ${shellTest(when ?? 'TOUCHED')}; then echo "nothing to do for $ESTATE"; exit 0; fi`,
    ...(rights.includes('sign-in') ? SIGN_IN_LINES : []),
    ...steps.flatMap(linesOf),
    ...(isFailureKept ? ['exit "${FAILED:-0}"'] : []),
  ];
}

/** Files of the tokens, which the SDKs of AWS and Azure read. */
const SIGN_IN_LINES = [
  'export AWS_WEB_IDENTITY_TOKEN_FILE="/tmp/identity-aws-$CI_JOB_ID" AWS_ROLE_SESSION_NAME="gitlab-$CI_JOB_ID"',
  'printf %s "$AWS_ID_TOKEN" >"$AWS_WEB_IDENTITY_TOKEN_FILE"',
];

function linesOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'run': {
      const { run, identity, always, when } = step;
      const line = identity === undefined ? run : `${identityPrefix(identity)} ${run}`;
      const kept = always ? `${line} || FAILED=1` : line;
      return [when === undefined ? kept : `if ${shellTest(when)}; then ${kept}; fi`];
    }
    case 'aws':
      return awsLines(step);
    case 'pulumi':
      return [
        ...PULUMI_LINES,
        'export AZURE_FEDERATED_TOKEN_FILE="/tmp/identity-azure-$CI_JOB_ID" ARM_OIDC_TOKEN="$AZURE_ID_TOKEN"',
        `export AZURE_TENANT_ID="$WORKFORCE_TENANT_ID" AZURE_CLIENT_ID="$WORKFORCE_${upper(step.role)}_CLIENT_ID"`,
        'printf %s "$AZURE_ID_TOKEN" >"$AZURE_FEDERATED_TOKEN_FILE"',
      ];
    // GitLab puts the files of `needs` where they were.
    case 'take':
    case 'leave':
      return [];
  }
}

function artifactsOf(steps: readonly Step[]): object | undefined {
  const left = steps.flatMap((step) => (step.kind === 'leave' ? [step.artifact] : []));
  if (left.length === 0) return undefined;
  const excluded = left.filter(({ path, except }) =>
    left.every((other) => other.path !== path || other.except === except),
  );
  const exclude = excluded.flatMap(({ except }) => except ?? []);
  return {
    when: 'always',
    access: 'developer',
    expire_in: '14 days',
    paths: [...new Set(left.map(({ path }) => path))],
    ...(exclude.length > 0 && { exclude }),
  };
}
