import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import { TOUCHED } from '../../../estate/sections/pipeline/deployments';
import type { Part } from './github-steps';

export type Occasion = 'preview' | 'deploy' | 'drift' | 'accounts';

/** Times at which the organization is read, in UTC. */
export const ACCOUNTS_CRON = '47 */6 * * *';

/** Input that says what a deployment is of. It is empty where a push starts it. */
export const ESTATE_INPUT = {
  description:
    'An estate by its name, touched or not; or touched, each that differs from what was deployed last of it.',
  type: 'string',
  default: TOUCHED,
} as const;

/** Events that start the workflow of an occasion. */
export const EVENTS = {
  preview: {
    // With a label too: allow-destructive decides.
    pull_request: { types: ['opened', 'synchronize', 'reopened', 'labeled', 'unlabeled'] },
    merge_group: null,
  },
  deploy: { push: { branches: [DEPLOYED_BRANCH] }, workflow_dispatch: { inputs: { estate: ESTATE_INPUT } } },
  drift: { schedule: [{ cron: '17 5 * * *' }], workflow_dispatch: null },
  accounts: {
    schedule: [{ cron: ACCOUNTS_CRON }],
    workflow_dispatch: null,
    // What hears of a new account may start it at once.
    repository_dispatch: { types: ['identity-accounts'] },
  },
} as const satisfies Readonly<Record<Occasion, Part>>;

export const TITLES: Readonly<Record<Occasion, { readonly name: string; readonly about: string }>> = {
  preview: { name: 'Preview', about: 'What a pull request changes, before anybody merges it.' },
  deploy: { name: 'Deploy', about: 'Deploys what was merged, after somebody approved what it changes.' },
  drift: { name: 'Drift', about: 'Looks every day for what somebody changed by hand, and keeps one report of it.' },
  accounts: { name: 'Accounts', about: 'Proposes several times a day what changed in the organization.' },
};

export const TEXT = { required: true, type: 'string' } as const;
export const SETTINGS_INPUT = { description: 'What `entra-aws ci-settings` prints of the estate, as JSON.', ...TEXT };
export const IMAGE_INPUT = {
  description: 'Image with all tools, by its digest; without it the steps install them.',
  type: 'string',
  default: '',
} as const;
