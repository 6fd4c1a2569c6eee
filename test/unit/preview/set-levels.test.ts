import { POLICIES_FILE } from '../../../src/estate/source/estate-folder';
import { documentsOf, WITHOUT_SNAPSHOT } from '../../../src/estate/sections/access/sets/policy-documents';
import { bounded } from '../../../src/permissions/glob';
import { SetLevels } from '../../../src/preview/access/set-levels';
import { renderHtml } from '../../../src/preview/render-html';
import type { Report } from '../../../src/preview/report';
import { answersInMemory } from '../../support/answers';
import { controlPolicy, policiesText } from '../../support/aws-policies';
import { MANAGEMENT, type OrganizationSpec, planOf } from '../../support/estate-files';
import { reportOf } from '../../support/preview/reports';

const APP = '100000000001';
const WEB = '100000000002';
const organization: OrganizationSpec = {
  accounts: [MANAGEMENT, { id: APP, name: 'app' }, { id: WEB, name: 'web' }],
  groups: ['Developers'],
};

interface SetSpec {
  readonly managedPolicies?: readonly string[];
  readonly inlinePolicy?: object;
  readonly permissionsBoundary?: object;
}

const policy = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
const allowing = (...actions: readonly string[]): SetSpec => ({
  inlinePolicy: policy({ Effect: 'Allow', Action: actions, Resource: '*' }),
});

/** A report of sets that one group has in two accounts. */
function reportWith(sets: readonly SetSpec[], files: Readonly<Record<string, string>> = {}): Report {
  const permissionSets = sets.map((set, index) => ({ name: `Set${index}`, description: 'A set.', ...set }));
  const grant = {
    group: 'Developers',
    permissionSets: permissionSets.map(({ name }) => name),
    accounts: { include: [{ name: 'app' }, { name: 'web' }] },
  };
  return reportOf({ estate: JSON.stringify({ access: { permissionSets, grants: [grant] } }), organization, files });
}

const allowsOf = (set: SetSpec, files?: Readonly<Record<string, string>>) =>
  reportWith([set], files).permissionSets.flatMap(({ allows }) => allows);

test.each([
  ['List', 's3:ListBucket'],
  ['Read', 's3:GetObject'],
  ['Tagging', 's3:PutObjectTagging'],
  ['Write', 's3:PutObject'],
  ['Permissions management', 's3:PutBucketPolicy'],
  ['Administrator', '*'],
  // AWS lists these higher, though they only read.
  ['Read', 'glue:GetQuery'],
  ['Read', 'billing:GetResourcePolicy'],
  // These hand out credentials.
  ['Write', 'redshift:GetClusterCredentials'],
  ['Permissions management', 'datazone:GetIamPortalLoginUrl'],
])('a set has the highest level of its actions: %s for %s', (level, action) => {
  expect(allowsOf(allowing('s3:ListBucket', action))).toMatchObject([{ level, isUnknown: false }]);
});

test('a session of S3 Express writes unless the policy asks for one that reads', () => {
  const statement = { Effect: 'Allow', Action: 's3express:CreateSession', Resource: '*' };
  const reading = { ...statement, Condition: { StringEquals: { 's3express:SessionMode': 'ReadOnly' } } };
  expect(allowsOf({ inlinePolicy: policy(reading) })).toMatchObject([{ level: 'Read' }]);
  expect(allowsOf({ inlinePolicy: policy(reading, statement) })).toMatchObject([{ level: 'Write' }]);
});

test('a policy that was not read may allow more, and is named', () => {
  const unread = { managedPolicies: ['ReadOnlyAccess'] };
  const [none] = allowsOf(unread);
  expect(none).toMatchObject({ level: 'None', isUnknown: true, levels: [] });
  expect(none?.unread).toEqual([expect.stringContaining('ReadOnlyAccess')]);
  const [some] = allowsOf({ ...unread, ...allowing('s3:PutObject') });
  expect(some).toMatchObject({ level: 'Write', isUnknown: true });
});

test('a policy that was not read has its own name where one of another name is known', () => {
  const known = answersInMemory();
  const unreadIn = (name: string) => {
    const document = policy({ Effect: 'Allow', Action: '*', Resource: '*', Principal: { AWS: '*' } });
    const managedPolicies = [{ name, version: 'v1', changed: '2026-11-01', document }];
    const permissionSets = [{ name: 'Set', description: 'A set.', managedPolicies: [name] }];
    const files = { [POLICIES_FILE]: policiesText({ managedPolicies }) };
    const plan = planOf(JSON.stringify({ access: { permissionSets } }), organization, files);
    const { access } = plan.estate;
    const levels = access && new SetLevels({ access, documents: documentsOf(plan) }, known);
    return access?.permissionSets.flatMap((set) => levels?.of(set, [APP]) ?? []).flatMap(({ unread = [] }) => unread);
  };
  expect(unreadIn('FirstAccess')).toEqual([expect.stringContaining('FirstAccess')]);
  expect(unreadIn('SecondAccess')).toEqual([expect.stringContaining('SecondAccess')]);
});

test('two sets with the same unreadable document each name their own policy', () => {
  const document = policy({ Effect: 'Allow', Action: '*', Resource: '*', Principal: { AWS: '*' } });
  const names = ['FirstAccess', 'SecondAccess'];
  const managedPolicies = names.map((name) => ({ name, version: 'v1', changed: '2026-11-01', document }));
  const { permissionSets } = reportWith(
    names.map((name) => ({ managedPolicies: [name] })),
    { [POLICIES_FILE]: policiesText({ managedPolicies }) },
  );
  expect(permissionSets.map(({ allows }) => allows.flatMap(({ unread = [] }) => unread))).toEqual(
    names.map((name): unknown => [expect.stringContaining(name)]),
  );
});

test('whoever may give themselves everything is an administrator, but within a boundary only as far as it goes', () => {
  expect(allowsOf(allowing('iam:PutRolePolicy'))).toMatchObject([{ level: 'Administrator' }]);
  expect(allowsOf({ managedPolicies: ['IAMFullAccess'] })).toMatchObject([
    { level: 'Administrator', isUnknown: false },
  ]);
  const document = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
  const files = {
    [POLICIES_FILE]: policiesText({
      managedPolicies: [{ name: 'ViewOnlyAccess', version: 'v1', changed: '2026-11-01', document }],
    }),
  };
  const bounded = { ...allowing('*'), permissionsBoundary: { managedPolicy: 'ViewOnlyAccess' } };
  expect(allowsOf(bounded, files)).toMatchObject([{ level: 'Read', isUnknown: false }]);
});

test('whoever may give themselves everything manages permissions within a boundary that allows no more', () => {
  const document = policy({ Effect: 'Allow', Action: 's3:PutBucketPolicy', Resource: '*' });
  const managedPolicies = [{ name: 'ViewOnlyAccess', version: 'v1', changed: '2026-11-01', document }];
  const files = { [POLICIES_FILE]: policiesText({ managedPolicies }) };
  const bounded = { ...allowing('*'), permissionsBoundary: { managedPolicy: 'ViewOnlyAccess' } };
  expect(allowsOf(bounded, files)).toMatchObject([{ level: 'Permissions management', isUnknown: false }]);
});

/** Control policies that take writing to S3 away in the account `web`. */
const DENIED = {
  [POLICIES_FILE]: policiesText({
    serviceControlPolicies: {
      state: 'read',
      policies: [controlPolicy('Full', ['r-root', APP, WEB]), controlPolicy('Closed', [WEB], { Action: 's3:Put*' })],
    },
  }),
};

test('accounts whose control policies leave less stand apart, and others do not', () => {
  const set = allowing('s3:GetObject', 's3:PutObject');
  expect(allowsOf(set, DENIED)).toMatchObject([{ level: 'Write' }, { level: 'Read', accounts: [WEB] }]);
  const [same, ...others] = allowsOf(allowing('sqs:SendMessage'), DENIED);
  expect([same?.accounts, others]).toEqual([undefined, []]);
});

test('services are counted, and those with the most actions named', () => {
  const [some] = allowsOf(allowing('s3:GetObject', 'sqs:ReceiveMessage', 's3:GetBucketPolicy'));
  expect(some?.levels).toEqual([{ level: 'Read', actions: 3, services: 2, names: ['s3', 'sqs'] }]);
  const [all] = allowsOf(allowing('*'));
  expect(all?.levels.map(({ names }) => names.length)).toEqual([12, 12, 12, 12, 12, expect.any(Number)]);
});

test('policies that are too complex are unknown, and the reason is there', () => {
  const tangled = Array.from({ length: 40 }, (_, index) => ({
    Effect: index % 3 === 2 ? 'Deny' : 'Allow',
    Action: ['a', 'b', 'c'].map((char) => `s:*${char}*${'abcd'[index % 4] ?? ''}?*${'dcba'[index % 4] ?? ''}`),
    NotResource: ['a', 'b', 'c'].map((char) => `arn:*${char}*${'abcdefg'[index % 7] ?? ''}*`),
    Condition: { StringLike: { [`k${index % 9}`]: `${index}*` } },
  }));
  const permissionSets = [{ name: 'Set', description: 'A set.', inlinePolicy: policy(...tangled) }];
  const { access } = planOf(JSON.stringify({ access: { permissionSets } })).estate;
  const levels = access && new SetLevels({ access, documents: WITHOUT_SNAPSHOT });
  const told = access?.permissionSets.map((set) => bounded(() => levels?.of(set, [APP]), 20_000));
  expect(told).toMatchObject([[{ level: 'None', isUnknown: true, beyond: expect.any(String) as string }]]);
});

test('a cell of the page has the highest level of its sets there, and each set leads to what it allows', () => {
  const page = renderHtml(reportWith([allowing('s3:GetObject'), allowing('s3:PutObject')], DENIED));
  const cells = [...page.matchAll(/<td data-h=(\d\??)>/g)].map(([, heat]) => heat);
  expect(cells).toEqual(['4', '2']);
  expect(page.match(/<a href=#s1>Set1<\/a>/g)).toHaveLength(2);
  expect(page.match(/ id="s1"/g)).toHaveLength(1);
});

test('what may be more has a question mark, but nothing is above an administrator', () => {
  const unread = { managedPolicies: ['ReadOnlyAccess'] };
  expect(renderHtml(reportWith([unread, allowing('s3:PutObject')]))).toMatch(/<td data-h=4\?>/);
  expect(renderHtml(reportWith([unread, allowing('*')]))).not.toMatch(/<td data-h=\d\?>/);
});
