import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '../../../../constructs/aws/access/kept';
import { labelsOf, type MarkedAccess, planAccess, templateOf } from '../../../../src/prove/aws/marked-access';
import type { DeployedRole } from '../../../../src/clouds/facts/emergency-facts';
import { isRoleAsDeclared } from '../../../../src/prove/aws/prove-access';

const MARK = 'prove-0a1b2c3d';
const ACCESS: MarkedAccess = {
  mark: MARK,
  day: '2026-11-28',
  account: '210000000099',
  region: 'eu-west-1',
  instanceArn: 'arn:aws:sso:::instance/ssoins-7904a1b2c3d4e5f6',
  identityStoreId: 'd-93670a1b2d',
  principals: { group: '6f0e2b9c-5d73-4e89-a3d1-7b52c1a6d0f4', user: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73' },
};
const STAGES = ['first', 'changed', 'reduced'] as const;
const folder = mkdtempSync(join(tmpdir(), 'marked-access-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const template = (stage: (typeof STAGES)[number], access = ACCESS): Template =>
  templateOf(MARK, planAccess(access, stage), {
    instance: { arn: ACCESS.instanceArn, partition: 'aws' },
    folder: join(folder, stage),
  });

const typesIn = ({ Resources = {} }: Template): readonly string[] =>
  Object.values(Resources)
    .map(({ Type }) => Type)
    .toSorted();

const [SET, ASSIGNMENT] = ['AWS::SSO::PermissionSet', 'AWS::SSO::Assignment'];

test('a stage deploys permission sets and their assignments, and the last has less', () => {
  expect(typesIn(template('first'))).toEqual([ASSIGNMENT, ASSIGNMENT, SET, SET]);
  expect(typesIn(template('changed'))).toEqual([ASSIGNMENT, ASSIGNMENT, SET, SET]);
  expect(typesIn(template('reduced'))).toEqual([ASSIGNMENT, SET]);
  expect(new Set(STAGES.map((stage) => JSON.stringify(template(stage)))).size).toBe(STAGES.length);
});

test('nothing is assigned where the identity store takes no group', () => {
  expect(typesIn(template('first', { ...ACCESS, principals: undefined }))).toEqual([SET, SET]);
});

test('a template needs no bootstrap of the CDK, and fits into a request', () => {
  const text = JSON.stringify(template('changed'));
  expect(text).not.toMatch(/BootstrapVersion|AWS::CloudFormation::Stack/);
  expect(text.length).toBeLessThan(51_200);
});

test('every permission set has the mark in its name', () => {
  const names = Object.values(template('first').Resources ?? {}).flatMap(({ Type, Properties = {} }) =>
    Type === SET ? [Properties['Name']] : [],
  );
  expect(names.toSorted()).toEqual([`${MARK}-plain`, `${MARK}-policies`]);
});

test('logical ids are told by words that have no id', () => {
  expect([...labelsOf(template('first'), MARK).values()].toSorted()).toEqual([
    'GROUP-with-policies',
    'USER-with-plain',
    'set-plain',
    'set-policies',
  ]);
});

describe('the role of a permission set', () => {
  const [set] = planAccess(ACCESS, 'first').permissionSets.filter(({ name }) => name.endsWith('-policies'));
  if (set === undefined) throw new Error('the set is missing');
  const role: DeployedRole = {
    name: `AWSReservedSSO_${MARK}-policies_0123456789abcdef`,
    trust: {},
    policies: ['arn:aws:iam::aws:policy/job-function/ViewOnlyAccess'],
    inlinePolicies: { AwsSSOInlinePolicy: set.inlinePolicy?.document },
    boundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  };

  test('is as declared with its policies and its boundary, under the name by which sessions are told', () => {
    expect(isRoleAsDeclared(set, [role], 'aws')).toBe(true);
  });

  test.each<readonly [string, readonly DeployedRole[]]>([
    ['no role', []],
    ['two', [role, { ...role, name: `AWSReservedSSO_${MARK}-policies_fedcba9876543210` }]],
    ['another form of the name', [{ ...role, name: `AWSReservedSSO_${MARK}-policies_012345` }]],
    ['another managed policy', [{ ...role, policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }]],
    ['no inline policy', [{ ...role, inlinePolicies: {} }]],
    ['no boundary', [{ ...role, boundary: undefined }]],
  ])('is not as declared with %s', (_, roles) => {
    expect(isRoleAsDeclared(set, roles, 'aws')).toBe(false);
  });
});
