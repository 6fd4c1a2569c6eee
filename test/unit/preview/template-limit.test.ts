import { VALIDATOR } from '../../../constructs/aws/checks/validator';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { answersInMemory } from '../../support/answers';
import { planOf } from '../../support/estate-files';
import { planFiles } from '../../support/sandbox';
import { watchedFiles, watchedPlan } from '../../support/watch';

const names = Array.from({ length: 120 }, (_, index) => `Set${index}`);
const resources = Array.from({ length: 200 }, (_, index) => `arn:aws:s3:::bucket-of-the-platform-number-${index}`);
const inlinePolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resources }],
};

test('a template that CloudFormation would refuse for its size is an error of the access', () => {
  // A megabyte takes the validator ten seconds, and the limit is not its own.
  jest.spyOn(VALIDATOR, 'ask').mockReturnValue(() => []);
  const permissionSets = names.map((name) => ({ name, description: 'One of many.', inlinePolicy }));
  const grants = [{ group: 'Developers', permissionSets: names, accounts: { include: [{ all: true }] } }];
  const { issues } = synthesizeEstate(planOf(JSON.stringify({ access: { permissionSets, grants } })));
  expect(issues.filter(({ severity }) => severity === 'error')).toEqual([
    {
      severity: 'error',
      code: 'template-limit',
      at: ['access', 'permissionSets', 0],
      problem: expect.stringMatching(
        /^the template of \S+-access must have at most 1000000 bytes, got 1\d{6}; divide/,
      ) as unknown,
    },
  ]);
});

test('a function with more variables than Lambda takes is an error of the section that it comes from', () => {
  jest.spyOn(VALIDATOR, 'ask').mockReturnValue(() => []);
  const plan = watchedPlan(({ leavers }) => {
    if (leavers !== undefined)
      leavers.breakGlassUsers = Array.from(
        { length: 100 },
        (_, index) => `break-glass-user-number-${index}@insurance.example.com`,
      );
  });
  expect(synthesizeEstate(plan).issues).toEqual([
    {
      severity: 'error',
      code: 'service-quota',
      at: ['workforce'],
      problem: expect.stringMatching(
        /^Environment of LeaversFunction\w+ .* must have at most 4096 bytes, got 5\d{3} /,
      ) as unknown,
    },
  ]);
});

test('a finding at no construct is one of the section of its stack, also where that stack is not made again', () => {
  const known = answersInMemory();
  jest.spyOn(VALIDATOR, 'ask').mockImplementation(
    ({ stackTemplates }) =>
      () =>
        stackTemplates
          .filter(({ templatePath }) => templatePath.includes('-workforce-watch'))
          .map(({ templatePath }) => ({
            ruleName: 'E0000',
            description: 'the template is none',
            severity: 'error',
            violatingResources: [{ resourceLogicalId: 'Nowhere', templatePath, locations: [] }],
          })),
  );
  const issuesAfter = (...permissionSets: readonly object[]) => {
    const files = watchedFiles(undefined, { access: { permissionSets, grants: [] } });
    return synthesizeEstate(planFiles(files), { known, files: Object.entries(files).map((one) => JSON.stringify(one)) })
      .issues;
  };
  const error = { code: 'E0000', severity: 'error', at: ['workforce'] };
  expect(issuesAfter()).toMatchObject([error]);
  expect(issuesAfter({ name: 'Another', description: 'A set.' })).toMatchObject([error]);
});
