import { assigned, MANAGEMENT, planOf, report } from '../../support/estate-files';

const organization = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
  groups: ['Developers'],
};

/** Findings of rules, for grants to a group that is not synchronized and to one that is. */
function findingsOf(acknowledge: string, sets = '[A]', account = 'management'): readonly string[] {
  const plan = planOf(
    `workforce: { groups: [{ name: Analysts }] }
access:
  permissionSets: [{ name: A }, { name: B }]
  grants:
    - { group: Analysts, permissionSets: ${sets}, accounts: { include: [{ name: ${account} }] }${acknowledge} }
    - { group: Developers, permissionSets: [A], accounts: { include: [{ name: management }] } }
`,
    organization,
  );
  expect(assigned(plan)).toContain(`Analysts has A in ${account}`);
  return report(plan).filter((line) => line.includes('IdentityCenter-'));
}

const RULE = 'The assignment gives access to the management account.';
const ADVICE = '(acknowledge it on the grant, with the reason; the group is not synchronized yet)';

test('pending access to the management account is reported before it is in a template', () => {
  const place = 'error IdentityCenter-IC5 estate.yaml:5:7 access.grants[0]:';
  expect(findingsOf('')).toEqual([`${place} ${RULE} ${ADVICE}`]);
  expect(findingsOf('', '[A, B]')).toEqual([`${place} ${RULE} (2 assignments) ${ADVICE}`]);
});

test('an acknowledgement on the grant settles it, and other accounts are no matter', () => {
  const acknowledge = ', acknowledge: [{ rule: IdentityCenter-IC5, reason: none that matters }]';
  expect(findingsOf(acknowledge)).toEqual([]);
  expect(findingsOf('', '[A]', 'app')).toEqual([]);
});
