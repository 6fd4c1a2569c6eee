import type { Job } from './model';
import { CLOUDS_AWS, CLOUDS_ENTRA, deployedCommit, entraAws, IMAGES, SHOWN, UP_TO_DATE } from './parts';

/**
 * Shows what is to be approved: the difference to what was deployed last, and what the engines would do. It fails where the
 * pipeline deploys nothing, and where its files are not those of the estate.
 */
export const SHOW: Job = {
  id: 'show',
  name: 'What is to be approved',
  needs: ['plan-entra', 'plan-aws', 'images', 'preflight'],
  when: 'HAS_PIPELINE',
  minutes: 15,
  rights: ['runs'],
  history: true,
  steps: [
    UP_TO_DATE,
    { kind: 'take', artifacts: [CLOUDS_AWS, CLOUDS_ENTRA, IMAGES], into: 'plan', when: 'DEPLOYS' },
    { kind: 'run', run: deployedCommit('--out plan/shown/deployed.json'), asksForge: true },
    { kind: 'run', run: entraAws('preview', ' --deployed plan/shown/deployed.json') },
    { kind: 'run', run: entraAws('ci-comment', ' --deployed plan/shown/deployed.json --summary'), asksForge: true },
    { kind: 'leave', artifact: SHOWN },
  ],
};
