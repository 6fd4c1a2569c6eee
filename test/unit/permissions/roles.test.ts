import { parsePolicy } from '../../../src/permissions/policy';
import { type Identity, type Role, RoleGraph } from '../../../src/permissions/roles';
import { sideOf } from '../../../src/permissions/side';
import { Trust } from '../../../src/permissions/trust';
import { type Way, WAYS, waysUp } from '../../../src/permissions/ways-up';

type Document = Readonly<Record<string, unknown>>;

const [HERE, THERE] = ['210000000001', '210000000002'];
const arnOf = (name: string, account = HERE): string => `arn:aws:iam::${account}:role/${name}`;
const policyOf = (...Statement: readonly object[]): Document => ({ Version: '2012-10-17', Statement });
const allow = (Action: unknown, Resource: unknown = '*', more: object = {}): object => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...more,
});
const trusting = (Principal: unknown, more: object = {}): Document =>
  policyOf({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more });
const ADMINISTRATOR = [allow('*')];

interface Written {
  readonly may?: readonly object[];
  readonly boundary?: readonly object[];
  readonly scps?: readonly object[];
  readonly trust?: Document;
  readonly account?: string;
  readonly customerPolicies?: readonly string[];
}

function identity(name: string, written: Written = {}): Identity {
  const { may = [], boundary, scps, account = HERE, customerPolicies = [] } = written;
  const side = sideOf({
    identity: may.length === 0 ? [] : parsePolicy(policyOf(...may), name),
    ...(boundary && { boundary: parsePolicy(policyOf(...boundary), 'boundary') }),
    ...(scps && { scps: [parsePolicy(policyOf(...scps), 'SCP')] }),
  });
  return { arn: arnOf(name, account), account, side, customerPolicies };
}
const session = (...may: readonly object[]): Identity => ({
  ...identity('aws-reserved/sso.amazonaws.com/AWSReservedSSO_Developer_0123456789abcdef', { may }),
  isProtected: true,
});
const role = (name: string, written: Written = {}): Role => ({
  ...identity(name, written),
  trust: new Trust(written.trust ?? trusting({ AWS: `arn:aws:iam::${HERE}:root` }), name),
});
const told = (from: Identity, roles: readonly Role[], controls = {}): readonly string[] | undefined =>
  new RoleGraph(roles, controls)
    .wayFrom(from)
    ?.steps.map((step) => `${step.way.id} ${step.role?.arn ?? '-'} ${step.verdict}`);

const ASSUME = allow('sts:AssumeRole');

test('a session comes to administrator by roles of other accounts, each of which trusts the one before', () => {
  const deploy = role('deploy', { may: [allow('sts:AssumeRole', arnOf('admin', THERE))] });
  const trust = trusting({ AWS: arnOf('deploy') });
  const admin = role('admin', { may: ADMINISTRATOR, account: THERE, trust });
  expect(told(session(ASSUME), [deploy, admin])).toEqual([`sts-001 ${deploy.arn} yes`, `sts-001 ${admin.arn} yes`]);
  expect(told(session(ASSUME), [deploy])).toBeUndefined();
  expect(told(session(ASSUME), [admin])).toBeUndefined();
  const elsewhere = role('deploy', { may: [allow('sts:AssumeRole', arnOf('other', THERE))] });
  expect(told(session(ASSUME), [elsewhere, admin])).toBeUndefined();
});

test('a role of the same account needs no permission where its trust names the caller, and one of another account does', () => {
  const trust = trusting({ AWS: session().arn });
  expect(told(session(), [role('admin', { may: ADMINISTRATOR, trust })])).toHaveLength(1);
  expect(told(session(), [role('admin', { may: ADMINISTRATOR, trust, account: THERE })])).toBeUndefined();
  expect(told(session(), [role('admin', { may: ADMINISTRATOR })])).toBeUndefined();
  const denied = session({ Effect: 'Deny', Action: 'sts:*', Resource: '*' });
  expect(told(denied, [role('admin', { may: ADMINISTRATOR, trust })])).toBeUndefined();
  const byName = trusting({ AWS: `arn:aws:sts::${HERE}:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/jane` });
  expect(told(session(), [role('admin', { may: ADMINISTRATOR, trust: byName })])).toHaveLength(1);
});

test('conditions of trust are decided where the request is known, and otherwise make it only if', () => {
  const when = (Condition: object): Role =>
    role('admin', { may: ADMINISTRATOR, trust: trusting({ AWS: '*' }, { Condition }) });
  const organization = { organization: 'o-insurance01' };
  const inOrganization = when({ StringEquals: { 'aws:PrincipalOrgID': 'o-insurance01' } });
  expect(told(session(ASSUME), [inOrganization], organization)).toEqual([`sts-001 ${inOrganization.arn} yes`]);
  const foreign = when({ StringEquals: { 'aws:PrincipalOrgID': 'o-other000000' } });
  expect(told(session(ASSUME), [foreign], organization)).toBeUndefined();
  expect(told(session(ASSUME), [foreign])).toEqual([`sts-001 ${foreign.arn} only if`]);
  const set = when({ ArnLike: { 'aws:PrincipalArn': '*/AWSReservedSSO_Developer_*' } });
  expect(told(session(ASSUME), [set])).toEqual([`sts-001 ${set.arn} yes`]);
  expect(
    told(session(ASSUME), [when({ ArnLike: { 'aws:PrincipalArn': '*/AWSReservedSSO_Admin_*' } })]),
  ).toBeUndefined();
});

test.each<[string, Written]>([
  ['the boundary of the role', { may: ADMINISTRATOR, boundary: [allow('s3:*')] }],
  [
    'a denial of its trust',
    {
      may: ADMINISTRATOR,
      trust: policyOf(
        { Effect: 'Allow', Principal: { AWS: HERE }, Action: 'sts:AssumeRole' },
        { Effect: 'Deny', Principal: { AWS: session().arn }, Action: 'sts:*' },
      ),
    },
  ],
  [
    'a denial of all but another',
    {
      may: ADMINISTRATOR,
      trust: policyOf(
        { Effect: 'Allow', Principal: { AWS: HERE }, Action: 'sts:AssumeRole' },
        { Effect: 'Deny', NotPrincipal: { AWS: arnOf('other') }, Action: 'sts:*' },
      ),
    },
  ],
])('%s closes the way', (_, written) => {
  expect(told(session(ASSUME), [role('admin', written)])).toBeUndefined();
});

test('policies of the organization close a way, on the side of the caller and of the role', () => {
  const admin = role('admin', { may: ADMINISTRATOR, account: THERE, trust: trusting({ AWS: HERE }) });
  expect(told(session(ASSUME), [admin])).toHaveLength(1);
  const barred = identity('barred', {
    may: [ASSUME],
    scps: [allow('*'), { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }],
  });
  expect(told(barred, [admin])).toBeUndefined();
  const rcps = (account: string) =>
    account === THERE ? [parsePolicy(policyOf(...ADMINISTRATOR, { ...ASSUME, Effect: 'Deny' }), 'RCP')] : [];
  expect(told(session(ASSUME), [admin], { rcps })).toBeUndefined();
});

test('a trust that can not be read is unknown, and not no', () => {
  const admin = role('admin', { may: ADMINISTRATOR, trust: { Statement: [{ Effect: 'Allow', Odd: 1 }] } });
  expect(told(session(ASSUME), [admin])).toEqual([`sts-001 ${admin.arn} unknown`]);
});

test('the surest way comes first, and then the shortest; a circle ends', () => {
  const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } };
  const [a, b] = [role('a', { may: [ASSUME] }), role('b', { may: [ASSUME] })];
  const near = role('near', { may: ADMINISTRATOR, trust: trusting({ AWS: session().arn }, condition) });
  const far = role('far', { may: ADMINISTRATOR, trust: trusting({ AWS: b.arn }) });
  expect(told(session(ASSUME), [a, b, near, far])).toEqual([`sts-001 ${b.arn} yes`, `sts-001 ${far.arn} yes`]);
  expect(told(session(ASSUME), [a, b, near])).toEqual([`sts-001 ${near.arn} only if`]);
  expect(told(session(ASSUME), [a, b])).toBeUndefined();
});

test('a role that may give itself everything is an administrator, unless its boundary holds it', () => {
  const may = [allow('iam:PutRolePolicy', arnOf('editor'))];
  const editor = role('editor', { may });
  expect(told(session(ASSUME), [editor])).toEqual([`sts-001 ${editor.arn} yes`, 'iam-005 - yes']);
  expect(told(session(ASSUME), [role('editor', { may, boundary: [allow(['iam:*', 's3:*'])] })])).toBeUndefined();
  const ownPolicy = `arn:aws:iam::${HERE}:policy/own`;
  const versions = session(allow('iam:CreatePolicyVersion', ownPolicy));
  expect(told(versions, [])).toBeUndefined();
  expect(told({ ...versions, customerPolicies: [ownPolicy] }, [])).toEqual(['iam-001 - yes']);
});

test('of the ways of a role by users, the surest is told', () => {
  const conditional = allow('iam:CreateAccessKey', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } });
  const keys = role('keys', { may: [conditional, allow('iam:CreateLoginProfile')] });
  expect(told(session(ASSUME), [keys])).toEqual([`sts-001 ${keys.arn} yes`, 'iam-004 - yes']);
  expect(told(session(ASSUME), [role('keys', { may: [conditional] })])).toEqual([
    `sts-001 ${keys.arn} yes`,
    'iam-002 - only if',
  ]);
});

describe('of the 65 ways', () => {
  const trustOf = ({ passedTo, runsAs, required }: Way): Document => {
    const Service = passedTo ?? runsAs;
    if (Service !== undefined) return trusting({ Service });
    return trusting({ AWS: required.includes('sts:AssumeRole') ? HERE : arnOf('nobody') });
  };
  const OWN = `arn:aws:iam::${HERE}:policy/own`;
  /** The role has no permissions where the way gives it some. */
  const target = (way: Way, written: Written = {}): Role =>
    role('target', { may: ADMINISTRATOR, trust: trustOf(way), customerPolicies: [OWN], ...written });
  const caller = (...may: readonly object[]): Identity => ({ ...identity('me', { may }), customerPolicies: [OWN] });
  const found = (way: Way, from: Identity, ...roles: readonly Role[]): boolean =>
    new RoleGraph(roles).stepsFrom(from).some((step) => step.way === way);
  const toRoles = WAYS.filter(
    ({ passedTo, runsAs, required }) =>
      (passedTo ?? runsAs) !== undefined || required.some((action) => /AssumeRole/.test(action)),
  );
  const own = WAYS.filter(({ id }) => ['iam-001', 'iam-005', 'iam-009'].includes(id));
  const others = WAYS.filter((way) => !toRoles.includes(way) && !own.includes(way));
  const byId = (ways: readonly Way[]) => ways.map((way) => [way.id, way] as const);

  test('each is evaluated by what it needs', () => {
    expect([toRoles, own, others].map(({ length }) => length)).toEqual([51, 3, 11]);
  });

  test.each(byId(toRoles))('%s leads to a role that it can come to, and to no other', (_, way) => {
    const { required } = way;
    const all = caller(allow(required));
    expect(found(way, all, target(way))).toBe(true);
    expect(found(way, all)).toBe(false);
    expect(found(way, all, target(way, { trust: trusting({ Service: 'other.amazonaws.com' }) }))).toBe(
      required.includes('iam:UpdateAssumeRolePolicy'),
    );
    const elsewhere = target(way, { account: THERE });
    expect(found(way, all, elsewhere)).toBe(way.id === 'sts-001');
    for (const action of required) {
      expect(found(way, caller(allow('*'), { Effect: 'Deny', Action: action, Resource: '*' }), target(way))).toBe(
        false,
      );
      // Of another kind, another name or another service.
      const wrong = allow(action, ['arn:aws:odd:::thing', arnOf('another')]);
      expect(found(way, caller(allow(required.filter((one) => one !== action)), wrong), target(way))).toBe(false);
    }
  });

  test.each(byId(toRoles.filter(({ passedTo }) => passedTo !== undefined)))('%s passes to its service', (_, way) => {
    const rest = allow(way.required.filter((one) => one !== 'iam:PassRole'));
    const pass = (service: string): Identity =>
      caller(rest, allow('iam:PassRole', '*', { Condition: { StringEquals: { 'iam:PassedToService': service } } }));
    expect(found(way, pass(String(way.passedTo)), target(way))).toBe(true);
    expect(found(way, pass('other.amazonaws.com'), target(way))).toBe(false);
  });

  test.each(byId(own))('%s raises the identity itself', (_, way) => {
    const mine = [arnOf('me'), OWN];
    expect(found(way, caller(allow(way.required, mine)))).toBe(true);
    expect(found(way, caller(allow(way.required, [arnOf('you'), `${OWN}er`])))).toBe(false);
  });

  test.each(byId(others))('%s needs a user, a group or a policy', (_, { id, required }) => {
    const ids = (resource: unknown) =>
      waysUp(sideOf({ identity: parsePolicy(policyOf(allow(required, resource)), 'inline') })).map(({ way }) => way.id);
    expect(ids('*')).toContain(id);
    expect(ids('arn:aws:iam::*:role/*')).not.toContain(id);
  });
});

test('a role that trusts two services is passed to the one that the policy names', () => {
  const toLambda = { Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } };
  const may = [allow('iam:PassRole', '*', toLambda), allow(['ec2:RunInstances', 'lambda:*'])];
  const trust = trusting({ Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] });
  const graph = new RoleGraph([role('admin', { may: ADMINISTRATOR, trust })]);
  const passed = graph.stepsFrom(session(...may)).flatMap(({ way }) => way.passedTo ?? []);
  expect(new Set(passed)).toEqual(new Set(['lambda.amazonaws.com']));
});

test('a role of another identity that is raised within its boundary is no administrator', () => {
  const raises = session(ASSUME, allow('iam:PutRolePolicy'));
  expect(told(raises, [role('held', { boundary: [allow('s3:*')] })])).toBeUndefined();
  expect(told(raises, [role('free')])).toHaveLength(1);
});

test('a denial of an account in a trust policy keeps out whom an allowance names', () => {
  const allowed = { Effect: 'Allow', Principal: { AWS: session().arn }, Action: 'sts:AssumeRole' };
  const denied = { Effect: 'Deny', Principal: { AWS: `arn:aws:iam::${HERE}:root` }, Action: 'sts:AssumeRole' };
  expect(told(session(), [role('admin', { may: ADMINISTRATOR, trust: policyOf(allowed, denied) })])).toBeUndefined();
});

test('a trust that allows everybody but some is unknown', () => {
  const trust = policyOf({ Effect: 'Allow', NotPrincipal: { AWS: arnOf('other') }, Action: 'sts:AssumeRole' });
  const admin = role('admin', { may: ADMINISTRATOR, trust });
  expect(told(session(ASSUME), [admin])).toEqual([`sts-001 ${admin.arn} unknown`]);
});

test('each caller that a trust policy names is bound by its own statement', () => {
  const [one, two] = [session(), { ...identity('two'), isProtected: true }];
  const named = (AWS: string, more: object) => ({
    Effect: 'Allow',
    Principal: { AWS },
    Action: 'sts:AssumeRole',
    ...more,
  });
  const mfa = { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } };
  const admin = role('admin', { may: ADMINISTRATOR, trust: policyOf(named(one.arn, {}), named(two.arn, mfa)) });
  const graph = new RoleGraph([admin]);
  expect([one, two].map((from) => graph.wayFrom(from)?.verdict)).toEqual(['yes', 'only if']);
});

test('a pattern that names no service counts for the actions of ways', () => {
  const admin = role('admin', { may: ADMINISTRATOR });
  expect(told(session(allow('s*:AssumeRole')), [admin])).toEqual([`sts-001 ${admin.arn} yes`]);
});
