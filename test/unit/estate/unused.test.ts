import { unusedText } from '../../../src/cli/explain/unused';
import { heldSets, type ReadUse, type ServiceUse, unusedIn } from '../../../src/estate/plan/explanation/unused';
import { POLICIES_FILE } from '../../../src/estate/source/estate-folder';
import { formatted } from '../../../src/text/formats';
import { policiesText } from '../../support/aws-policies';
import { MANAGEMENT, planOf } from '../../support/estate-files';
import { outputFaults } from '../../support/output-faults';

const SINCE = new Date('2026-09-01T00:00:00Z');
const OLD = new Date('2026-01-01T00:00:00Z');
const RECENT = new Date('2026-11-01T00:00:00Z');

const ORGANIZATION = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }, { id: '100000000002', name: 'data' }],
  groups: ['Developers'],
};

const statement = (Action: readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const documentOf = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });

const managed = (name: string, ...actions: readonly string[]) => ({
  name,
  version: 'v1',
  changed: '2026-01-01',
  document: documentOf(statement(actions)),
});

/** A set in both accounts, and one that no one has. */
function planWith(set: object) {
  const access = {
    permissionSets: [
      { name: 'Developer', description: 'Builds.', ...set },
      { name: 'Narrow', managedPolicies: ['ViewOnlyAccess'] },
    ],
    grants: [
      {
        group: 'Developers',
        permissionSets: ['Developer'],
        accounts: { include: [{ name: 'app' }, { name: 'data' }] },
      },
      { group: 'Absent', permissionSets: ['Narrow'], accounts: { include: [{ name: 'app' }] } },
    ],
  };
  const managedPolicies = [
    managed('SecurityAudit', 's3:ListAllMyBuckets', 's3:GetBucketAcl', 's3:PutBucketAcl'),
    managed('ViewOnlyAccess', 's3:ListAllMyBuckets'),
  ];
  return planOf(JSON.stringify({ access }), ORGANIZATION, { [POLICIES_FILE]: policiesText({ managedPolicies }) });
}

interface Use {
  readonly created?: Date;
  readonly services?: Readonly<Record<string, ServiceUse>>;
}

const useWith = ({ created = OLD, services = {} }: Use): ReadUse => ({
  created,
  services: new Map(Object.entries(services)),
});

function usesOf(set: object, ...uses: readonly ReadUse[]) {
  const plan = planWith(set);
  const byAccount = new Map(['app', 'data'].map((name, index) => [name, uses[index] ?? uses[0]]));
  const useOf = ({ account }: { readonly account: { readonly name: string } }): ReadUse =>
    byAccount.get(account.name) ?? { unknown: 'none' };
  return unusedIn(plan, heldSets(plan), { useOf, since: SINCE });
}

const inline = (...statements: readonly object[]) => ({ inlinePolicy: documentOf(...statements) });
const tracked = (last: Date, actions: Readonly<Record<string, Date | undefined>>): ServiceUse => ({
  last,
  actions: new Map(Object.entries(actions)),
});

test('a service that nobody called is unused in whole, and the set could be without it', () => {
  const set = inline(statement(['s3:ListAllMyBuckets', 'sqs:CreateQueue']), statement(['sqs:DeleteQueue']));
  const services = { s3: tracked(RECENT, { listallmybuckets: RECENT }), sqs: { last: OLD } };
  const [use, ...others] = usesOf(set, useWith({ services }));
  expect(others).toEqual([]);
  expect(outputFaults('explain-unused', formatted('explain-unused', { days: 90, sets: [use] }))).toBeNull();
  expect(use).toMatchObject({ permissionSet: 'Developer', actions: { used: 1, unused: 2, unknown: 0 }, unknownIn: [] });
  expect(use?.smaller?.change).toEqual(inline(statement(['x'], { Action: 's3:ListAllMyBuckets' })));
  expect(use?.smaller?.takesAway.parts).toMatchObject([{ actions: 2, services: [{ service: 'sqs' }] }]);
});

test('what one account uses, the set keeps in all', () => {
  const used = useWith({ services: { sqs: tracked(RECENT, { createqueue: RECENT, deletequeue: undefined }) } });
  const not = useWith({ services: { sqs: {} } });
  const [use] = usesOf(inline(statement(['sqs:CreateQueue', 'sqs:DeleteQueue'])), not, used);
  expect(use?.actions).toEqual({ used: 1, unused: 1, unknown: 0 });
  expect(use?.smaller?.change).toEqual(inline(statement(['x'], { Action: 'sqs:CreateQueue' })));
});

test.each<readonly [string, ReadUse]>([
  ['IAM does not track', useWith({ services: { s3: tracked(RECENT, { listallmybuckets: RECENT }) } })],
  ['of a service without tracking', useWith({ services: { s3: { last: RECENT } } })],
  ['of a service that the report lacks', useWith({})],
  ['of a role that is younger', useWith({ created: RECENT, services: { s3: {} } })],
  ['in an account that was not read', { unknown: 'AWS refuses iam:ListRoles' }],
])('an action %s is unknown, never unused, and stays', (_, second) => {
  const first = useWith({ services: { s3: {} } });
  const [use] = usesOf(inline(statement(['s3:GetObject'])), first, second);
  expect(use?.actions).toEqual({ used: 0, unused: 0, unknown: 1 });
  expect(use).not.toHaveProperty('smaller');
});

test('iam:PassRole is unknown where nobody called IAM: the service that takes the role is called', () => {
  const set = inline(statement(['iam:PassRole', 'iam:CreateUser']));
  const [use] = usesOf(set, useWith({ services: { iam: {} } }));
  expect(use?.actions).toEqual({ used: 0, unused: 1, unknown: 1 });
  expect(use?.smaller?.change).toEqual(inline(statement(['x'], { Action: 'iam:PassRole' })));
});

test('why use is unknown is said once for all accounts of the same reason', () => {
  const [use] = usesOf(inline(statement(['s3:GetObject'])), { unknown: 'AWS refuses iam:ListRoles' });
  expect(use?.unknownIn).toEqual([{ reason: 'AWS refuses iam:ListRoles', accounts: ['app', 'data'] }]);
});

test('a pattern becomes those of its verbs that are needed, and denials and conditions stay', () => {
  const deny = { Effect: 'Deny', Action: 'sqs:*', Resource: 'arn:aws:sqs:*:*:kept' };
  const condition = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
  const names = [
    ...['AddPermission', 'CancelMessageMoveTask', 'ChangeMessageVisibility', 'CreateQueue', 'DeleteMessage'],
    ...['DeleteQueue', 'PurgeQueue', 'RemovePermission', 'SendMessage', 'SetQueueAttributes', 'StartMessageMoveTask'],
    ...['TagQueue', 'UntagQueue', 'ReceiveMessage'],
  ];
  const unused = Object.fromEntries(names.map((name) => [name.toLowerCase(), undefined]));
  const services = { sqs: tracked(RECENT, unused) };
  const [use] = usesOf(inline(statement(['sqs:*'], condition), deny), useWith({ services }));
  expect(use?.smaller?.change).toEqual(inline(statement(['sqs:Get*', 'sqs:List*'], condition), deny));
});

test('a managed policy goes, or becomes a narrower one that has what is needed', () => {
  const set = { managedPolicies: ['SecurityAudit'] };
  const [narrower] = usesOf(
    set,
    useWith({
      services: { s3: tracked(RECENT, { listallmybuckets: RECENT, getbucketacl: OLD, putbucketacl: undefined }) },
    }),
  );
  expect(narrower?.smaller?.change).toEqual({ managedPolicies: ['ViewOnlyAccess'] });
  const [none] = usesOf(set, useWith({ services: { s3: { last: OLD } } }));
  expect(none?.smaller?.change).toEqual({ managedPolicies: null });
});

test('the text has the proposal as YAML of the estate, and what it takes away', () => {
  const set = inline(statement(['s3:ListAllMyBuckets', 'sqs:CreateQueue']));
  const services = { s3: tracked(RECENT, { listallmybuckets: RECENT }), sqs: {} };
  const text = unusedText(usesOf(set, useWith({ services })), 90);
  expect(text).toContain('    - name: Developer\n      inlinePolicy:\n        Version: 2012-10-17\n');
  expect(text).toContain('            Action: s3:ListAllMyBuckets\n');
  expect(text).toContain('  takes away 1 actions of sqs: Write 1\n');
});
