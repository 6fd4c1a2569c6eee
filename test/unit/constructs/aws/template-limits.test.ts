import { App, CfnOutput, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import { CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import { MAX_TEMPLATE_BYTES, TemplateLimits } from '../../../../constructs/aws/checks/template-limits';
import { temporaryFolder } from '../../../support/templates';

const outdir = temporaryFolder();

/** What synthesis says. */
function faultOf(build: (stack: Stack) => void): string {
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Access');
  build(stack);
  Validations.of(app).addPlugins(new TemplateLimits());
  try {
    app.synth();
    return '';
  } catch (error) {
    return String(error);
  }
}

function addSet(scope: Stack, descriptionOf: number): void {
  const description = 'x'.repeat(descriptionOf);
  new CfnPermissionSet(scope, 'Set', {
    instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
    name: 'Reader',
    description,
  });
}

test('a template over a megabyte ends synthesis, and one below it does not', () => {
  const ofSize = (size: number) =>
    faultOf((stack) => {
      addSet(stack, size);
    });
  expect(ofSize(MAX_TEMPLATE_BYTES)).toMatch(
    /the template of Access must have at most 1000000 bytes, got 100\d{4}; divide the estate/,
  );
  expect(ofSize(MAX_TEMPLATE_BYTES - 2000)).toBe('');
});

test('a nested template is measured too', () => {
  const fault = faultOf((stack) => {
    addSet(new NestedStack(stack, 'Shard1'), MAX_TEMPLATE_BYTES);
  });
  expect(fault).toContain('the template of Access/Shard1 must have at most 1000000 bytes');
});

test('more than 200 outputs end synthesis', () => {
  const fault = faultOf((stack) => {
    for (let number = 0; number <= 200; number++) new CfnOutput(stack, `Output${number}`, { value: 'x' });
    addSet(stack, 1);
  });
  expect(fault).toContain('the template of Access must have at most 200 outputs, got 201');
});
