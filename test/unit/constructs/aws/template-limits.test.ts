import { App, CfnOutput, CfnResource, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import { CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import { MAX_TEMPLATE_BYTES, QUOTAS, TemplateLimits } from '../../../../constructs/aws/checks/template-limits';
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

const quotas = Object.entries(QUOTAS).flatMap(([type, properties]) =>
  Object.entries(properties).map(([property, { max, unit, source }]) => ({ type, property, max, unit, source })),
);

/** A value of a size: a list, or a JSON text, of which two characters are quotation marks. */
const ofSize = (unit: string, size: number): unknown =>
  unit === 'items' ? Array.from({ length: size }, (_, index) => index) : 'x'.repeat(size);

test.each(quotas)('$property of $type has at most $max $unit', ({ type, property, max, unit, source }) => {
  const isOfRole = type === 'AWS::IAM::Role' && property === 'Policies';
  const faultAt = (size: number) =>
    faultOf((stack) => {
      const value = isOfRole ? [{ PolicyDocument: 'x'.repeat(size - 2) }] : ofSize(unit, size);
      new CfnResource(stack, 'Measured', { type, properties: { [property]: value } });
    });
  expect(faultAt(max)).toBe('');
  expect(faultAt(max + 1)).toContain(
    `${property} of Measured (${type}) must have at most ${max} ${unit}, got ${max + 1} (${source})`,
  );
});

test('inline policies of a role count together, and references as ARNs', () => {
  const document = (count: number) => ({ Statement: Array.from({ length: count }, () => ({ Ref: 'Other' })) });
  const fault = faultOf((stack) => {
    const properties = { Policies: [{ PolicyDocument: document(40) }] };
    const role = new CfnResource(stack, 'Role', { type: 'AWS::IAM::Role', properties });
    new CfnResource(stack, 'Other', { type: 'AWS::SNS::Topic' });
    const others = { PolicyDocument: document(40), Roles: [{ Ref: stack.getLogicalId(role) }] };
    new CfnResource(stack, 'Policy', { type: 'AWS::IAM::Policy', properties: others });
  });
  expect(fault).toContain('Policies of Role (AWS::IAM::Role) must have at most 10240 characters, got 10510');
});
