import { smallEstate } from '../support/runners/estates';
import { auditorsIn, DEPLOYED, FORGES, type Scenario, testScenarios } from '../support/runners/scenarios';
import { accountsWith, proposeAccounts } from './changes';
import { addEstate, BETA } from './second-estate';

/** A merge that gives the auditors another account. */
const MERGED = {
  title: 'a merge is deployed',
  forges: FORGES,
  when: async (world) => {
    await proposeAccounts(world, accountsWith('portal-prod'));
    return { kind: 'push', commit: world.team.merge() };
  },
  expected: { isGreen: true, access: [...DEPLOYED, ...auditorsIn('portal-prod')] },
} satisfies Scenario;

/** Follows `MERGED`. */
const WAITING: Scenario = {
  title: 'a merge that waits for its approval is no drift',
  forges: FORGES,
  when: async (world) => {
    await proposeAccounts(world, accountsWith('portal-prod', 'claims-stage'), accountsWith('portal-prod'));
    return { kind: 'drift', commit: world.team.merge() };
  },
  expected: MERGED.expected,
};

const TWO_ESTATES: readonly Scenario[] = [
  {
    title: 'a second estate gets jobs and a comment of its own',
    forges: FORGES,
    when: (world) => world.team.propose('Add beta', () => addEstate(world)),
    expected: {
      isGreen: true,
      ...{ comments: 2, comment: ['0 assignments gained, 0 lost', '1 assignment gained, 0 lost'], access: DEPLOYED },
    },
  },
  {
    title: 'a second estate is deployed beside the first',
    forges: FORGES,
    when: ({ team }) => Promise.resolve({ kind: 'push', commit: team.merge() }),
    expected: { isGreen: true, access: [...DEPLOYED, ...BETA] },
  },
  {
    ...MERGED,
    title: 'a merge that touches one estate deploys that one alone',
    expected: {
      isGreen: true,
      log: ['acme is deployed: it was changed since', 'beta is not deployed: nothing of it was changed since'],
      access: [...DEPLOYED, ...auditorsIn('portal-prod'), ...BETA],
    },
  },
];

const IN_MANAGEMENT = 'Security Auditors has ManagementAudit in insurance-management';

/** The small estate with access to the management account, which only that account can give. */
const twoAccounts = smallEstate('github')
  .replace('deployFrom: management', 'deployFrom: delegated-admin')
  .replace(
    '  grants:\n',
    `    - name: ManagementAudit
      description: Read configuration and logs.
      sessionDuration: PT8H
      managedPolicies: [SecurityAudit]
  grants:
    - group: Security Auditors
      permissionSets: [ManagementAudit]
      accounts: { include: [{ name: insurance-management }] }
      acknowledge: [{ rule: IdentityCenter-IC5, reason: The trail of the organization is there. }]
`,
  );

describe.each(FORGES)('%s', (forge) => {
  const estate = smallEstate(forge);
  testScenarios({
    ...{ title: 'a default branch trunk', forge, scenarios: [MERGED, WAITING] },
    world: { branch: 'trunk', estate: estate.replace(/^pipeline:\n/m, 'pipeline:\n  branch: trunk\n') },
  });
  testScenarios({ title: 'two estates', forge, world: { estate }, scenarios: TWO_ESTATES });
});

testScenarios({
  ...{ title: 'stacks in two accounts', forge: 'github' },
  world: { estate: twoAccounts, delegatedAdministrator: '210000000003' },
  scenarios: [{ ...MERGED, expected: { ...MERGED.expected, access: [...MERGED.expected.access, IN_MANAGEMENT] } }],
});
