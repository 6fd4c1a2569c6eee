import { DEPLOYMENT_HOURS } from '../../estate/sections/pipeline/pipeline';
import { APPROVAL_STEP, DEPLOY_JOB } from '../forges/job-names';
import type { Account, Job, Pipeline, Step } from './model';
import {
  ACCOUNTS,
  answers,
  ask,
  DEPLOYED,
  deployedCommit,
  entraAws,
  LAST_DEPLOYED,
  type Mode,
  plans,
  PROGRAMS,
  stacksIn,
  SYNTH,
  UP_TO_DATE,
} from './parts';

interface Asks {
  readonly id: string;
  /** True if what it leaves is deployed. */
  readonly deploys?: boolean;
  /** True if a reviewer has to let it run. */
  readonly isReviewed?: boolean;
}

/** Drift is compared with what the forge says was deployed last. */
const LOOK: Readonly<Record<Mode, Pick<Job, 'rights' | 'steps'>>> = {
  plan: { rights: ['sign-in'], steps: [] },
  drift: { rights: ['sign-in', 'runs'], steps: [LAST_DEPLOYED] },
};

/** Asks the CDK about what is deployed, with roles that read and decrypt nothing. */
function asksCdk(mode: Mode, { id, deploys = false }: Asks): Job {
  return {
    id,
    name: 'Ask the CDK',
    needs: [],
    when: 'asks-cdk',
    minutes: 30,
    rights: LOOK[mode].rights,
    role: 'preview',
    takes: [],
    leaves: deploys ? plans('clouds-aws') : answers('clouds-aws'),
    steps: [
      ...LOOK[mode].steps,
      { ...SYNTH, isNeeded: true },
      ...ACCOUNTS.flatMap((aws) =>
        // What is approved may rest on a snapshot that is stale.
        [...(aws === 'access' && (mode === 'drift' || deploys) ? ['snapshot'] : []), ...stacksIn(aws)].map((about) => ({
          ...ask(about, mode),
          aws,
        })),
      ),
    ],
  };
}

/** Asks Pulumi about what is deployed, which decrypts the secrets of its state. */
function asksPulumi(mode: Mode, { id, isReviewed = false, deploys = false }: Asks): Job {
  return {
    id,
    name: 'Ask Pulumi',
    needs: [],
    when: 'asks-pulumi',
    minutes: 30,
    rights: LOOK[mode].rights,
    role: 'preview',
    ...(isReviewed && { environment: 'preview' as const }),
    takes: [],
    // Plans of Pulumi are only for the job that deploys by them.
    leaves: deploys ? plans('clouds-entra') : answers('clouds-entra'),
    steps: [...LOOK[mode].steps, ...PROGRAMS.map((program) => ({ ...ask(program, mode), program }))],
  };
}

/** Posts the comment of a pull request, or, where it may not, the summary of the run; fails where something is destroyed. */
function reports({
  id,
  name,
  needs,
  when,
  asked,
}: Pick<Job, 'id' | 'name' | 'needs' | 'when'> & { readonly asked: string }): Job {
  const comment = entraAws('ci comment', `--asked ${asked}`);
  return {
    id,
    name,
    needs,
    afterFailure: true,
    when,
    minutes: 10,
    rights: ['comment'],
    takes: ['preview', 'clouds-aws', 'clouds-entra'],
    steps: [
      { run: comment, when: 'comments', asksForge: true },
      { run: `${comment} --summary`, when: 'no-comments', asksForge: true },
      { run: entraAws('ci gate', `--asked ${asked}`), always: true, asksForge: true },
    ],
  };
}

const PREVIEW: Job = {
  id: 'preview',
  name: 'Who gains, who loses',
  needs: [],
  when: 'touched',
  minutes: 15,
  rights: [],
  takes: [],
  leaves: answers('preview'),
  steps: [{ run: entraAws('preview', '--base $BASE') }, { ...SYNTH, always: true }, UP_TO_DATE],
};

/** A pull request, as far as no reviewer has to allow anything. */
const PREVIEW_JOBS: Pipeline = {
  occasion: 'preview',
  jobs: [
    PREVIEW,
    asksCdk('plan', { id: 'ask-aws' }),
    reports({
      id: 'report',
      name: 'Comment, and what is destroyed',
      needs: ['preview', 'ask-aws'],
      when: 'touched',
      asked: '$ASKED',
    }),
  ],
};

/** The part of a pull request that decrypts the secrets of Pulumi's state. */
const ENTRA_JOBS: Pipeline = {
  occasion: 'entra',
  jobs: [
    asksPulumi('plan', { id: 'ask-entra', isReviewed: true }),
    reports({
      id: 'report-entra',
      name: 'Comment with Entra ID, and what is destroyed',
      needs: ['ask-entra'],
      when: 'asks-pulumi',
      asked: 'pulumi,cdk',
    }),
  ],
};

const SHOWN = 'plan/shown/deployed.json';

/** Publishes what the hosting is to run, before anybody approves it: the approval is of its digests. */
const IMAGES: Job = {
  id: 'images',
  name: 'Build the images',
  needs: [],
  when: 'has-images',
  minutes: 60,
  rights: ['sign-in'],
  role: 'publish',
  usesDocker: true,
  takes: [],
  leaves: answers('images'),
  steps: [
    { ...SYNTH, isNeeded: true },
    { run: entraAws('ci publish-images'), aws: 'hosting' },
  ],
};

/**
 * Asks AWS for what a deployment would fail on, before anybody approves it: it would fail after it had taken access away. What the
 * role may not read, such as other accounts, holds nothing up.
 */
const PREFLIGHT: Job = {
  id: 'preflight',
  name: 'Check AWS for blockers',
  needs: [],
  when: 'has-access',
  minutes: 30,
  rights: ['sign-in'],
  role: 'preview',
  takes: [],
  steps: [{ run: entraAws('deploy check'), aws: 'access' }],
};

/**
 * Shows what is to be approved: the difference to what was deployed last, and what the engines would do. It fails where the
 * pipeline deploys nothing, and where its files are not those of the estate.
 */
const SHOW: Job = {
  id: 'show',
  name: 'What is to be approved',
  needs: ['plan-entra', 'plan-aws', 'images', 'preflight'],
  when: 'has-pipeline',
  minutes: 15,
  rights: ['runs'],
  takes: ['clouds-aws', 'clouds-entra', 'images'],
  leaves: answers('shown'),
  steps: [
    deployedCommit(`--out ${SHOWN}`),
    { run: entraAws('preview', `--deployed ${SHOWN}`) },
    { run: entraAws('ci comment', `--deployed ${SHOWN} --summary`), asksForge: true },
    UP_TO_DATE,
  ],
};

/** Fails, before anything is changed and signed in to, where something else was deployed since the approval. */
const APPROVAL: Job = {
  id: 'approval',
  name: APPROVAL_STEP,
  needs: [],
  when: 'deploys',
  minutes: 15,
  rights: ['runs'],
  takes: ['shown'],
  steps: [deployedCommit(`--shown ${SHOWN} --out ${DEPLOYED}`)],
};

const apply = (about: string, rest = ''): Step => ({
  run: entraAws('ci apply-stack', `--step ${about}${rest}`),
  about,
});

/** Applies a stack of the CDK, which a pipeline may leave out beside what Pulumi deploys. */
const applyAt = (aws: Account, about: string, rest = ''): Step => ({ ...apply(about, rest), aws, when: 'asks-cdk' });
const applyIn = (aws: Account): readonly Step[] => stacksIn(aws).map((kind) => applyAt(aws, kind));

const DEPLOY: Job = {
  id: 'deploy',
  name: DEPLOY_JOB,
  namesEstate: true,
  needs: ['show'],
  when: 'deploys',
  minutes: DEPLOYMENT_HOURS * 60,
  rights: ['sign-in', 'runs'],
  role: 'deploy',
  environment: 'deploy',
  takes: ['shown', 'clouds-entra', 'clouds-aws', 'images'],
  steps: [
    ...PROGRAMS.map((program): Step => ({ ...apply(program), program, when: 'asks-pulumi' })),
    // What it would give by accounts and groups as they are no longer; beside that, somebody reviews a new snapshot.
    { run: entraAws('snapshot', `--check --access-only --deployed ${DEPLOYED}`), aws: 'access', when: 'has-access' },
    ...applyIn('access'),
    // Policies go once no deployed permission set refers to them any more.
    applyAt('access', 'policies', ' --removals'),
    ...applyIn('management'),
    applyAt('management', 'policies-management', ' --removals'),
    applyAt('hosting', 'hosting-data'),
    { run: entraAws('deploy handoff'), aws: 'hosting', readsState: true, when: 'has-handoff' },
    applyAt('hosting', 'hosting'),
  ],
};

/** Areas of the doctor that read back what people have. */
const ACCESS_AREAS = ['permission-sets', 'assignments', 'other-sets', 'provisioned', 'policies'];

/** Reads what people have now, since a deletion that CloudFormation gave up leaves its stack green; also after a failure. */
const ACCESS: Job = {
  id: 'access',
  name: 'Access is what was declared',
  needs: ['deploy'],
  afterFailure: true,
  when: 'has-access',
  minutes: 60,
  rights: ['sign-in'],
  role: 'preview',
  takes: [],
  steps: [
    {
      run: entraAws('doctor', `${ACCESS_AREAS.map((area) => `--only access-${area}`).join(' ')} --strict --wait 300`),
      aws: 'access',
    },
  ],
};

const DEPLOY_JOBS: Pipeline = {
  occasion: 'deploy',
  jobs: [
    asksPulumi('plan', { id: 'plan-entra', deploys: true }),
    asksCdk('plan', { id: 'plan-aws', deploys: true }),
    IMAGES,
    PREFLIGHT,
    SHOW,
    DEPLOY,
    ACCESS,
  ],
};

/** Reads the organization. What reads AWS can't write to the repository, and what writes there signs in to no cloud. */
const ORGANIZATION: Job = {
  id: 'organization',
  name: 'Read the organization',
  needs: [],
  when: 'has-access',
  minutes: 30,
  rights: ['sign-in'],
  role: 'preview',
  takes: [],
  leaves: answers('organization'),
  steps: [{ run: entraAws('snapshot', '--out plan/organization.json'), aws: 'access' }],
};

const PROPOSE: Job = {
  id: 'propose',
  name: 'Propose what has changed',
  needs: ['organization'],
  when: 'has-access',
  minutes: 15,
  rights: ['propose'],
  takes: ['organization'],
  steps: [{ run: entraAws('ci propose-snapshot'), asksForge: true, proposes: true }],
};

/** Proposes the organization as AWS has it now. */
const ACCOUNTS_JOBS: Pipeline = { occasion: 'accounts', jobs: [ORGANIZATION, PROPOSE] };

const look = (about: string, as: Pick<Step, 'aws' | 'program'>): Step => ({
  ...ask(about, 'drift'),
  ...as,
  when: as.program === undefined ? 'asks-cdk' : 'asks-pulumi',
});

/** Asks the doctor about everything, with the identities and roles that read: what engines don't see is seen here. */
const DOCTOR: Job = {
  id: 'look-doctor',
  name: 'Ask the doctor',
  needs: [],
  when: 'deploys',
  minutes: 90,
  rights: ['sign-in', 'runs'],
  role: 'preview',
  takes: [],
  leaves: answers('clouds-doctor'),
  steps: [
    LAST_DEPLOYED,
    look('doctor-customers', { program: 'customers' }),
    look('doctor-access', { aws: 'access' }),
    look('doctor-workforce', { program: 'workforce', aws: 'access' }),
    look('doctor-emergency', { program: 'workforce', aws: 'access' }),
    look('doctor-hosting', { aws: 'hosting' }),
  ],
};

const DRIFT: Job = {
  id: 'drift',
  name: 'Report',
  needs: ['look-entra', 'look-aws', 'look-doctor'],
  afterFailure: true,
  when: 'has-pipeline',
  minutes: 10,
  rights: ['report'],
  takes: ['clouds-aws', 'clouds-entra', 'clouds-doctor'],
  steps: [{ run: entraAws('ci drift-report', `--deployed ${DEPLOYED}`), asksForge: true }],
};

const DRIFT_JOBS: Pipeline = {
  occasion: 'drift',
  jobs: [asksPulumi('drift', { id: 'look-entra' }), asksCdk('drift', { id: 'look-aws' }), DOCTOR, DRIFT],
};

export { APPROVAL };

/** Everything that a pipeline does for an estate, on every forge in this order. */
export const PIPELINES = {
  preview: PREVIEW_JOBS,
  entra: ENTRA_JOBS,
  deploy: DEPLOY_JOBS,
  drift: DRIFT_JOBS,
  accounts: ACCOUNTS_JOBS,
} as const;

/** Jobs that `entra-aws ci` runs. */
export const JOBS: readonly Job[] = [...Object.values(PIPELINES).flatMap(({ jobs }) => jobs), APPROVAL];
