import { plainTemplate } from '../../../../constructs/aws/checks/template-validation';

const assignment = (account: string, principal: string, more: object = {}) => ({
  Type: 'AWS::SSO::Assignment',
  Properties: { TargetId: account, PrincipalId: principal },
  ...more,
});

const shard = (resources: Parameters<typeof plainTemplate>[0]['Resources'] & object) =>
  plainTemplate({ Resources: resources });

test('assignments lose their names, their order, what they wait for and which account they are in', () => {
  const plain = shard({ B: assignment('100000000002', 'b', { DependsOn: 'A' }), A: assignment('100000000001', 'a') });
  expect(plain).toEqual(shard({ A9: assignment('100000000009', 'a'), B9: assignment('100000000008', 'b') }));
  expect(plain).toEqual({
    Resources: { Assignment1: assignment('111111111111', 'a'), Assignment2: assignment('111111111111', 'b') },
  });
});

test.each([
  ['an account id of another length', assignment('1000000000011', 'a')],
  ['an account id that is not one', assignment('10000000000x', 'a')],
  ['another principal', assignment('100000000001', 'c')],
  ['an attribute', assignment('100000000001', 'a', { DeletionPolicy: 'Retain' })],
])('%s shows', (_, other) => {
  expect(shard({ A: other })).not.toEqual(shard({ A: assignment('100000000001', 'a') }));
});

test('assignments beside something else stay as they are', () => {
  const Resources = {
    A: assignment('100000000001', 'a'),
    Set: { Type: 'AWS::SSO::PermissionSet', Properties: { Name: 'a' } },
  };
  expect(plainTemplate({ Resources })).toEqual({ Resources });
});

test('the hash in the address of a nested template does not count, and the rest of the stack does', () => {
  const nested = (hash: string, more: object = {}) => ({
    Resources: {
      Nested: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: { 'Fn::Join': ['', ['https://s3/', `${hash}.json`]] }, ...more },
      },
    },
  });
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(plainTemplate(nested(a))).toEqual(plainTemplate(nested(b)));
  expect(plainTemplate(nested(a, { Parameters: { P: b } }))).not.toEqual(plainTemplate(nested(a)));
});

test('a template without resources stays', () => {
  expect(plainTemplate({})).toEqual({});
});
