import type { PolicyKind } from '../../../estate/plan/stacks';
import { DEPLOYMENT_HOURS } from '../../../estate/sections/pipeline/pipeline';
import { BUILD_IMAGES } from './image-job';
import { ACCOUNTS_JOBS } from './accounts-jobs';
import { ACCESS } from './access-job';
import { ASKS_DOCTOR } from './doctor-job';
import type { Job, Pipeline, RunStep, Step } from './model';
import { PREFLIGHT } from './preflight-job';
import { SHOW } from './show-job';
import {
  PREVIEW,
  CLOUDS_AWS,
  CLOUDS_DOCTOR,
  CLOUDS_ENTRA,
  IMAGES,
  PLANS,
  TEMPLATES,
  SHOWN,
  PROGRAMS,
  ACCOUNTS,
  stacksIn,
  entraAws,
  deployedCommit,
  ask,
  SYNTH,
  leave,
  UP_TO_DATE,
  type Mode,
} from './parts';

/** Asks the CDK about what is deployed, with roles that read and decrypt nothing. */
function asksCdk(mode: Mode, { id, deploys = false }: { readonly id: string; readonly deploys?: boolean }): Job {
  return {
    id,
    name: 'Ask the CDK',
    needs: [],
    when: 'ASKS_CDK',
    minutes: 30,
    rights: ['sign-in'],
    steps: [
      SYNTH,
      ...ACCOUNTS.flatMap((account): readonly Step[] => [
        { kind: 'aws', account, role: 'preview', always: true },
        ...(account === 'access' && mode === 'drift' ? [ask('snapshot', mode)] : []),
        ...stacksIn(account).map((step) => ask(step, mode)),
      ]),
      leave(CLOUDS_AWS),
      ...(deploys ? ([{ kind: 'leave', artifact: TEMPLATES }] as const) : []),
    ],
  };
}

/** Asks Pulumi about what is deployed, which decrypts the secrets of its state. */
function asksPulumi(mode: Mode, { id, isReviewed = false, deploys = false }: AsksPulumi): Job {
  return {
    id,
    name: 'Ask Pulumi',
    needs: [],
    when: 'ASKS_PULUMI',
    minutes: 30,
    rights: ['sign-in'],
    ...(isReviewed && { environment: 'preview' as const }),
    steps: [
      // Not for a pull request: an earlier push of its branch, which no reviewer saw, may have filled what it would get.
      { kind: 'pulumi', role: 'preview', trustsCache: !isReviewed },
      ...PROGRAMS.map((program): Step => ({ ...ask(program, mode), identity: { program, role: 'preview' } })),
      ...(deploys ? ([{ kind: 'leave', artifact: PLANS }] as const) : []),
      // Last, since a forge may have to take the plans away.
      leave(CLOUDS_ENTRA),
    ],
  };
}

interface AsksPulumi {
  readonly id: string;
  /** True if a reviewer has to let it run. */
  readonly isReviewed?: boolean;
  readonly deploys?: boolean;
}

/** Posts the comment of a pull request, or, where it may not, the summary of the run; fails where something is destroyed. */
function reports({ id, name, needs, asked }: Pick<Job, 'id' | 'name' | 'needs'> & { readonly asked: string }): Job {
  const comment = entraAws('ci-comment', ` --asked ${asked}`);
  return {
    id,
    name,
    needs,
    afterFailure: true,
    minutes: 10,
    rights: ['comment'],
    steps: [
      { kind: 'take', artifacts: [PREVIEW, CLOUDS_AWS, CLOUDS_ENTRA], into: 'plan' },
      { kind: 'run', run: comment, when: 'COMMENTS', asksForge: true },
      { kind: 'run', run: `${comment} --summary`, when: '!COMMENTS', asksForge: true },
      { kind: 'run', run: entraAws('gate'), always: true, asksForge: true },
    ],
  };
}

const OFFLINE: Job = {
  id: 'offline',
  name: 'Who gains, who loses',
  needs: [],
  minutes: 15,
  rights: [],
  history: true,
  steps: [UP_TO_DATE, { kind: 'run', run: entraAws('preview', ' --base "$BASE"') }, SYNTH, leave(PREVIEW)],
};

/** A pull request, as far as no reviewer has to allow anything. */
const PREVIEW_JOBS: Pipeline = {
  occasion: 'preview',
  jobs: [
    OFFLINE,
    asksCdk('plan', { id: 'aws' }),
    reports({
      id: 'report',
      name: 'Comment, and what is destroyed',
      needs: ['offline', 'aws'],
      asked: '"$ASKED_FIRST"',
    }),
  ],
};

/** The part of a pull request that decrypts the secrets of Pulumi's state. */
const ENTRA_JOBS: Pipeline = {
  occasion: 'entra',
  jobs: [
    asksPulumi('plan', { id: 'entra', isReviewed: true }),
    reports({
      id: 'report-entra',
      name: 'Comment with Entra ID, and what is destroyed',
      needs: ['entra'],
      asked: 'pulumi,cdk',
    }),
  ],
};

const apply = (step: string): RunStep => ({ kind: 'run', run: entraAws('apply-stack', ` --step ${step}`) });

/** Takes away the policies that no deployed permission set refers to any more. */
const removePolicies = (step: PolicyKind): RunStep => apply(`${step} --removals`);

const DEPLOY: Job = {
  id: 'deploy',
  name: 'Deploy',
  namesEstate: true,
  needs: ['show'],
  when: 'DEPLOYS',
  minutes: DEPLOYMENT_HOURS * 60,
  rights: ['sign-in', 'runs'],
  environment: 'deploy',
  history: true,
  steps: [
    { kind: 'take', artifacts: [SHOWN], into: 'plan/shown' },
    // The command that finds the last deployment knows the step by its name.
    {
      kind: 'run',
      name: 'What was approved still holds',
      run: deployedCommit('--shown plan/shown/deployed.json'),
      asksForge: true,
    },
    { kind: 'take', artifacts: [PLANS], into: 'plan', when: 'ASKS_PULUMI' },
    { kind: 'take', artifacts: [CLOUDS_AWS], into: 'plan', when: 'ASKS_CDK' },
    { kind: 'take', artifacts: [IMAGES], into: 'plan', when: 'HAS_IMAGES' },
    { kind: 'take', artifacts: [TEMPLATES], into: 'cdk.out', when: 'ASKS_CDK' },
    { kind: 'pulumi', role: 'deploy', trustsCache: false, when: 'ASKS_PULUMI' },
    ...PROGRAMS.map((program): Step => ({
      ...apply(program),
      identity: { program, role: 'deploy' },
      when: 'ASKS_PULUMI',
    })),
    { kind: 'aws', account: 'access', role: 'deploy' },
    // Groups that the workforce program made, and other people's changes of access: somebody reviews a new snapshot.
    { kind: 'run', run: entraAws('snapshot', ' --check --access-only'), when: 'HAS_ACCESS' },
    ...stacksIn('access').map(apply),
    removePolicies('policies'),
    { kind: 'aws', account: 'management', role: 'deploy' },
    ...stacksIn('management').map(apply),
    removePolicies('policies-management'),
    { kind: 'aws', account: 'hosting', role: 'deploy' },
    apply('hosting-data'),
    { kind: 'run', run: entraAws('handoff'), when: 'HAS_HANDOFF', readsState: true },
    apply('hosting'),
  ],
};

const DEPLOY_JOBS: Pipeline = {
  occasion: 'deploy',
  jobs: [
    asksPulumi('plan', { id: 'plan-entra', deploys: true }),
    asksCdk('plan', { id: 'plan-aws', deploys: true }),
    BUILD_IMAGES,
    PREFLIGHT,
    SHOW,
    DEPLOY,
    ACCESS,
  ],
};

const DRIFT_JOBS: Pipeline = {
  occasion: 'drift',
  jobs: [
    asksPulumi('drift', { id: 'look-entra' }),
    asksCdk('drift', { id: 'look-aws' }),
    ASKS_DOCTOR,
    {
      id: 'drift-report',
      name: 'Report',
      needs: ['look-entra', 'look-aws', 'look-doctor'],
      afterFailure: true,
      when: 'HAS_PIPELINE',
      minutes: 10,
      rights: ['report'],
      steps: [
        { kind: 'take', artifacts: [CLOUDS_AWS, CLOUDS_ENTRA, CLOUDS_DOCTOR], into: 'plan' },
        { kind: 'run', run: entraAws('drift-report'), asksForge: true },
      ],
    },
  ],
};

/** Everything that a pipeline does for an estate, on every forge in this order. */
export const PIPELINES = {
  preview: PREVIEW_JOBS,
  entra: ENTRA_JOBS,
  deploy: DEPLOY_JOBS,
  drift: DRIFT_JOBS,
  accounts: ACCOUNTS_JOBS,
} as const;
