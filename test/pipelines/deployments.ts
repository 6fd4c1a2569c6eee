import { organization } from '../system/stacks/sandbox-organization';
import { auditorsIn, DEPLOYED, FORGES, type Scenario } from '../support/runners/scenarios';
import { accountsWith, propose, proposeAccounts } from './changes';

const AFTERWARDS = [...DEPLOYED, ...auditorsIn('claims-stage', 'portal-prod')];
const BY_HAND = [...AFTERWARDS, ...auditorsIn('log-archive')];
const idOf = (account: string): string | undefined => organization.accounts.find(({ name }) => name === account)?.id;

/** Pushes to the branch that is deployed, and schedules of it; each begins with what the one before left, and no pipeline runs after the last. */
export const DEPLOYMENTS: readonly Scenario[] = [
  {
    title: 'a push without a difference deploys nothing',
    forges: FORGES,
    when: ({ team }) => {
      team.write('README.md', '# Who may do what\n');
      return Promise.resolve({ kind: 'push', commit: team.push(team.branch, 'Explain') });
    },
    expected: { isGreen: true, signsIn: false, access: DEPLOYED },
  },
  {
    title: 'a failure half-way is red and rolled back',
    forges: FORGES,
    when: async (world) => {
      const account = idOf('portal-prod');
      if (account === undefined) throw new Error('the organization has no portal-prod');
      const type = 'AWS::SSO::Assignment';
      await world.moto.orderResourceFault({ on: 'CREATE', type, account, reason: 'Not now' });
      await proposeAccounts(world, accountsWith('claims-stage', 'portal-prod'));
      return { kind: 'push', commit: world.team.merge() };
    },
    expected: { isGreen: false, log: ['Not now'], access: DEPLOYED },
  },
  {
    title: 'the run after a failure deploys what is left, though its commit touches nothing',
    forges: FORGES,
    when: async ({ moto, team }) => {
      await moto.clearFaults();
      team.write('README.md', '# Who may do what, and where\n');
      return { kind: 'push', commit: team.push(team.branch, 'Explain more') };
    },
    expected: { isGreen: true, access: AFTERWARDS },
  },
  {
    title: 'an assignment made by hand is drift',
    forges: FORGES,
    when: async (world) => {
      await world.assignByHand('Security Auditors', 'SecurityAudit', 'log-archive');
      return { kind: 'drift', commit: world.tip() };
    },
    expected: { isGreen: false, report: ['log-archive'], access: BY_HAND },
  },
  {
    title: 'a new account is proposed',
    forges: FORGES,
    when: async (world) => {
      await world.addAccount('claims-new');
      return { kind: 'accounts', commit: world.tip() };
    },
    expected: { isGreen: true, proposal: ['claims-new'], access: BY_HAND },
  },
  {
    title: 'no job goes on where the registry is gone',
    forges: FORGES,
    when: (world) => {
      world.team.loseRegistry();
      return propose(world, 'Read configuration and logs.', 'Read the logs.');
    },
    expected: { isGreen: false, signsIn: false, log: ['ENOTFOUND'], access: BY_HAND },
  },
];
