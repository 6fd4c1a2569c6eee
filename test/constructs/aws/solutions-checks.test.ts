import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { SolutionsChecks } from '../../../constructs/aws/solutions-checks';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { accessApp, temporaryFolder } from '../../support/templates';

const outdir = temporaryFolder();

/** The sandbox's stacks, beside a stack with something that the pack has rules for. */
function sandboxAndBucket(): App {
  const app = accessApp(planFiles(sandboxFiles()));
  new Bucket(new Stack(app, 'Storage'), 'Bucket');
  return app;
}

test('says of the sandbox what the whole pack says: nothing', () => {
  const app = accessApp(planFiles(sandboxFiles()));
  const whole = new AwsSolutionsChecks(app, { verbose: true }).validateScope(app);
  expect(whole).toEqual({ success: true, violations: [] });
  expect(new SolutionsChecks(app, { verbose: true }).validateScope(app)).toEqual(whole);
});

test('says of other resources what the whole pack says', () => {
  const app = sandboxAndBucket();
  const whole = new AwsSolutionsChecks(app, { verbose: true }).validateScope(app);
  expect(whole.violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  expect(new SolutionsChecks(app, { verbose: true }).validateScope(app)).toEqual(whole);
});

test('asks no rule about assignments, permission sets and nested stacks', () => {
  class Counting extends SolutionsChecks {
    readonly asked: string[] = [];
    protected override applyRule(rule: Parameters<SolutionsChecks['applyRule']>[0]): void {
      this.asked.push(rule.node.cfnResourceType);
    }
  }
  const app = sandboxAndBucket();
  const checks = new Counting(app);
  checks.validateScope(app);
  expect(new Set(checks.asked)).toEqual(new Set(['AWS::S3::Bucket']));
});

test('is called as the whole pack, so that its rules are acknowledged by the same ids', () => {
  const app = new App({ outdir, analyticsReporting: false });
  expect(new SolutionsChecks(app).readPackName).toBe(new AwsSolutionsChecks(app).readPackName);
});
