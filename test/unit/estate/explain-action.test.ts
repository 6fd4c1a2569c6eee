import { actionText, explainAction } from '../../../src/estate/plan/explanation/allowed';
import { MANAGEMENT, planOf } from '../../support/estate-files';

const ESTATE = `access:
  policies:
    - name: Limit
      path: /
      document:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Action: '*', Resource: '*' }
          - { Sid: Keep, Effect: Deny, Action: 's3:Delete*', Resource: '*' }
      accounts: { include: [{ all: true }] }
  permissionSets:
    - name: Cleaner
      inlinePolicy:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Action: 's3:Get*', Resource: '*' }
          - Effect: Allow
            Action: s3:DeleteBucket
            Resource: 'arn:aws:s3:::\${aws:PrincipalTag/team}-*'
    - name: Admin
      managedPolicies: [AdministratorAccess]
    - name: Held
      managedPolicies: [AdministratorAccess]
      permissionsBoundary: { customerManagedPolicy: { name: Limit } }
    - name: Audit
      managedPolicies: [SecurityAudit]
    - name: Idle
      managedPolicies: [AdministratorAccess]
  grants:
    - group: Developers
      permissionSets: [Cleaner, Admin, Held, Audit]
      accounts: { include: [{ name: app }] }
`;

const plan = planOf(ESTATE, {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
  groups: ['Developers'],
});
const answers = (action: string, resource?: string): object =>
  Object.fromEntries(
    explainAction(plan, { action, resource }).sets.map(({ permissionSet, verdict, by }) => [
      permissionSet,
      [verdict, ...by.map(({ place, text }) => `${place.line} ${text}`)],
    ]),
  );

test('each set that is assigned has an answer with the statement and its line', () => {
  expect(answers('s3:deletebucket')).toEqual({
    Cleaner: ['only if', '17 statement 2 of the inline policy'],
    Admin: ['yes', '21 statement 1 of AdministratorAccess'],
    Held: ['no', '9 statement 2 (Keep) of the policy /Limit'],
    Audit: ['unknown', '26 statement 1 of SecurityAudit'],
  });
  expect(answers('s3:DeleteBucket', 'arn:aws:s3:::logs')).toMatchObject({ Cleaner: ['no'] });
  expect(answers('s3:GetObject', 'arn:aws:s3:::logs/a')).toMatchObject({ Cleaner: ['yes', expect.anything()] });
});

test('the text counts the unknown in its first line, and names what was not read', () => {
  const text = actionText(explainAction(plan, { action: 's3:DeleteBucket' }));
  expect(text.split('\n', 1)).toEqual([expect.stringMatching(/: yes 1, only if 1, unknown 1, no 1\.$/)]);
  expect(text).toContain('service control policies');
  expect(text).toContain('only if: Cleaner, if the resource is arn:aws:s3:::\${aws:PrincipalTag/team}-*');
  expect(text).toContain('unknown: Audit, if the AWS managed policy SecurityAudit allows it\n');
});
