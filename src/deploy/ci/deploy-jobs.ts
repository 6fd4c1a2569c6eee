import { DEPLOYMENT_HOURS } from '../../estate/sections/pipeline/pipeline';
import type { Account, Job, Pipeline, Step } from './model';
import {
  answers,
  DEPLOYED,
  deployedCommit,
  entraAws,
  PROGRAMS,
  READS_CLOUDS,
  stacksIn,
  SYNTH,
  UP_TO_DATE,
} from './parts';
import { asksCdk, asksPulumi } from './preview-jobs';

const SHOWN = 'plan/shown/deployed.json';

/** Publishes what the hosting is to run, before anybody approves it: the approval is of its digests. */
const IMAGES: Job = {
  ...READS_CLOUDS,
  id: 'images',
  name: 'Build the images',
  when: 'has-images',
  minutes: 60,
  role: 'publish',
  usesDocker: true,
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
  ...READS_CLOUDS,
  id: 'preflight',
  name: 'Check AWS for blockers',
  when: 'has-access',
  minutes: 30,
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
  rights: ['sign-in'],
  role: 'preview',
  takes: ['clouds-aws', 'clouds-entra', 'images'],
  leaves: answers('shown'),
  steps: [
    deployedCommit(`--forward --out ${SHOWN}`),
    { run: entraAws('preview', `--deployed ${SHOWN}`) },
    { run: entraAws('ci comment', `--deployed ${SHOWN} --summary`), asksForge: true },
    UP_TO_DATE,
  ],
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
  name: 'Deploy',
  needs: ['show'],
  when: 'deploys',
  minutes: DEPLOYMENT_HOURS * 60,
  rights: ['sign-in', 'read-approvals'],
  role: 'deploy',
  environment: 'deploy',
  takes: ['shown', 'clouds-entra', 'clouds-aws', 'images'],
  steps: [
    // Before anything is changed: it fails where something else was deployed since the approval.
    deployedCommit(`--shown ${SHOWN} --out ${DEPLOYED}`),
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
    deployedCommit('--done'),
    {
      ...{ run: entraAws('ci evidence', `--deployed ${SHOWN}`), when: 'keeps-evidence', always: true },
      ...{ keepsRecord: true, asksForge: true, getsResults: true },
    },
  ],
};

/** Areas of the doctor that read back what people have. */
const ACCESS_AREAS = ['permission-sets', 'assignments', 'other-sets', 'provisioned', 'policies'];

/** Reads what people have now, since a deletion that CloudFormation gave up leaves its stack green; also after a failure. */
const ACCESS: Job = {
  ...READS_CLOUDS,
  id: 'access',
  name: 'Access is what was declared',
  needs: ['deploy'],
  afterFailure: true,
  when: 'has-access',
  minutes: 60,
  steps: [
    {
      run: entraAws('doctor', `${ACCESS_AREAS.map((area) => `--only access-${area}`).join(' ')} --strict --wait 300`),
      aws: 'access',
    },
  ],
};

export const DEPLOY_JOBS: Pipeline = {
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
  ...READS_CLOUDS,
  id: 'organization',
  name: 'Read the organization',
  when: 'has-access',
  minutes: 30,
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
export const ACCOUNTS_JOBS: Pipeline = { occasion: 'accounts', jobs: [ORGANIZATION, PROPOSE] };
