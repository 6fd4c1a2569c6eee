import { organization } from '../system/stacks/sandbox-organization';
import { auditorsIn, DEPLOYED, FORGES, type Scenario } from '../support/runners/scenarios';
import { runAgain } from '../support/runners/run';
import type { World } from '../support/runners/world';
import { accountsWith, propose, proposeAccounts } from './changes';

const AFTERWARDS = [...DEPLOYED, ...auditorsIn('claims-stage', 'portal-prod')];
const BY_HAND = [...AFTERWARDS, ...auditorsIn('log-archive')];
const NOW = accountsWith('claims-stage', 'portal-prod');

/** Lets CloudFormation fail to assign anything in an account. */
function failIn({ moto }: World, name: string): Promise<void> {
  const account = organization.accounts.find((one) => one.name === name);
  if (account === undefined) throw new Error(`the organization has no account '${name}'`);
  return moto.orderResourceFault({
    on: 'CREATE',
    type: 'AWS::SSO::Assignment',
    account: account.id,
    reason: 'Not now',
  });
}

/** Forges whose runner can run a job again. */
const AGAIN = ['github', 'azure-devops'] as const;

/** Pushes to the branch that is deployed, and schedules of it; each begins with what the one before left, and no pipeline runs after the last. */
export const DEPLOYMENTS: readonly Scenario[] = [
  {
    title: 'a push without a difference deploys nothing',
    forges: FORGES,
    when: ({ team }) => {
      team.write('README.md', '# Who may do what\n');
      return Promise.resolve({ kind: 'push', commit: team.push(team.branch, 'Explain') });
    },
    // The record of what was deployed is read, and nothing else.
    expected: { isGreen: true, log: ['acme is not deployed: nothing of it was changed since'], access: DEPLOYED },
  },
  {
    title: 'a failure half-way is red and rolled back',
    forges: FORGES,
    when: async (world) => {
      await failIn(world, 'portal-prod');
      await proposeAccounts(world, NOW);
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
    title: 'a failed job that runs again is refused where another run has deployed since',
    forges: AGAIN,
    when: ({ ran }) => {
      const failed = ran.findLast(({ isGreen }) => !isGreen);
      if (failed === undefined) throw new Error('no run has failed');
      return Promise.resolve(runAgain(failed));
    },
    expected: { isGreen: false, log: ['Start a new run of all jobs'], access: AFTERWARDS },
  },
  {
    title: 'a failed job that runs again deploys what was approved',
    forges: AGAIN,
    when: async (world) => {
      await failIn(world, 'claims-archive');
      await proposeAccounts(world, accountsWith('claims-stage', 'portal-prod', 'claims-archive'), NOW);
      const failed = await world.run({ kind: 'push', commit: world.team.merge() });
      await world.moto.clearFaults();
      return runAgain(failed);
    },
    expected: { isGreen: true, access: [...AFTERWARDS, ...auditorsIn('claims-archive')] },
  },
  {
    title: 'a merge that takes access away is deployed',
    forges: AGAIN,
    when: async (world) => {
      await proposeAccounts(world, NOW, accountsWith('claims-stage', 'portal-prod', 'claims-archive'));
      return { kind: 'push', commit: world.team.merge() };
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
