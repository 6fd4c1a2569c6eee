import { type CommandResult, shellLine } from '../../../../src/deploy/steps/command';
import { deploymentSteps, emergencySteps } from '../../../../src/deploy/steps/steps';
import { renderPlan } from '../../../../src/deploy/steps/run-steps';
import type { Check } from '../../../../src/deploy/steps/step';
import { type Drill, renderDrillTerminal } from '../../../../src/doctor/drill';
import { cdkStacks, deployedAccounts } from '../../../../src/estate/plan/stacks/stacks';
import {
  EMERGENCY_ACCOUNT,
  emergencyEstatePlan,
  emergencyFiles,
  emergencyPlanFiles,
  METADATA_FILE,
} from '../../../support/emergency';
import { hostedSandboxFiles, planFiles } from '../../../support/sandbox';

const plan = emergencyEstatePlan();

test('a person is told what to deploy, account by account', () => {
  expect(renderPlan(emergencySteps(plan, { yes: false, accessProfile: 'management' }))).toMatchInlineSnapshot(`
    "emergency-metadata: what AWS knows the identity provider of the emergency access by
      to do by hand:
        $ curl -fsS "$(pulumi stack output emergencyMetadataUrl --stack sandbox-workforce)" -o estates/sandbox/emergency-idp-metadata.xml
        Commit it, then run this again.
      done when estates/sandbox/emergency-idp-metadata.xml is there

    emergency: the emergency access, in each of its accounts
      after emergency-metadata
      ? AWS_PROFILE=management npx --no entra-aws doctor drill --estate sandbox --strict
      to do by hand:
        With credentials of the account 210000000015:
        $ npx --no cdk bootstrap aws://210000000015/us-east-1
        $ npx --no cdk bootstrap aws://210000000015/eu-central-1
        $ npx --no cdk deploy -c estate=sandbox --exclusively sandbox-emergency sandbox-emergency-alarms-eu-central-1
        With credentials of the account 210000000001:
        $ npx --no cdk bootstrap aws://210000000001/us-east-1
        $ npx --no cdk deploy -c estate=sandbox --exclusively sandbox-emergency-210000000001
        With credentials of the account 210000000006:
        $ npx --no cdk bootstrap aws://210000000006/us-east-1
        $ npx --no cdk deploy -c estate=sandbox --exclusively sandbox-emergency-210000000006
        With credentials of the account 210000000008:
        $ npx --no cdk bootstrap aws://210000000008/us-east-1
        $ npx --no cdk deploy -c estate=sandbox --exclusively sandbox-emergency-210000000008
        Confirm the alarms by the link in AWS's mail.
        Put people into the group, as the estate says of its members.
        $ npx --no entra-aws doctor drill --estate sandbox
        Do its last step: npx --no entra-aws docs emergency-access
      done when the drill proves the path up to its last step
    "
  `);
});

test('they come after the program that makes the application', () => {
  const ids = deploymentSteps(plan, { yes: false }).map(({ id }) => id);
  expect(ids.slice(-2)).toEqual(['emergency-metadata', 'emergency']);
  expect(ids.slice(0, -2)).toContain('workforce');
});

test('the metadata is waited for', () => {
  const files = new Map(Object.entries(emergencyPlanFiles()));
  files.delete(METADATA_FILE);
  const [first] = emergencySteps(planFiles(Object.fromEntries(files)), { yes: false });
  expect(first?.verification).toEqual({
    state: 'pending',
    why: `there is no estates/sandbox/${METADATA_FILE}`,
  });
  expect(emergencySteps(plan, { yes: false })[0]?.verification).toEqual({ state: 'done' });
});

test('another identity provider waits for no program', () => {
  const steps = emergencySteps(
    emergencyEstatePlan((emergency) => {
      delete emergency.application;
    }),
    { yes: false },
  );
  expect(steps[0]?.needs).toEqual([]);
  expect(renderPlan(steps)).not.toMatch(/pulumi|group/);
});

test('the drill says whether it is done', () => {
  const [check] = emergencySteps(plan, { yes: false })[1]?.verification as readonly Check[];
  const read = (result: Partial<CommandResult>) => check?.read({ code: 1, stdout: '', stderr: '', ...result });
  const drillOf = (failure: number): Drill => ({
    examination: {
      estate: 'sandbox',
      examinedAt: '2026-06-01T12:00:00Z',
      seconds: 2.5,
      checks: [],
      notCompared: [],
      totals: { failure, warning: 0, unknown: 1, ok: 0 },
    },
    lastStep: { session: '', signIn: [], switchRole: [], todo: [], emails: [] },
  });
  const said = (failures: number) => renderDrillTerminal(drillOf(failures), { colour: false });
  expect(check && shellLine(check.command)).toBe('npx --no entra-aws doctor drill --estate sandbox --strict');
  expect(read({ code: 0 })).toEqual({ state: 'done' });
  expect(read({ stdout: said(1) })).toEqual({ state: 'pending', why: 'the drill finds links that do not hold' });
  expect(read({ stdout: said(0) })).toMatchObject({ state: 'unknown' });
});

test('an estate without the section has none of it', () => {
  expect(emergencySteps(planFiles(hostedSandboxFiles()), { yes: false })).toEqual([]);
});

test('the pipeline has no role in the accounts of the emergency access because of it', () => {
  const whole = planFiles(emergencyFiles());
  expect(cdkStacks(whole).map(({ account }) => account)).toContain(EMERGENCY_ACCOUNT);
  expect(deployedAccounts(whole).map(({ account }) => account)).toEqual(
    whole.access?.stacks.map(({ account }) => account),
  );
});
