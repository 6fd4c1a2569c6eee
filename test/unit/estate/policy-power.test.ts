import { statementsOf } from '../../../src/estate/sections/access/policy-document';
import { isAdministrative, isPowerfulPolicy } from '../../../src/estate/sections/access/policy-power';

const allows = (Action: unknown, Resource: unknown = '*'): boolean =>
  isAdministrative(statementsOf({ Statement: { Effect: 'Allow', Action, Resource } }));

test.each(['*', '*:*', '?*', '**', 'iam:*', 'iam:Attach*', 'IAM:putrolepolicy'])(
  'the action %s on everything makes an administrator',
  (action) => {
    expect(allows(action)).toBe(true);
    expect(allows([action, 's3:GetObject'], ['arn:aws:s3:::a', 'arn:*'])).toBe(true);
    expect(allows(action, 'arn:aws:iam::*:role/team/*')).toBe(false);
  },
);

test('giving every role what one likes makes an administrator', () => {
  expect(allows('iam:PutRolePolicy', 'arn:aws:iam::*:role/*')).toBe(true);
  expect(allows('iam:PutRolePolicy', 'arn:aws-us-gov:iam::*:role/*')).toBe(true);
  expect(allows('*', 'arn:aws:iam::*:role/*')).toBe(true);
});

test('reading, a service, and a denial do not', () => {
  expect(allows(['s3:*', 'iam:Get*', 'iam:PassRole'])).toBe(false);
  expect(isAdministrative(statementsOf({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }))).toBe(false);
});

test('managed policies with power over IAM count by name and by ARN', () => {
  expect(isPowerfulPolicy('arn:aws:iam::aws:policy/IAMFullAccess')).toBe(true);
  expect(isPowerfulPolicy('AdministratorAccess')).toBe(true);
  expect(isPowerfulPolicy('AdministratorAccess-Amplify')).toBe(false);
});
