import { planOf, codesAndPlaces } from '../../../support/estate-files';

function findingsOf(rule: string, reason = 'Agreed with the auditors.'): readonly string[] {
  const acknowledge = `acknowledge: [{ rule: '${rule}', reason: '${reason}' }]`;
  return codesAndPlaces(planOf(`access:\n  permissionSets:\n    - { name: A, ${acknowledge} }\n  grants: []\n`));
}

test.each(['IdentityCenter-IC1', 'IdentityCenter-IC8', 'AwsSolutions-IAM4[Policy::x]'])(
  'the rule %s may be acknowledged',
  (rule) => {
    expect(findingsOf(rule)).toEqual([]);
  },
);

test('a rule that does not exist is an error', () => {
  expect(findingsOf('IdentityCentre-IC1')).toEqual([
    'error unknown-rule estate.yaml:3:40 access.permissionSets[0].acknowledge[0].rule',
  ]);
});

test.each(['AwsSolutions-', 'AwsSolutions-whatever', 'AwsSolutions-IAM4 and more'])('%s is no rule', (rule) => {
  expect(findingsOf(rule)).toEqual([expect.stringMatching(/^error unknown-rule /)]);
});

test('an acknowledgement in the wrong place is a warning', () => {
  const estate = `access:
  permissionSets: [{ name: A, acknowledge: [{ rule: IdentityCenter-IC5, reason: none that matters }] }]
  grants:
    - group: Developers
      permissionSets: [A]
      accounts: { include: [{ all: true }] }
      acknowledge:
        - { rule: IdentityCenter-IC7, reason: none that matters }
        - { rule: IdentityCenter-IC5, reason: none that matters }
`;
  expect(codesAndPlaces(planOf(estate)).filter((line) => line.includes('effect'))).toEqual([
    'warning acknowledgement-without-effect estate.yaml:2:53 access.permissionSets[0].acknowledge[0].rule',
    'warning acknowledgement-without-effect estate.yaml:8:19 access.grants[0].acknowledge[0].rule',
  ]);
});

test('acknowledgements of grants are checked too', () => {
  const estate = `access:
  permissionSets: [{ name: A }]
  grants:
    - group: Developers
      permissionSets: [A]
      accounts: { include: [{ all: true }] }
      acknowledge: [{ rule: X, reason: none that matters }]
`;
  const [finding] = codesAndPlaces(planOf(estate));
  expect(finding).toBe('error unknown-rule estate.yaml:7:29 access.grants[0].acknowledge[0].rule');
});

test.each(['', 'because', 'x'.repeat(9)])('%j is no reason', (reason) => {
  expect(findingsOf('IdentityCenter-IC1', reason)).toEqual([
    'error invalid-value estate.yaml:3:70 access.permissionSets[0].acknowledge[0].reason',
  ]);
});
