import { ACCOUNTS } from '../support/runners/estates';
import { DEPLOYED, FORGES, type Scenario } from '../support/runners/scenarios';
import { accountsWith, propose, proposeAccounts } from './changes';

const LOSS = '[{ name: claims-dev }]';

/** Pull requests to a deployed estate: none of them changes anything in AWS. */
export const PULL_REQUESTS: readonly Scenario[] = [
  {
    title: 'an error of YAML is told with its place',
    forges: FORGES,
    when: (world) => propose(world, '  permissionSets:\n', '  permissionSets: [\n'),
    expected: { isGreen: false, comment: ['NOT COMPARED', 'estates/acme/estate.yaml'], access: DEPLOYED },
  },
  {
    title: 'an unknown group is told first',
    forges: ['github'],
    when: (world) => propose(world, 'group: Security Auditors', 'group: Security Auditor'),
    expected: { isGreen: false, comment: ['NOT COMPARED', 'unknown-group'], access: DEPLOYED },
  },
  {
    title: 'a stale lock file is told',
    forges: ['github'],
    when: (world) => propose(world, ACCOUNTS, accountsWith('portal-prod')),
    expected: { isGreen: false, comment: ['placement-stale'], access: DEPLOYED },
  },
  {
    title: 'README alone touches no estate',
    forges: FORGES,
    when: ({ team }) =>
      team.propose('Explain', () => {
        team.write('README.md', '# Who may do what\n');
      }),
    expected: { isGreen: true, signsIn: false, access: DEPLOYED },
  },
  {
    title: 'a loss beyond the limit waits for the label',
    forges: FORGES,
    when: (world) => proposeAccounts(world, LOSS),
    expected: {
      isGreen: false,
      ...{ comment: ['0 assignments gained, 1 lost'], log: ['mass-change-approved'], access: DEPLOYED },
    },
  },
  {
    title: 'a loss beyond the limit goes on with the label',
    forges: FORGES,
    when: (world) => {
      world.forge.labels = ['mass-change-approved'];
      return proposeAccounts(world, LOSS);
    },
    expected: { isGreen: true, comment: ['0 assignments gained, 1 lost'], access: DEPLOYED },
  },
  {
    title: 'a fork gets no identity and no comment, and its gate judges',
    forges: FORGES,
    when: async (world) => ({ ...(await proposeAccounts(world, LOSS)), isFork: true }),
    expected: { isGreen: false, signsIn: false, log: ['mass-change-approved'], access: DEPLOYED },
  },
  {
    title: 'the queue of merges is checked without an identity',
    forges: ['github', 'gitlab'],
    when: async (world) => {
      const { commit, base } = await proposeAccounts(world, accountsWith('portal-prod'));
      return { kind: 'queue', commit, base };
    },
    expected: { isGreen: true, signsIn: false, log: ['1 assignment gained, 0 lost'], access: DEPLOYED },
  },
];
