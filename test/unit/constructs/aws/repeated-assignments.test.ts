import type { Template } from '../../../../constructs/aws/access/kept';
import { RepeatedAssignments } from '../../../../constructs/aws/checks/template-validation';

interface Entry {
  readonly account?: string;
  readonly principal?: string;
  readonly more?: object;
  readonly after?: string | readonly string[];
}

const assignment = ({ account = '100000000001', principal = 'a', more = {}, after }: Entry = {}) => ({
  Type: 'AWS::SSO::Assignment',
  Properties: { TargetId: account, PrincipalId: principal, PermissionSetArn: { Ref: 'Set' }, ...more },
  ...(after !== undefined && { DependsOn: after }),
});

/** Logical ids of what is left of one template after another. */
function left(...templates: readonly NonNullable<Template['Resources']>[]): readonly (readonly string[])[] {
  const repeated = new RepeatedAssignments();
  return templates.map((Resources) => Object.keys(repeated.leaveOut({ Resources })?.Resources ?? {}));
}

test('of assignments that differ in the digits of the account alone, the first is left', () => {
  expect(left({ A: assignment(), B: assignment({ account: '100000000002' }) })).toEqual([['A']]);
});

test('an assignment with a value of its own is left, and none whose values all stand in others', () => {
  const resources = {
    A: assignment(),
    B: assignment({ principal: 'b' }),
    C: assignment({ account: '100000000002', principal: 'b' }),
    D: assignment({ account: '1000000000022' }),
    E: assignment({ account: '10000000000x' }),
    F: assignment({ more: { PermissionSetArn: { Ref: 'Other' } } }),
    G: assignment({ more: { TargetId: 100_000_000_001 } }),
  };
  expect(left(resources)).toEqual([['B', 'D', 'E', 'F', 'G']]);
});

test('the path that the CDK writes into an assignment makes no difference', () => {
  const at = (path: string) => ({ Metadata: { 'aws:cdk:path': path } });
  const second = { ...assignment({ account: '100000000002' }), ...at('sandbox-access/B') };
  expect(left({ A: { ...assignment(), ...at('sandbox-access/A') }, B: second })).toEqual([['A']]);
});

test('an assignment with a property more or less, or with an attribute, is left', () => {
  const { TargetId, PermissionSetArn } = assignment().Properties;
  const resources = {
    A: assignment(),
    B: assignment({ account: '100000000002', more: { Extra: 1 } }),
    C: { Type: 'AWS::SSO::Assignment', Properties: { TargetId, PermissionSetArn } },
    D: { ...assignment({ account: '100000000003' }), DeletionPolicy: 'Retain' },
    E: { Type: 'AWS::SSO::Assignment' },
  };
  expect(left(resources)).toEqual([['A', 'B', 'C', 'D', 'E']]);
});

test('a value that an earlier template had is left out; of a template without anything new nothing is left', () => {
  const literal = { more: { PermissionSetArn: 'arn' } };
  const second = {
    B: assignment({ ...literal, account: '100000000002' }),
    C: assignment({ ...literal, principal: 'c' }),
  };
  const third = { D: assignment({ ...literal, account: '100000000003', principal: 'c' }) };
  expect(left({ A: assignment(literal) }, second, third)).toEqual([['A'], ['C'], []]);
});

test('the same ones are left whatever the order, and whichever account comes or goes', () => {
  const [a, b] = [assignment(), assignment({ principal: 'b' })];
  const c = assignment({ account: '100000000002', principal: 'b' });
  const d = assignment({ account: '100000000009' });
  expect(left({ A: a, B: b })).toEqual([['A', 'B']]);
  expect(left({ B: b, C: c, D: d })).toEqual([['B', 'D']]);
});

test('a template without resources stays: that is a fault too', () => {
  expect(new RepeatedAssignments().leaveOut({ Resources: {} })).toEqual({ Resources: {} });
});

test('a reference counts anew in each template', () => {
  const again = { B: assignment({ account: '100000000002' }), C: assignment({ account: '100000000003' }) };
  expect(left({ A: assignment() }, again)).toEqual([['A'], ['B']]);
});

test('resources of other types are left, each of them', () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: {} };
  expect(left({ A: bucket, B: bucket })).toEqual([['A', 'B']]);
});

test('a template that has an assignment twice stays whole', () => {
  const resources = { A: assignment(), B: assignment({ account: '100000000002' }), C: assignment() };
  expect(left(resources)).toEqual([['A', 'B', 'C']]);
});

test('what is left waits for nothing that is left out, and the rest of the template stays', () => {
  const Resources = {
    A: assignment(),
    B: assignment({ account: '100000000002' }),
    C: assignment({ principal: 'c', after: 'B' }),
    D: assignment({ principal: 'd', after: ['B', 'C'] }),
  };
  const template = { Parameters: { Set: { Type: 'String' } }, Resources };
  expect(new RepeatedAssignments().leaveOut(template)).toEqual({
    Parameters: { Set: { Type: 'String' } },
    Resources: { A: assignment(), C: assignment({ principal: 'c' }), D: assignment({ principal: 'd', after: ['C'] }) },
  });
});
