import { ACCOUNTS_JOBS, DEPLOY_JOBS } from './deploy-jobs';
import type { Job, Pipeline, Step } from './model';
import { answers, ask, DEPLOYED, entraAws, LAST_DEPLOYED, READS_CLOUDS } from './parts';
import { asksCdk, asksPulumi, ENTRA_JOBS, PREVIEW_JOBS } from './preview-jobs';

const look = (about: string, as: Pick<Step, 'aws' | 'program'>): Step => ({
  ...ask(about, 'drift'),
  ...as,
  when: as.program === undefined ? 'asks-cdk' : 'asks-pulumi',
});

/** Asks the doctor about everything, with the identities and roles that read: what engines don't see is seen here. */
const DOCTOR: Job = {
  ...READS_CLOUDS,
  id: 'look-doctor',
  name: 'Ask the doctor',
  when: 'deploys',
  minutes: 90,
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

/** Asks the doctor for what is quick to ask of access. It keeps no report, which the look of the day would close: it is red. */
const WATCH: Job = {
  ...READS_CLOUDS,
  id: 'watch',
  name: 'Compare access',
  when: 'watches',
  minutes: 30,
  steps: [
    LAST_DEPLOYED,
    {
      run: entraAws('ci cloud-plan', `--step doctor-access --mode drift --quick --deployed ${DEPLOYED}`),
      aws: 'access',
    },
  ],
};

const WATCH_JOBS: Pipeline = { occasion: 'watch', jobs: [WATCH] };

/** Everything that a pipeline does for an estate, on every forge in this order. */
export const PIPELINES = {
  preview: PREVIEW_JOBS,
  entra: ENTRA_JOBS,
  deploy: DEPLOY_JOBS,
  drift: DRIFT_JOBS,
  watch: WATCH_JOBS,
  accounts: ACCOUNTS_JOBS,
} as const;

/** Jobs that `entra-aws ci` runs. */
export const JOBS: readonly Job[] = Object.values(PIPELINES).flatMap(({ jobs }) => jobs);
