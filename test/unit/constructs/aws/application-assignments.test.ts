import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ApplicationAssignments } from '../../../../constructs/aws/access/assignments';
import type { PlacedApplication } from '../../../../src/estate/sections/access/plan/access-plan';
import { MANAGEMENT, planOf, principalId } from '../../../support/estate-files';
import { temporaryFolder } from '../../../support/templates';

const outdir = temporaryFolder();
const GROUPS = Array.from({ length: 40 }, (_, index) => `Group ${index}`);
const ARN = 'arn:aws:sso::100000000000:application/ssoins-0123456789abcdef/apl-0123456789abcdef';

function placed(groups: readonly string[]): readonly PlacedApplication[] {
  const applications = `[{ name: App, arn: '${ARN}', groups: [${groups.join()}] }]`;
  const estate = `access: { permissionSets: [], grants: [], applications: ${applications} }`;
  const plan = planOf(estate, { accounts: [MANAGEMENT], groups: GROUPS });
  return (plan.access?.stacks ?? []).flatMap((stack) => stack.applications);
}

function resourcesOf(groups: readonly string[], isAdopting = false): ReturnType<Template['findResources']> {
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack');
  new ApplicationAssignments(stack, 'Applications', { assignments: placed(groups), isAdopting });
  return Template.fromStack(stack).findResources('AWS::SSO::ApplicationAssignment');
}

test('each group is assigned to the application', () => {
  expect(Object.values(resourcesOf(['Group 1']))).toMatchObject([
    { Properties: { ApplicationArn: ARN, PrincipalId: principalId(1), PrincipalType: 'GROUP' } },
  ]);
});

test('at most ten are made at once', () => {
  const all = Object.values(resourcesOf(GROUPS));
  expect(all).toHaveLength(40);
  expect(all.filter((one) => one['DependsOn'] === undefined).length).toBeLessThanOrEqual(10);
});

test('a group that comes changes what one other waits for, and nothing else', () => {
  const [before, after] = [resourcesOf(GROUPS.slice(1)), resourcesOf(GROUPS)];
  const changed = Object.entries(before).filter(([id, one]) => JSON.stringify(after[id]) !== JSON.stringify(one));
  expect(changed.length).toBeLessThanOrEqual(1);
  const bare = (one: object): string => JSON.stringify({ ...one, DependsOn: undefined });
  for (const [id, one] of changed) expect(bare(after[id] ?? {})).toBe(bare(one));
});

test('what exists already may be taken over', () => {
  expect(Object.values(resourcesOf(['Group 1'], true))).toMatchObject([{ DeletionPolicy: 'RetainExceptOnCreate' }]);
  expect(Object.values(resourcesOf(['Group 1']))[0]).not.toHaveProperty('DeletionPolicy');
});
