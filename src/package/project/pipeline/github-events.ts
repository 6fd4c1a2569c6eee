import { ALLOWING_LABEL, MASS_CHANGE_LABEL } from '../../../estate/sections/pipeline/change-limits';
import { TOUCHED } from '../../../estate/sections/pipeline/deployments';
import type { Part } from './yaml-text';

export type Occasion = 'preview' | 'deploy' | 'drift' | 'accounts';

/** Times at which the organization is read, in UTC. */
export const ACCOUNTS_CRON = '47 */6 * * *';
export const DRIFT_CRON = '17 5 * * *';

/** Input that says what a deployment is of. It is empty where a push starts it. */
export const ESTATE_INPUT = {
  description: `An estate by its name, touched or not; or ${TOUCHED}, each that differs from what was deployed last of it.`,
  type: 'string',
  default: TOUCHED,
} as const;

/** Events that start the workflow of an occasion. */
export const eventsOf = (branch: string) =>
  ({
    preview: {
      // With a label too, since it may be one that allows; with another base; and closed, so that nothing waits any more.
      pull_request: { types: ['opened', 'synchronize', 'reopened', 'edited', 'labeled', 'unlabeled', 'closed'] },
      merge_group: null,
    },
    deploy: { push: { branches: [branch] }, workflow_dispatch: { inputs: { estate: ESTATE_INPUT } } },
    drift: { schedule: [{ cron: DRIFT_CRON }], workflow_dispatch: null },
    accounts: {
      schedule: [{ cron: ACCOUNTS_CRON }],
      workflow_dispatch: null,
      // What hears of a new account may start it at once.
      repository_dispatch: { types: ['identity-accounts'] },
    },
  }) as const satisfies Readonly<Record<Occasion, Part>>;

const OUR_LABELS = `fromJSON('${JSON.stringify([ALLOWING_LABEL, MASS_CHANGE_LABEL])}')`;

/** Event of a pull request that changes nothing of its preview: another label, or another title. */
export const CHANGES_NOTHING = `(github.event.label && !contains(${OUR_LABELS}, github.event.label.name)) || (github.event.action == 'edited' && !github.event.changes.base)`;

/** Event of a pull request after which there is nothing to preview. */
export const IS_CLOSED = "github.event.action == 'closed'";

export const TITLES: Readonly<Record<Occasion, { readonly name: string; readonly about: string }>> = {
  preview: { name: 'Preview', about: 'What a pull request changes, before anybody merges it.' },
  deploy: { name: 'Deploy', about: 'Deploys what was merged, after somebody approved what it changes.' },
  drift: { name: 'Drift', about: 'Looks every day for what somebody changed by hand, and keeps one report of it.' },
  accounts: { name: 'Accounts', about: 'Proposes several times a day what changed in the organization.' },
};
