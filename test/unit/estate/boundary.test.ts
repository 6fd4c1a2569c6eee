import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parsePolicy } from '../../../src/permissions/policy';
import { sideOf } from '../../../src/permissions/side';
import { waysUp } from '../../../src/permissions/ways-up';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { edited, itemOf, planFiles, sandboxFiles } from '../../support/sandbox';
import ways from '../../../src/permissions/ways-up.json';
import { SANDBOX } from '../../support/repository';

type Document = Readonly<Record<string, unknown>>;

const sandbox = sandboxFiles();
const OWN = 'arn:aws:iam::*:policy/identity/WorkforceBoundary';

const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };
const NO_USERS = {
  Effect: 'Deny',
  Action: ['iam:*User*', 'iam:*Group*', 'iam:*AccessKey*', 'iam:*LoginProfile*', 'iam:*PolicyVersion*'],
  Resource: '*',
};
const KEPT = { Effect: 'Deny', Action: 'iam:DeleteRolePermissionsBoundary', Resource: '*' };
const ROLES = ['iam:AttachRolePolicy', 'iam:CreateRole', 'iam:Put*', 'iam:UpdateAssumeRolePolicy'];

const denyUnless = (arn: unknown, operator = 'StringNotLike', more: object = {}): Document => ({
  Effect: 'Deny',
  Action: ROLES,
  Resource: '*',
  Condition: { [operator]: { 'iam:PermissionsBoundary': arn }, ...more },
});
const allowIf = (arn: unknown, operator = 'ArnLike'): Document => ({
  Effect: 'Allow',
  Action: ROLES,
  Resource: '*',
  Condition: { [operator]: { 'iam:PermissionsBoundary': arn }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
});
const NOT_IAM = { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' };

/** The boundary that the example had: it keeps users out and itself as it is, and asks nothing of roles. */
const FORMER = [
  EVERYTHING,
  {
    Effect: 'Deny',
    Action: [
      'iam:AddUserToGroup',
      'iam:CreateAccessKey',
      'iam:CreateLoginProfile',
      'iam:CreateUser',
      'iam:UpdateLoginProfile',
    ],
    Resource: '*',
  },
  {
    Effect: 'Deny',
    Action: ['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion', 'iam:SetDefaultPolicyVersion'],
    Resource: 'arn:aws:iam::*:policy/identity/*',
  },
];

/** The sandbox with another document of its boundary, which SecurityAdmin with AdministratorAccess has. */
function bounded(statements: readonly object[]): EstatePlan {
  return planFiles(
    edited(sandbox, ({ access }) => {
      const policy = itemOf(access.policies ?? [], ({ name }) => name === 'WorkforceBoundary');
      delete policy.documentFile;
      policy.document = { Version: '2012-10-17', Statement: statements.map((statement) => ({ ...statement })) };
    }),
  );
}

function rulesOf({ ruleViolations }: EstatePlan): readonly string[] {
  return ruleViolations.map(({ code, path }) => `${code} ${path}`);
}

const UNBOUNDED = ['IdentityCenter-IC7 access.permissionSets[1]'];

test("the example's boundary bounds its administrators", () => {
  expect(rulesOf(planFiles(sandbox))).toEqual([]);
});

test('the boundary that the example had does not, and the finding says what it leaves', () => {
  const plan = bounded(FORMER);
  expect(rulesOf(plan)).toEqual(UNBOUNDED);
  const [finding] = plan.ruleViolations;
  expect(finding?.problem).toMatch(/\(the boundary \/identity\/WorkforceBoundary leaves iam:\w+ and \d+ more\)$/);
});

test.each<[string, readonly object[]]>([
  ['everything allowed', [EVERYTHING]],
  ['everything of IAM allowed', [NOT_IAM, { Effect: 'Allow', Action: 'iam:*', Resource: '*' }]],
  ['everything allowed on roles of a path', [NOT_IAM, { ...EVERYTHING, Resource: 'arn:aws:iam::*:role/app/*' }]],
  [
    'everything but two actions allowed',
    [{ Effect: 'Allow', NotAction: ['iam:CreateRole', 'iam:CreateUser'], Resource: '*' }],
  ],
  ['a denial of some roles', [EVERYTHING, NO_USERS, KEPT, { ...denyUnless(OWN), Resource: 'arn:aws:iam::*:role/a/*' }]],
  ['a denial of one account', [EVERYTHING, { ...NO_USERS, Action: 'iam:*', Resource: 'arn:aws:iam::1111:role/*' }]],
  ['a denial of all but some', [EVERYTHING, { Effect: 'Deny', Action: 'iam:*', NotResource: 'arn:aws:iam::*:role/a' }]],
  [
    'a tie that holds for some requests',
    [EVERYTHING, NO_USERS, KEPT, denyUnless(OWN, 'StringNotLike', { Bool: { 'aws:ViaAWSService': 'false' } })],
  ],
  ['a denial of its own boundary', [EVERYTHING, NO_USERS, KEPT, denyUnless(OWN, 'StringLike')]],
  ['a tie to any boundary', [EVERYTHING, NO_USERS, KEPT, denyUnless('*')]],
  ['a tie to any boundary of a path', [EVERYTHING, NO_USERS, KEPT, denyUnless('arn:aws:iam::*:policy/identity/*')]],
  ['a tie to a boundary that allows everything', [NOT_IAM, allowIf('arn:aws:iam::aws:policy/AdministratorAccess')]],
  ['a tie to an unknown boundary', [NOT_IAM, allowIf('arn:aws:iam::*:policy/Theirs')]],
  ['a tie to itself or an unknown boundary', [NOT_IAM, allowIf([OWN, 'arn:aws:iam::*:policy/Theirs'])]],
  ['a tie to itself or to none', [NOT_IAM, allowIf(OWN, 'StringLikeIfExists')]],
  ['a tie, and taking it off allowed', [EVERYTHING, NO_USERS, denyUnless(OWN)]],
  ['taking its own off allowed', [NOT_IAM, { ...allowIf(OWN), Action: 'iam:DeleteRolePermissionsBoundary' }]],
])('with %s, a boundary silences nothing', (_what, statements) => {
  expect(rulesOf(bounded(statements))).toEqual(UNBOUNDED);
});

test.each<[string, readonly object[]]>([
  ['nothing of IAM allowed', [NOT_IAM]],
  ['reading allowed', [NOT_IAM, { Effect: 'Allow', Action: ['iam:Get*', 'iam:List*'], Resource: '*' }]],
  ['IAM denied', [EVERYTHING, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }]],
  ['a tie to itself', [NOT_IAM, allowIf(OWN)]],
  ['a tie to itself in one account', [NOT_IAM, allowIf(OWN.replace('*', '210000000002'), 'StringEquals')]],
  ['a denial of roles without it', [EVERYTHING, NO_USERS, KEPT, denyUnless(OWN)]],
  ['a tie to another boundary that bounds', [NOT_IAM, allowIf('arn:aws:iam::*:policy/claims/ClaimsDeveloper')]],
  ['a tie to one of AWS that bounds', [NOT_IAM, allowIf('arn:aws:iam::aws:policy/PowerUserAccess')]],
])('with %s, a boundary bounds', (_what, statements) => {
  expect(rulesOf(bounded(statements))).toEqual([]);
});

/** Ways up of the list, one inline set each on every resource, that a rule finds. */
function found(boundary: 'without' | 'example' | 'former'): readonly string[] {
  const files = edited(boundary === 'former' ? formerFiles() : sandbox, ({ access }) => {
    const { permissionsBoundary } = itemOf(access.permissionSets, ({ name }) => name === 'SecurityAdmin');
    const sets = ways.paths.map(({ id, required }) => ({
      name: id,
      description: 'A way up.',
      inlinePolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: required, Resource: '*' }],
      },
      ...(boundary !== 'without' && permissionsBoundary && { permissionsBoundary }),
    }));
    access.permissionSets.push(...sets);
  });
  const { ruleViolations, estate } = planFiles(files);
  const broken = ruleViolations.filter(({ code }) => code !== 'IdentityCenter-IC6').map(({ path }) => path);
  return (estate.access?.permissionSets ?? [])
    .filter((_set, index) => broken.includes(`access.permissionSets[${index}]`))
    .map(({ name }) => name)
    .filter((name) => ways.paths.some(({ id }) => id === name));
}

function formerFiles(): typeof sandbox {
  return edited(sandbox, ({ access }) => {
    const policy = itemOf(access.policies ?? [], ({ name }) => name === 'WorkforceBoundary');
    delete policy.documentFile;
    policy.document = z.record(z.string(), z.json()).parse({ Version: '2012-10-17', Statement: FORMER });
  });
}

test('all of 65 known ways up are found, and the boundary silences those alone that it closes', () => {
  expect(found('without')).toHaveLength(65);
  const left = found('example');
  expect(left).toHaveLength(43);
  const side = sideOf({
    identity: parsePolicy({ Version: '2012-10-17', Statement: EVERYTHING }, 'everything'),
    boundary: parsePolicy(
      JSON.parse(readFileSync(join(SANDBOX, 'policies/workforce-boundary.json'), 'utf8')),
      'boundary',
    ),
  });
  const open = waysUp(side, {
    // With this boundary, another role is none the better for it.
    decide: ({ condition }) => (condition?.key === 'iam:permissionsboundary' ? false : undefined),
  });
  // The roles that it lets people take on have a path, and the rules ask for no more.
  expect([...left, 'sts-001']).toEqual(open.map(({ way }) => way.id));
  // The former one closed those by way of users alone.
  expect(found('former')).toHaveLength(60);
});
