import { isDeepStrictEqual } from 'node:util';
import { PIPELINES } from '../../../deploy/ci/jobs';
import { type Pipeline, PLAN_FOLDER } from '../../../deploy/ci/model';
import { GITLAB_DEPLOYMENT, GITLAB_JOBS, TOUCHED } from '../../../estate/sections/pipeline/deployments';
import { AWS_AUDIENCE, ENTRA_AUDIENCE } from '../../../estate/sections/pipeline/role-trust';
import { NPM_TOKEN } from '../../../estate/sections/pipeline/limits';
import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import type { Files } from '../files';
import { MARK_LINE } from '../mark';
import { gitLabCommands } from './commands';
import {
  ALWAYS_KEPT,
  CHOOSING,
  type Component,
  ESTATE,
  EVENTS,
  IN_MERGE_REQUEST,
  IS_ACCOUNTS,
  jobPart,
  type JobPart,
  KEPT,
  keyOf,
  READING,
  READS,
  STAGES,
  USUAL_MINUTES,
} from './gitlab-job';
import type { PipelineEstate, PipelineOptions } from './options';
import { NODE_IMAGE } from './versions';
import { type Part, yamlText } from './yaml-text';

const COMPONENT = '.gitlab/identity.yml';
/** The pipeline of GitLab: a component with the jobs of one estate, and the files that include it for each. */
export function gitLabFiles(options: PipelineOptions): Files {
  const { estates, toolImage, runners, branch = DEPLOYED_BRANCH, registry } = options;
  const onBranch = `$CI_COMMIT_BRANCH == "${branch}"`;
  const include = estates.map((estate) => inclusion(estate, toolImage));
  return {
    '.gitlab-ci.yml': entry(include, onBranch),
    [COMPONENT]: component({ tags: runners, onBranch, commands: gitLabCommands(registry?.tokenSecret, NPM_TOKEN) }),
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
  const events = [IN_MERGE_REQUEST, onBranch];
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

/** File with the jobs that have something to do, as the pipeline of a branch that deploys has it in a variable. */
const JOBS_FILE = 'identity-jobs.yml';
/** A job that has nothing to do installs nothing. In a pipeline that deploys there is no such job, and no file. */
const CHOICE = `if [ -f ${JOBS_FILE} ] && ! grep -q ",$ESTATE:$JOB," ${JOBS_FILE}; then echo "$JOB has nothing to do for $ESTATE"; exit 0; fi`;

function component(made: Component): string {
  const inputs = {
    estate: { description: 'The estate: a folder of estates/.' },
    'deploy-environment': { description: 'Protected environment whose approvers let a deployment start.' },
    'preview-environment': { description: 'Protected environment whose approvers let a merge request ask Pulumi.' },
    image: { description: 'Image of the jobs, with Node and git.', default: NODE_IMAGE },
  };
  const header = yamlText({ comment: [MARK_LINE, 'The jobs of one estate.'], value: { spec: { inputs } } });
  const bases = basesOf(made);
  const jobs = Object.values(PIPELINES).flatMap((pipeline: Pipeline) =>
    pipeline.jobs.map((job) => [keyOf(job), inheriting(jobPart(pipeline, job, made), bases)] as const),
  );
  const value = { ...bases, ...choosingJobs(made), ...Object.fromEntries(jobs) };
  return `${header}---\n${yamlText({ comment: [], value })}`;
}

type Bases = Readonly<Record<string, Part>>;

/** Parts that jobs have in common. */
function basesOf({ tags, onBranch, commands: { install, job } }: Component): Bases {
  const chosen = { needs: [CHOOSING] };
  const rules = (occasion: 'preview' | 'drift' | 'accounts'): Part => ({
    rules: [{ if: EVENTS[occasion]('', onBranch) }],
  });
  return {
    '.identity': {
      image: '$[[ inputs.image ]]',
      tags,
      stage: STAGES[0],
      timeout: `${USUAL_MINUTES} minutes`,
      variables: { GIT_DEPTH: '0' },
      script: [CHOICE, install, job],
    },
    '.identity-preview': { ...rules('preview'), ...chosen, interruptible: true },
    '.identity-drift': { ...rules('drift'), ...chosen },
    '.identity-accounts': { ...rules('accounts'), ...chosen },
    '.identity-signs-in': {
      id_tokens: { AWS_ID_TOKEN: { aud: AWS_AUDIENCE }, AZURE_ID_TOKEN: { aud: ENTRA_AUDIENCE } },
    },
    // One that names the estate has a name of its own: the last one of a name counts for all estates.
    [READING]: { extends: '.identity-signs-in', environment: READS },
    '.identity-keeps': { artifacts: { ...ALWAYS_KEPT, paths: [`${PLAN_FOLDER}/`] } },
  };
}

/** Leaves out of a job what its bases say. */
function inheriting(job: JobPart, bases: Bases): Part {
  const inherited = Object.assign({}, ...job.extends.map((base) => bases[base])) as Part;
  return Object.fromEntries(
    Object.entries(job).filter(([key, value]) => key === 'extends' || !isDeepStrictEqual(value, inherited[key])),
  );
}

/** Jobs of the repository, once however many estates there are: each inclusion has the same. */
function choosingJobs({ onBranch, commands: { install, run } }: Component): Part {
  const file = 'identity-deploy.yml';
  const rules = [
    {
      if: `${onBranch} && $CI_PIPELINE_SOURCE != "schedule" && $CI_PIPELINE_SOURCE != "parent_pipeline" && $IDENTITY_OCCASION != "accounts"`,
    },
  ];
  return {
    'identity-settings': {
      extends: '.identity',
      stage: '.pre',
      rules,
      script: [install, run(`settings --deployment "\${IDENTITY_ESTATE:-${TOUCHED}}" --out ${file}`)],
      artifacts: { ...KEPT, paths: [file] },
    },
    [CHOOSING]: {
      extends: '.identity',
      stage: '.pre',
      rules: [{ if: IN_MERGE_REQUEST }, { if: `${onBranch} && ($CI_PIPELINE_SOURCE == "schedule" || ${IS_ACCOUNTS})` }],
      interruptible: true,
      script: [install, run(`settings --out ${JOBS_FILE}`)],
      artifacts: { ...KEPT, paths: [JOBS_FILE] },
    },
    'identity-deployments': {
      stage: STAGES[0],
      rules,
      needs: ['identity-settings'],
      trigger: { include: [{ artifact: file, job: 'identity-settings' }], strategy: 'depend' },
    },
  };
}
