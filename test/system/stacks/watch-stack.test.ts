import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LeaversEntry } from '../../../src/estate/sections/workforce/leavers/schema';
import type { Synthesis } from '../../../src/preview/facts';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { lint } from '../../support/cfn-lint';
import { statementsOf, wideActions } from '../../support/policy-statements';
import { describeWithPython } from '../../support/python';
import type { Resource, Template } from '../../support/templates';
import { resourcesOf, temporaryFolder } from '../../support/templates';
import { watchedPlan } from '../../support/watch';

const root = temporaryFolder();
const sandbox = synthesizeEstate(watchedPlan());

const SCHEDULE = 'AWS::Scheduler::Schedule';

function templateOf({ templates }: Synthesis): Template {
  const [only, ...others] = templates;
  expect([only?.stack, others.length]).toEqual(['sandbox-workforce-watch', 0]);
  return only?.template as unknown as Template;
}

const schedulesOf = (expires: string): readonly (readonly [string, Resource])[] => {
  const plan = watchedPlan((workforce) => {
    const { awsApplication } = workforce;
    if (awsApplication?.scim !== undefined) awsApplication.scim.tokenExpires = expires;
    delete workforce.leavers;
  });
  return [...resourcesOf(templateOf(synthesizeEstate(plan)), SCHEDULE)];
};

test('the schemas of CloudFormation and AwsSolutions find nothing', () => {
  expect(sandbox.issues).toEqual([]);
});

/** Actions on more than named resources, each with its reason. Whatever is not listed here fails. */
const EVERYTHING: Readonly<Record<string, string>> = {
  'identitystore:ListUsers': 'a list has no users to name',
  'sts:GetWebIdentityToken': 'the action has no resource; a condition bounds what the token is for',
  'lambda:InvokeFunction': 'the schedule calls one function, of whatever version',
};

/** More of them where the estate removes: users, accounts and sets are found at run time. */
const REMOVING: Readonly<Record<string, string>> = {
  'identitystore:DescribeUser': 'any user may have left',
  'identitystore:ListGroupMembershipsForMember': 'any user may have left',
  'identitystore:DeleteGroupMembership': 'any user may have left',
  'identitystore:DeleteUser': 'any user may have left',
  'sso:DeleteAccountAssignment': 'a user may have an assignment in any account',
};

const removing = synthesizeEstate(
  watchedPlan(({ leavers }) => {
    if (leavers !== undefined) leavers.delete = true;
  }),
);

test.each([
  ['reports', sandbox, EVERYTHING],
  ['removes', removing, { ...EVERYTHING, ...REMOVING }],
] as const)('where it %s, whatever may be done to more than named resources has its reason', (_what, made, reasons) => {
  expect(new Set(wideActions(statementsOf(templateOf(made))))).toEqual(new Set(Object.keys(reasons)));
});

test('people are reminded 90, 30, 7 and 1 days before the token ends, once each', () => {
  const expressions = schedulesOf('2028-03-01').map(([, { Properties }]) => Properties['ScheduleExpression']);
  expect(expressions).toEqual([
    'at(2027-12-02T07:00:00)',
    'at(2028-01-31T07:00:00)',
    'at(2028-02-23T07:00:00)',
    'at(2028-02-29T07:00:00)',
  ]);
});

test('another token has reminders of its own: a schedule that has run is never moved', () => {
  const ids = (expires: string): readonly string[] => schedulesOf(expires).map(([id]) => id);
  expect(ids('2028-03-01').filter((id) => ids('2027-09-30').includes(id))).toEqual([]);
});

test('without provisioning there is no token to watch', () => {
  const plan = watchedPlan((workforce) => {
    delete workforce.awsApplication?.scim;
    delete workforce.leavers;
  });
  const template = templateOf(synthesizeEstate(plan));
  expect([resourcesOf(template, SCHEDULE).size, resourcesOf(template, 'AWS::Events::Rule').size]).toEqual([0, 0]);
});

interface PolicyDocument {
  readonly Statement: readonly { readonly Sid?: string; readonly Action: unknown }[];
}

/** Statements of the function that have an id, and what the rules find in their stack. */
function permissionsOf(edit: (leavers: LeaversEntry) => void) {
  const plan = watchedPlan(({ leavers }) => {
    if (leavers === undefined) throw new Error('the sandbox has no leavers');
    edit(leavers);
  });
  const synthesized = synthesizeEstate(plan);
  const policies = [...resourcesOf(templateOf(synthesized), 'AWS::IAM::Policy').values()];
  const statements = policies
    .flatMap(({ Properties }) => (Properties['PolicyDocument'] as PolicyDocument).Statement)
    .filter(({ Sid }) => Sid !== undefined);
  return { statements, issues: synthesized.issues };
}

/** Actions of the function, by the statements' ids. */
function actionsOf(edit: (leavers: LeaversEntry) => void = () => undefined): Record<string, unknown> {
  return Object.fromEntries(permissionsOf(edit).statements.map(({ Sid = '', Action }) => [Sid, Action]));
}

const READS = ['Audit', 'ReadUsers', 'Remember', 'Report', 'SignIn'];

test('the function may remove only where the estate removes, and delete no audit record', () => {
  const reading = actionsOf();
  expect(Object.keys(reading).toSorted()).toEqual(READS);
  const removing = actionsOf((leavers) => {
    leavers.delete = true;
  });
  const more = ['ReadAccess', 'ReadOfUser', 'RemovalStatus', 'RemoveAccess', 'RemoveUser'];
  expect(Object.keys(removing).toSorted()).toEqual([...READS, ...more].toSorted());
  expect(removing['Audit']).toEqual(['dynamodb:Query', 'dynamodb:UpdateItem']);
});

test('the function removes assignments of the one instance', () => {
  const { statements, issues } = permissionsOf((leavers) => {
    leavers.delete = true;
  });
  const instance = 'arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6';
  expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('"sso:'))).toEqual(
    [
      ['ReadAccess', 'sso:ListAccountAssignmentsForPrincipal', instance],
      [
        'RemoveAccess',
        'sso:DeleteAccountAssignment',
        ['arn:aws:sso:::account/*', instance, 'arn:aws:sso:::permissionSet/ssoins-6804a1b2c3d4e5f6/*'],
      ],
      ['RemovalStatus', 'sso:DescribeAccountAssignmentDeletionStatus', instance],
    ].map(([Sid, Action, Resource]) => ({ Sid, Action, Resource, Effect: 'Allow' })),
  );
  expect(issues).toEqual([]);
});

test('with a secret, the function reads that one and asks for no token', () => {
  const actions = actionsOf((leavers) => {
    delete leavers.federation;
    leavers.secretArn = 'arn:aws:secretsmanager:eu-west-1:210000000001:secret:leavers';
  });
  expect(actions['SignIn']).toBe('secretsmanager:GetSecretValue');
});

test('without leavers, or before there is a client id, there is no function', () => {
  const plan = watchedPlan(({ leavers }) => {
    delete leavers?.clientId;
  });
  expect(resourcesOf(templateOf(synthesizeEstate(plan)), 'AWS::Lambda::Function').size).toBe(0);
});

describeWithPython('cfn-lint', () => {
  test('finds nothing', () => {
    const folder = mkdtempSync(join(root, 'templates-'));
    writeFileSync(join(folder, 'watch.template.json'), JSON.stringify(templateOf(sandbox)));
    expect(lint(folder, ['watch.template.json'])).toEqual([]);
  });
});

test('a leavers check that does not run is told from its first run on, and its schedule acts for this account alone', () => {
  const template = templateOf(sandbox);
  const [missing] = [...resourcesOf(template, 'AWS::CloudWatch::Alarm')].filter(([id]) =>
    id.startsWith('LeaversMissing'),
  );
  // Without any value an alarm is in INSUFFICIENT_DATA, as which it begins: no action before the first run.
  expect(missing?.[1].Properties).toMatchObject({
    TreatMissingData: 'missing',
    InsufficientDataActions: [{ Ref: expect.stringMatching(/^Alarms|Topic/) as unknown }],
  });
  const trusts = [...resourcesOf(template, 'AWS::IAM::Role').values()].map(({ Properties }) =>
    JSON.stringify(Properties['AssumeRolePolicyDocument']),
  );
  const open = trusts.filter(
    (trust) => trust.includes('scheduler.amazonaws.com') && !trust.includes('aws:SourceAccount'),
  );
  expect(open).toEqual([]);
});
