import { PIPELINES } from '../../../deploy/ci/jobs';
import type { Job, Pipeline } from '../../../deploy/ci/model';
import { runnerOf, tokensOf } from '../../../deploy/forges/registry';
import { PLAN_FOLDER } from '../../../deploy/pipeline/steps';
import { DEFAULT_BRANCH, NPM_TOKEN, TOUCHED } from '../../../estate/sections/pipeline/limits';
import { DEPLOYMENT_FILE, ENTRY, JOBS_VARIABLE } from '../../../estate/sections/pipeline/forges/gitlab/facts';
import { GITLAB_TIERS } from '../../../estate/sections/pipeline/forges/gitlab/rules';
import { cloudAudience } from '../../../estate/sections/pipeline/pulumi-state';
import { AWS_AUDIENCE, ENTRA_AUDIENCE } from '../../../estate/sections/pipeline/role-trust';
import { quotedList } from '../../../text/suggest';
import type { Files } from '../files';
import { MARK_LINE } from '../mark';
import { CI, INSTALL, JOB, without } from './commands';
import type { PipelineOptions } from './options';
import { fromTemplate } from './yaml-template';

/** Image of the jobs, with Node, git and curl. */
const NODE_IMAGE = 'node:24.21.0-bookworm@sha256:64af3819f9275802414d7cdc38c27e9d82bd564dec4d4da87d008255d36c63b4';
const STAGES = ['ask', 'show', 'allow', 'deploy', 'check'] as const;
const ESTATE = '$[[ inputs.estate ]]';
/** Finds the jobs that have something to do, where no pipeline deploys. */
const CHOOSING = 'identity-jobs';
/** Minutes that a job may take; one that takes longer says so. */
const USUAL_MINUTES = 30;

/** Occasions that a variable of a schedule names; a schedule without it is that of drift. */
const NAMED = ['watch', 'accounts'] as const satisfies readonly Pipeline['occasion'][];
const isNamed = (occasion: (typeof NAMED)[number]): string => `$IDENTITY_OCCASION == "${occasion}"`;
const UNNAMED = NAMED.map((occasion) => `$IDENTITY_OCCASION != "${occasion}"`).join(' && ');

/** The pipeline of GitLab: a component with the jobs of one estate, and the files that include it for each. */
export function gitLabFiles(options: PipelineOptions): Files {
  const { estates, toolImage, runners: tags, branch = DEFAULT_BRANCH } = options;
  const onBranch = `$CI_COMMIT_BRANCH == "${branch}"`;
  const shared = {
    mark: MARK_LINE,
    stages: STAGES,
    include: estates.map(({ name, deployEnvironment = name, previewEnvironment = 'preview' }) => ({
      ...{ estate: name, 'deploy-environment': deployEnvironment, 'preview-environment': previewEnvironment },
      image: toolImage,
    })),
    tags,
  };
  const deployment = { ...shared, image: toolImage ?? NODE_IMAGE, jobs: JOBS_VARIABLE };
  return {
    [ENTRY]: fromTemplate('gitlab-entry', { ...shared, touched: TOUCHED, onBranch }),
    '.gitlab/identity.yml': component(options, onBranch),
    [DEPLOYMENT_FILE]: fromTemplate('gitlab-deployment', deployment),
  };
}

/** @throws Error where the estates are of several organizations of Pulumi Cloud: one job reads what was deployed of all */
function component({ runners: tags, registry, estates }: PipelineOptions, onBranch: string): string {
  const organizations = new Set(estates.flatMap(({ pulumiOrganization }) => pulumiOrganization ?? []));
  const [organization] = organizations;
  if (organizations.size > 1)
    throw new Error(
      `Fix the estates first: a token of GitLab is for one organization of Pulumi Cloud, so pipeline.pulumi.organization must be the same, got ${quotedList(organizations)}`,
    );
  const source = '$CI_PIPELINE_SOURCE';
  const jobs = Object.values(PIPELINES).flatMap((pipeline: Pipeline) =>
    pipeline.jobs.map((job) => jobPart({ pipeline, job, events: eventsOf(job, onBranch) })),
  );
  return fromTemplate('gitlab-component', {
    ...{
      mark: MARK_LINE,
      image: NODE_IMAGE,
      tags,
      minutes: USUAL_MINUTES,
      ...commandsOf(registry?.tokenSecret),
      folder: PLAN_FOLDER,
    },
    ...{
      tokens: {
        AWS_ID_TOKEN: { aud: AWS_AUDIENCE },
        AZURE_ID_TOKEN: { aud: ENTRA_AUDIENCE },
        ...(organization !== undefined && { PULUMI_ID_TOKEN: { aud: cloudAudience(organization) } }),
      },
      reads: reads(`identity-read-${ESTATE}`),
      readsAll: reads('identity-read'),
      touched: TOUCHED,
    },
    events: eventsOf(undefined, onBranch),
    onPush: `${onBranch} && ${source} != "schedule" && ${source} != "parent_pipeline" && ${UNNAMED}`,
    onSchedule: `${onBranch} && (${source} == "schedule" || ${isNamed('accounts')})`,
    jobs,
  });
}

/** Events of each occasion, which may depend on the job. */
function eventsOf(job: Job | undefined, onBranch: string): Readonly<Record<Pipeline['occasion'], string>> {
  const inMergeRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"';
  return {
    preview: inMergeRequest,
    entra: `${inMergeRequest} && $CI_MERGE_REQUEST_EVENT_TYPE != "merge_train"`,
    // A pipeline that says nothing of what it is for deploys every estate.
    deploy: `${onBranch} && $CI_PIPELINE_SOURCE == "parent_pipeline" && ($${JOBS_VARIABLE} !~ /^,/ || $${JOBS_VARIABLE} =~ /,${ESTATE}:${job?.id ?? ''},/)`,
    drift: `${onBranch} && $CI_PIPELINE_SOURCE == "schedule" && ${UNNAMED}`,
    watch: `${onBranch} && $CI_PIPELINE_SOURCE == "schedule" && ${isNamed('watch')}`,
    // A schedule of its own says it, or a trigger.
    accounts: `${onBranch} && ${isNamed('accounts')}`,
  };
}

interface Among {
  readonly pipeline: Pipeline;
  readonly job: Job;
  readonly events: Readonly<Record<Pipeline['occasion'], string>>;
}

/** A job, without what its bases say. */
function jobPart({ pipeline, job, events }: Among): object {
  const { occasion } = pipeline;
  const { bases, environment } = identityOf(job);
  return {
    key: keyOf(job),
    extends: [
      '.identity',
      ...(hasBase(pipeline) ? [`.identity-${occasion}`] : []),
      ...bases,
      ...(job.leaves ? ['.identity-keeps'] : []),
    ],
    stage: stageOf(pipeline, job),
    rule: ruleOf(pipeline, job, events[occasion]),
    needs: needsOf(pipeline, job),
    timeout: job.minutes > USUAL_MINUTES ? `${job.minutes} minutes` : undefined,
    environment,
    before_script: job.isOfDefaultBranch && ['git checkout --quiet --detach "refs/remotes/origin/$CI_DEFAULT_BRANCH"'],
    variables: { JOB: job.id, ESTATE },
    artifacts: reportsOf(job),
    ...(isDeployment(job) && { resource_group: `identity-deploy-${ESTATE}` }),
  };
}

/** Tells whether jobs of a pipeline have their rule, and what they wait for, from a base. */
const hasBase = ({ occasion }: Pipeline): boolean => occasion !== 'entra' && occasion !== 'deploy';

/** Name of a job; all jobs of a repository have names of their own. */
const keyOf = ({ id }: Job): string => `${id} ${ESTATE}`;

const isDeployment = ({ environment }: Job): boolean => environment === 'deploy';

/** The subject of a token has the tier of the environment, which tells what reads from what deploys. */
const reads = (name: string): object => ({ name, deployment_tier: GITLAB_TIERS.preview, action: 'access' });

function identityOf({ rights, environment, role }: Job): { readonly bases: string[]; readonly environment?: object } {
  // The variable with its token is of this environment, which no other job has.
  if (rights.includes('push')) return { bases: [], environment: reads(`identity-place-${ESTATE}`) };
  if (!rights.includes('sign-in')) return { bases: [] };
  const [deployment_tier, bases] = [GITLAB_TIERS[role ?? 'preview'], ['.identity-signs-in']];
  if (environment !== undefined)
    return { bases, environment: { name: `$[[ inputs.${environment}-environment ]]`, deployment_tier } };
  if (role === 'publish')
    return { bases, environment: { name: `identity-publish-${ESTATE}`, deployment_tier, action: 'access' } };
  return { bases: [`.identity-reads ${ESTATE}`] };
}

/** Stage of a job, unless it is the first one. */
function stageOf({ occasion }: Pipeline, job: Job): string | undefined {
  if (isDeployment(job)) return 'deploy';
  if (occasion === 'entra') return 'allow';
  if (job.needs.length === 0) return undefined;
  return job.needs.includes('deploy') ? 'check' : 'show';
}

/** A person starts what is approved. A merge request does not wait for Pulumi. */
function ruleOf(pipeline: Pipeline, job: Job, event: string): object | undefined {
  if (job.environment !== undefined) return { if: event, when: 'manual', allow_failure: !isDeployment(job) };
  if (job.afterFailure && pipeline.occasion !== 'entra') return { if: event, when: 'always' };
  return hasBase(pipeline) ? undefined : { if: event };
}

/** Jobs that come before, and those whose files it takes. Of two that write the same comment, one waits for the other. */
function needsOf(pipeline: Pipeline, { needs, takes }: Job): readonly unknown[] | undefined {
  const isEntra = pipeline.occasion === 'entra';
  const known: readonly Job[] = [...(isEntra ? PIPELINES.preview.jobs : []), ...pipeline.jobs];
  const isBefore = ({ id, leaves }: Job): boolean =>
    needs.includes(id) ||
    (leaves !== undefined && takes.includes(leaves.name)) ||
    (isEntra && needs.length > 0 && id === 'report');
  const before = known.filter(isBefore).map(keyOf);
  if (before.length === 0) return isEntra ? [CHOOSING] : undefined;
  if (pipeline.occasion !== 'deploy') return [CHOOSING, ...before];
  // A deployment may have nothing for a job, which is not there then.
  return before.map((one) => ({ job: one, optional: true }));
}

/** GitLab shows errors of the estate beside its lines. It has no summary of a run: the file that is one is kept. */
function reportsOf({ id, leaves, steps }: Job): object | undefined {
  if (id === 'preview') return { reports: { codequality: `${PLAN_FOLDER}/${ESTATE}/code-quality.json` } };
  const hasSummary = leaves === undefined && steps.some(({ run }) => run.endsWith(' --summary'));
  const kept = { when: 'always', access: 'developer', expire_in: '14 days' };
  return hasSummary ? { ...kept, paths: [`${PLAN_FOLDER}/summary.md`] } : undefined;
}

const TOKENS = runnerOf('gitlab').tokens;

/** Variables with which whatever a package runs when it is installed could sign in, or write to the forge. */
const HIDDEN = [...TOKENS.signsIn, 'GITLAB_TOKEN', ...TOKENS.proposes];

/** GitLab runs all lines of a job in one shell, whose variables have every token. */
function commandsOf(tokenSecret: string | undefined) {
  const token = tokenSecret === undefined || tokenSecret === NPM_TOKEN ? '' : `${NPM_TOKEN}="$${tokenSecret}" `;
  const isOfForge = tokenSecret !== undefined && [...tokensOf('asks'), ...tokensOf('proposes')].includes(tokenSecret);
  // A token of the forge, such as the one of the job for GitLab's own registry, is for the steps that `ci` gives it to.
  const hidden = tokenSecret === undefined || isOfForge ? [] : [tokenSecret];
  const run = (words: string): string => without(hidden, `${CI} ${words}`);
  return { install: without(HIDDEN, `${token}${INSTALL}`), run, job: run(JOB) };
}
