import type { Job, Pipeline, Step } from './model';
import {
  ACCOUNTS,
  answers,
  ask,
  entraAws,
  LAST_DEPLOYED,
  type Mode,
  plans,
  PROGRAMS,
  READS_CLOUDS,
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

/** Drift is compared with what was deployed last. */
const LOOK: Readonly<Record<Mode, readonly Step[]>> = { plan: [], drift: [LAST_DEPLOYED] };

/** Asks the CDK about what is deployed, with roles that read and decrypt nothing. */
export function asksCdk(mode: Mode, { id, deploys = false }: Asks): Job {
  return {
    ...READS_CLOUDS,
    id,
    name: 'Ask the CDK',
    when: 'asks-cdk',
    minutes: 30,
    leaves: deploys ? plans('clouds-aws') : answers('clouds-aws'),
    steps: [
      ...LOOK[mode],
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
export function asksPulumi(mode: Mode, { id, isReviewed = false, deploys = false }: Asks): Job {
  return {
    ...READS_CLOUDS,
    id,
    name: 'Ask Pulumi',
    when: 'asks-pulumi',
    minutes: 30,
    ...(isReviewed && { environment: 'preview' as const }),
    // Plans of Pulumi are only for the job that deploys by them.
    leaves: deploys ? plans('clouds-entra') : answers('clouds-entra'),
    steps: [...LOOK[mode], ...PROGRAMS.map((program) => ({ ...ask(program, mode), program }))],
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

/** Commits the placement file that follows from a pull request to its branch, so that whoever edits access needs no npm. */
const PLACE: Job = {
  id: 'place',
  name: 'Write the placement file',
  needs: [],
  when: 'places',
  minutes: 10,
  rights: ['push'],
  isOfDefaultBranch: true,
  takes: [],
  steps: [{ run: entraAws('ci write-placement'), asksForge: true, proposes: true }],
};

/** A pull request, as far as no reviewer has to allow anything. */
export const PREVIEW_JOBS: Pipeline = {
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
    PLACE,
  ],
};

/** The part of a pull request that decrypts the secrets of Pulumi's state. */
export const ENTRA_JOBS: Pipeline = {
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
