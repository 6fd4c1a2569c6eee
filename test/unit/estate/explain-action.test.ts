import { type Statement, parsePolicy } from '../../../src/permissions/policy';
import { actionText } from '../../../src/estate/plan/explanation/action-text';
import { type ActionQuestion, explainAction, unknownAction } from '../../../src/estate/plan/explanation/allowed';
import { WITHOUT_SNAPSHOT } from '../../../src/estate/sections/access/sets/policy-documents';
import { POLICIES_FILE } from '../../../src/estate/source/estate-folder';
import { policiesText } from '../../support/aws-policies';
import { MANAGEMENT, placeIn, planOf } from '../../support/estate-files';

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
    - group: Operators
      permissionSets: [Held]
      accounts: { include: [{ all: true }], exclude: [{ name: app }] }
    - user: jane@example.com
      until: '2027-01-31'
      reason: Repairs the archive.
      permissionSets: [Cleaner]
      accounts: { include: [{ name: app }, { name: 'arch*' }] }
`;

const organization = {
  accounts: [
    MANAGEMENT,
    { id: '100000000001', name: 'app' },
    { id: '100000000002', name: 'archive' },
    { id: '100000000003', name: 'logs' },
  ],
  groups: ['Developers', 'Operators'],
};
const notRead = [{ name: 'SecurityAudit', reason: 'iam:GetPolicy' }];
const plan = planOf(ESTATE, organization, { [POLICIES_FILE]: policiesText({ notRead }) });
const answers = (action: string, resource?: string): object =>
  Object.fromEntries(
    explainAction(plan, { action, resource }).answers.map(({ permissionSet, verdict, by }) => [
      permissionSet,
      [verdict, ...by.map(({ place, text }) => `${place?.line ?? 'no line'} ${text}`)],
    ]),
  );

test('each set that is assigned has an answer with the statement and its line', () => {
  expect(answers('s3:deletebucket')).toEqual({
    Cleaner: ['only if', '17 statement 2 of the inline policy'],
    Admin: ['yes', '21 statement 1 of AdministratorAccess'],
    Held: ['no', '9 statement 2 (Keep) of the policy /Limit'],
    Audit: ['unknown', '26 SecurityAudit, which was not read'],
  });
  expect(answers('s3:DeleteBucket', 'arn:aws:s3:::logs')).toMatchObject({
    Cleaner: ['no', 'no line no statement of its policies allows it'],
  });
  expect(answers('s3:GetObject', 'arn:aws:s3:::logs/a')).toMatchObject({ Cleaner: ['yes', expect.anything()] });
});

test('the text counts the unknown in its first line, and names what was not read', () => {
  const text = actionText(explainAction(plan, { action: 's3:DeleteBucket' }));
  expect(text.split('\n', 1)).toEqual([expect.stringMatching(/: yes 1, only if 1, unknown 1, no 1\.$/)]);
  expect(text).toContain('only if: Cleaner, if the resource is arn:aws:s3:::\${aws:PrincipalTag/team}-*');
  expect(text).toContain('unknown: Audit, if the AWS managed policy SecurityAudit allows it\n');
});

const LINE = (needle: string, occurrence = 1): string =>
  `estates/demo/estate.yaml:${placeIn(ESTATE, needle, occurrence)}`;
const ask = (question: ActionQuestion): string => actionText(explainAction(plan, question));
const group = (name: string): ActionQuestion['holder'] => ({ kind: 'group', name });

test('who can in an account: the sets that are held there, with the grant and the selector', () => {
  const { answers: found } = explainAction(plan, { action: 's3:GetObject', account: 'archive' });
  expect(found).toMatchObject([
    {
      permissionSet: 'Cleaner',
      verdict: 'yes',
      held: [
        {
          ...{ holder: 'user jane@example.com', accounts: ['archive'], isPending: true },
          grants: [{ text: 'grant to user jane@example.com' }, { text: 'include name: arch*' }],
        },
      ],
    },
    { permissionSet: 'Held', verdict: 'yes', held: [{ holder: 'Operators', accounts: ['archive'] }] },
  ]);
});

test('where nobody can in an account, each set has what denies it', () => {
  expect(ask({ action: 's3:DeleteBucket', account: 'app' })).not.toContain('\nno: ');
  const nobody = ask({ action: 's3:DeleteBucket', account: 'archive', resource: 'arn:aws:s3:::logs' });
  expect(nobody).toContain('\nno: Cleaner\n  no statement of its policies allows it\n');
  expect(nobody).toContain(`\nno: Held\n  ${LINE('{ Sid: Keep')}  statement 2 (Keep)`);
});

test('can they: one answer, and what denies it or does not allow it', () => {
  expect(ask({ action: 's3:DeleteBucket', holder: group('Operators'), account: 'logs' })).toBe(
    `Operators in logs: s3:DeleteBucket on some resource: no.
Not read, and they decide too: the AWS managed policy SecurityAudit (iam:GetPolicy); policies of resources, keys and roles' trust.

no: Held
  ${LINE('{ Sid: Keep')}  statement 2 (Keep) of the policy /Limit
  held by Operators in logs
    ${LINE('Operators')}  grant to Operators
    ${LINE('{ all: true }', 2)}  include all: true
`,
  );
  const { answers: found } = explainAction(plan, { action: 'ec2:RunInstances', permissionSet: 'Cleaner' });
  expect(found.map(({ by }) => by)).toEqual([[{ text: 'no statement of its policies allows it' }]]);
});

test('somebody who has nothing in the account gets the reason, and where they can is counted by account', () => {
  const text = ask({ action: 's3:DeleteBucket', holder: group('Developers'), account: 'logs' });
  expect(text).toContain('Developers in logs: s3:DeleteBucket on some resource: no.\n');
  expect(text).toContain(`${LINE('{ name: app }')}  include name: app\n`);
  const where = { action: 's3:GetObject', holder: { kind: 'user', name: 'jane@example.com' } } as const;
  expect(ask(where)).toMatch(/^user jane@example\.com: .*, by account: yes 2, only if 0, unknown 0, no 0\.\n/);
});

test('a pattern has an answer for each action that it matches, folded', () => {
  const { answers: found, actions } = explainAction(plan, { action: 's3:*Bucket', permissionSet: 'Cleaner' });
  expect(actions).toEqual(expect.arrayContaining(['s3:CreateBucket', 's3:DeleteBucket', 's3:ListBucket']));
  expect(found.map(({ verdict, actions: its }) => [verdict, its.includes('s3:DeleteBucket')])).toEqual([
    ['no', false],
    ['only if', true],
  ]);
  expect(found.flatMap(({ actions: its }) => its).toSorted()).toEqual([...actions].toSorted());
});

test.each(['*', 's3:NotYetKnown*'])(
  'the pattern %s matches too much or nothing known and is asked as it is',
  (action) => {
    const { actions, answers: found } = explainAction(plan, { action, permissionSet: 'Admin' });
    expect({ actions, verdicts: found.map(({ verdict }) => verdict) }).toEqual({
      actions: [action],
      verdicts: ['yes'],
    });
  },
);

test('names that do not exist are refused all at once, with what was probably meant', () => {
  const { faults, answers: found } = explainAction(plan, {
    ...{ action: 's3:GetObject', account: 'ap', permissionSet: 'Cleanr' },
    holder: { kind: 'user', name: 'jan@example.com' },
  });
  expect(faults.map(({ code }) => code)).toEqual(['unknown-user', 'unknown-account', 'unknown-permission-set']);
  expect(faults.every(({ text }) => text.includes('did you mean'))).toBe(true);
  expect(found).toEqual([]);
});

test('an action that AWS does not have is refused, and one that is newer than the list is a pattern', () => {
  expect(unknownAction('s3:DeleteBuket')).toContain("'s3:DeleteBucket'");
  expect(unknownAction('s4:DeleteBucket')).toContain("'s3:DeleteBucket'");
  expect(['S3:deletebucket', 's3:DeleteBuke?', '*'].map(unknownAction)).toEqual([undefined, undefined, undefined]);
});

test('accounts with other control policies have an answer of their own, and those with the same one share it', () => {
  const all = parsePolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'FullAWSAccess');
  const deny = parsePolicy({ Statement: { Effect: 'Deny', Action: 's3:Get*', Resource: '*' } }, 'the SCP Archive');
  const levels = (account: string): readonly (readonly Statement[])[] =>
    account === '100000000002' ? [[...all, ...deny]] : [all];
  const question = { action: 's3:GetObject', permissionSet: 'Held' };
  const { answers: found } = explainAction(plan, question, { ...WITHOUT_SNAPSHOT, scps: levels });
  expect(found.map(({ verdict, by, held }) => [verdict, by.at(-1)?.text, held.flatMap((one) => one.accounts)])).toEqual(
    [
      ['yes', 'statement 1 of AdministratorAccess', ['app', 'logs']],
      ['no', 'statement 1 of the SCP Archive', ['archive']],
    ],
  );
});
