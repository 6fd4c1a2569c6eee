import type { Pipeline } from './model';
import { entraAws, ORGANIZATION } from './parts';

/**
 * Proposes the organization as AWS has it now. What reads AWS can't write to the repository, and what writes there signs in to no
 * cloud.
 */
export const ACCOUNTS_JOBS: Pipeline = {
  occasion: 'accounts',
  jobs: [
    {
      id: 'read-organization',
      name: 'Read the organization',
      needs: [],
      when: 'HAS_ACCESS',
      minutes: 30,
      rights: ['sign-in'],
      steps: [
        { kind: 'aws', account: 'access', role: 'preview' },
        { kind: 'run', run: entraAws('snapshot', ' --out plan/organization.json') },
        { kind: 'leave', artifact: ORGANIZATION },
      ],
    },
    {
      id: 'propose',
      name: 'Propose what has changed',
      needs: ['read-organization'],
      when: 'HAS_ACCESS',
      minutes: 15,
      rights: ['propose'],
      steps: [
        { kind: 'take', artifacts: [ORGANIZATION], into: 'plan' },
        { kind: 'run', run: entraAws('propose-snapshot'), asksForge: true, proposes: true },
      ],
    },
  ],
};
