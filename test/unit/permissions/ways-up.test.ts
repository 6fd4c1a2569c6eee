import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parsePolicy, unread } from '../../../src/permissions/policy';
import { type Side, sideOf } from '../../../src/permissions/side';
import { WAYS, type WayUp, waysUp } from '../../../src/permissions/ways-up';

const statement = (Effect: string, Action: unknown, more: object = {}): object => ({
  Effect,
  Action,
  Resource: '*',
  ...more,
});
const policy = (...Statement: readonly object[]): ReturnType<typeof parsePolicy> =>
  parsePolicy({ Version: '2012-10-17', Statement }, 'inline');
const sideWith = (...statements: readonly object[]): Side => sideOf({ identity: policy(...statements) });
const ids = (ways: readonly WayUp[]): readonly string[] => ways.map(({ way }) => way.id);

test('the catalogue has the form of its source, and each way the thing that it needs', () => {
  const Form = z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9]+-\d{3}$/),
      category: z.enum(['existing-passrole', 'new-passrole', 'principal-access', 'self-escalation']),
      required: z.array(z.string().regex(/^[a-z0-9-]+:[A-Z]\w+$/)).min(1),
      passedTo: z.string().endsWith('.amazonaws.com').exactOptional(),
      runsAs: z.string().endsWith('.amazonaws.com').exactOptional(),
      needs: z.string().min(1),
      prerequisites: z.string().regex(/^[0-9a-f]{12}$/),
    }),
  );
  const ways = Form.parse(WAYS);
  expect(new Set(ways.map(({ id }) => id)).size).toBe(65);
  for (const { passedTo, required } of ways) expect(passedTo !== undefined).toBe(required.includes('iam:PassRole'));
  expect(readFileSync('NOTICE', 'utf8')).toContain('https://github.com/DataDog/pathfinding.cloud');
});

test.each(WAYS.map((way) => [way.id, way.required] as const))(
  '%s is found, and not without each of its actions',
  (id, required) => {
    expect(ids(waysUp(sideWith(statement('Allow', required))))).toContain(id);
    for (const action of required) {
      const denied = sideWith(statement('Allow', '*'), statement('Deny', action));
      expect(ids(waysUp(denied))).not.toContain(id);
      const bounded = sideOf({
        identity: policy(statement('Allow', required)),
        boundary: policy({ Effect: 'Allow', NotAction: action, Resource: '*' }),
      });
      expect(ids(waysUp(bounded))).not.toContain(id);
    }
  },
);

test('a role that is passed to another service is no way, and one that is passed on a condition is one only if it holds', () => {
  const create = statement('Allow', ['lambda:CreateFunction', 'lambda:InvokeFunction']);
  const pass = (Condition: object): readonly WayUp[] =>
    waysUp(sideWith(create, statement('Allow', 'iam:PassRole', { Condition })));
  const to = (service: string): object => ({ StringEquals: { 'iam:PassedToService': service } });
  expect(ids(pass(to('ec2.amazonaws.com')))).toEqual([]);
  expect(pass(to('lambda.amazonaws.com'))).toMatchObject([{ way: { id: 'lambda-001' }, verdict: 'yes' }]);
  expect(pass({ StringNotEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } })).toMatchObject([{ verdict: 'yes' }]);
  expect(pass({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })).toMatchObject([{ verdict: 'only if' }]);
});

test('an action on resources of another kind is no way, and one under an unread SCP is unknown', () => {
  const attach = { Effect: 'Allow', Action: 'iam:AttachRolePolicy', Resource: 'arn:aws:iam::*:user/*' };
  expect(waysUp(sideWith(attach))).toEqual([]);
  const side = sideOf({ identity: policy(statement('Allow', 'iam:AttachRolePolicy')), scps: [unread('the SCP')] });
  expect(waysUp(side)).toMatchObject([{ way: { id: 'iam-009' }, verdict: 'unknown' }]);
});
