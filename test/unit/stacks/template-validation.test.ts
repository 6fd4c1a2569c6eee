import { App, CfnParameter, CfnResource, CloudFormationValidatePlugin, NestedStack, Stack } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import { CfnAutoScalingConfiguration, CfnService } from 'aws-cdk-lib/aws-apprunner';
import type { CfnAssignmentProps } from 'aws-cdk-lib/aws-sso';
import { CfnAssignment, CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CDK_FLAGS } from '../../../stacks/aws/flags';
import { TemplateValidation } from '../../../constructs/aws/checks/template-validation';
import { temporaryFolder } from '../../support/templates';

const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const PRINCIPAL = 'c2a55444-7071-70a0-1c4f-5b9d3f0a3333';
const OTHER_PRINCIPAL = 'd2a55444-7071-70a0-1c4f-5b9d3f0a3333';
const PRINCIPAL_OF_32_DIGITS = '32f5a4c4b0d1e2f3a4b5c6d7e8f90a1b';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: readonly {
      readonly ruleName: string;
      readonly description: string;
      readonly severity: string;
      readonly violatingConstructs: readonly { readonly constructPath?: string }[];
    }[];
  }[];
}

const outdir = temporaryFolder();
/** One for all tests: to load the schemas takes most of a second. */
const validation = new TemplateValidation();

/** Synthesises a stack and returns the report of the validation. Synthesis does not throw here. */
function reportOf(build: (stack: Stack) => void) {
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: { '@aws-cdk/core:failSynthOnValidationErrors': false },
    postCliContext: CDK_FLAGS,
  });
  const stack = new Stack(app, 'Access', { env: { account: '100000000000', region: 'eu-west-1' } });
  build(stack);
  Validations.of(app).addPlugins(validation);
  app.synth();
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  const [mine, ...others] = report.pluginReports;
  expect(others).toEqual([]);
  return {
    // Plug-ins that found nothing are left out.
    conclusion: mine?.conclusion ?? 'success',
    violations: (mine?.violations ?? []).map(({ ruleName, severity, description, violatingConstructs }) => ({
      rule: `${ruleName} ${severity}`,
      description,
      constructs: violatingConstructs.map(({ constructPath }) => constructPath),
    })),
  };
}

function addAssignment(stack: Construct, properties: Partial<CfnAssignmentProps>): void {
  new CfnAssignment(stack, 'Assignment', {
    instanceArn: INSTANCE,
    permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef',
    principalId: PRINCIPAL,
    principalType: 'GROUP',
    targetId: '100000000001',
    targetType: 'AWS_ACCOUNT',
    ...properties,
  });
}

test('a template without fault passes', () => {
  const report = reportOf((stack) => {
    addAssignment(new NestedStack(stack, 'Shard1'), {});
  });
  expect(report).toEqual({ conclusion: 'success', violations: [] });
});

test('a fault in the template of a stack is found', () => {
  const report = reportOf((stack) => {
    new CfnPermissionSet(stack, 'Set', { instanceArn: INSTANCE, name: 'Set', sessionDuration: '8 hours' });
  });
  expect(report.conclusion).toBe('failure');
  expect(report.violations).toEqual([
    {
      rule: 'F3031 error',
      description: expect.stringMatching(/^SessionDuration: '8 hours' does not match pattern/) as string,
      constructs: ['Access/Set'],
    },
  ]);
});

test('a fault in the template of a nested stack is found, which the library alone does not', () => {
  const report = reportOf((stack) => {
    addAssignment(new NestedStack(stack, 'Shard1'), { targetId: '12345' });
  });
  expect(report.conclusion).toBe('failure');
  expect(report.violations).toEqual([
    {
      rule: 'F3031 error',
      description: expect.stringMatching(/^TargetId: '12345' does not match pattern/) as string,
      constructs: ['Access/Shard1/Assignment'],
    },
  ]);
});

test('a principal of 32 hexadecimal digits passes, with a stack and with a nested one', () => {
  const report = reportOf((stack) => {
    addAssignment(stack, { principalId: PRINCIPAL_OF_32_DIGITS });
    addAssignment(new NestedStack(stack, 'Shard1'), { principalId: PRINCIPAL_OF_32_DIGITS });
  });
  expect(report).toEqual({ conclusion: 'success', violations: [] });
});

test.each(['not-a-principal', PRINCIPAL_OF_32_DIGITS.slice(1), `${PRINCIPAL_OF_32_DIGITS}0`])(
  'the principal %s does not pass',
  (principalId) => {
    const report = reportOf((stack) => {
      addAssignment(new NestedStack(stack, 'Shard1'), { principalId });
    });
    expect(report.conclusion).toBe('failure');
    expect(report.violations.map(({ description }) => description)).toEqual([
      expect.stringMatching(new RegExp(`^PrincipalId: '${principalId}' does not match pattern`)),
    ]);
  },
);

test('other faults of an assignment with such a principal stay', () => {
  const report = reportOf((stack) => {
    addAssignment(new NestedStack(stack, 'Shard1'), { principalId: PRINCIPAL_OF_32_DIGITS, targetId: '12345' });
  });
  expect(report.conclusion).toBe('failure');
  expect(report.violations.map(({ rule, description }) => [rule, description])).toEqual([
    ['F3031 error', expect.stringMatching(/^TargetId: '12345' does not match pattern/)],
  ]);
});

test('the same value in another property is no principal', () => {
  const report = reportOf((stack) => {
    addAssignment(stack, { targetId: PRINCIPAL_OF_32_DIGITS });
  });
  expect(report.violations.map(({ description }) => description)).toContainEqual(
    expect.stringMatching(new RegExp(`^TargetId: '${PRINCIPAL_OF_32_DIGITS}' does not match pattern`)),
  );
});

test('a fault in any nested stack is found, and told of each resource that has it', () => {
  const report = reportOf((stack) => {
    addAssignment(new NestedStack(stack, 'Shard1'), {});
    addAssignment(new NestedStack(stack, 'Shard2'), { targetId: '12345' });
    addAssignment(new NestedStack(stack, 'Shard3'), { targetId: '54321' });
    addAssignment(new NestedStack(stack, 'Shard4'), { targetId: '12345', principalId: OTHER_PRINCIPAL });
  });
  expect(report.violations.map(({ description, constructs }) => [description, constructs])).toEqual([
    [
      expect.stringMatching(/^TargetId: '12345' does not match pattern/),
      ['Access/Shard2/Assignment', 'Access/Shard4/Assignment'],
    ],
    [expect.stringMatching(/^TargetId: '54321' does not match pattern/), ['Access/Shard3/Assignment']],
  ]);
});

test('a fault in a nested stack of a nested stack is found', () => {
  const report = reportOf((stack) => {
    addAssignment(new NestedStack(new NestedStack(stack, 'Shard1'), 'Inner'), { targetId: '12345' });
  });
  expect(report.violations.map(({ constructs }) => constructs)).toEqual([['Access/Shard1/Inner/Assignment']]);
});

test('an assignment that a nested stack has twice is found', () => {
  const report = reportOf((stack) => {
    addAssignment(new NestedStack(stack, 'Shard1'), {});
    const shard = new NestedStack(stack, 'Shard2');
    addAssignment(shard, {});
    addAssignment(new Construct(shard, 'Again'), {});
  });
  expect(report.violations.map(({ rule }) => rule)).toEqual(['E3019 error']);
});

test('templates without fault are validated once, in short', () => {
  const validate = jest.spyOn(CloudFormationValidatePlugin.prototype, 'validate');
  reportOf((stack) => {
    for (const [shard, principalId] of [PRINCIPAL, OTHER_PRINCIPAL].entries()) {
      const nested = new NestedStack(stack, `Shard${shard}`);
      for (const name of ['A', 'B']) {
        const parameter = new CfnParameter(nested, name);
        nested.setParameter(parameter.logicalId, `arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-${name}`);
        const permissionSetArn = parameter.valueAsString;
        addAssignment(new Construct(nested, `Assignment${name}1`), { principalId, permissionSetArn });
        addAssignment(new Construct(nested, `Assignment${name}2`), { permissionSetArn, targetId: '100000000002' });
      }
    }
  });
  expect(validate).toHaveBeenCalledTimes(1);
  validate.mockRestore();
});

/** An App Runner service that scales by a configuration of the same stack. */
function addService(stack: Stack, properties: { readonly memory?: string; readonly attribute?: string }): CfnService {
  const { memory = '1 GB', attribute = 'AutoScalingConfigurationArn' } = properties;
  const scaling = new CfnAutoScalingConfiguration(stack, 'Scaling', {});
  return new CfnService(stack, 'Service', {
    sourceConfiguration: {
      imageRepository: { imageIdentifier: 'public.ecr.aws/nginx/nginx:1', imageRepositoryType: 'ECR_PUBLIC' },
    },
    instanceConfiguration: { memory },
    autoScalingConfigurationArn: scaling.getAtt(attribute).toString(),
  });
}

test('a service of App Runner without fault is validated once', () => {
  const validate = jest.spyOn(CloudFormationValidatePlugin.prototype, 'validate');
  const report = reportOf((stack) => {
    addService(stack, {});
  });
  expect(report).toEqual({ conclusion: 'success', violations: [] });
  expect(validate).toHaveBeenCalledTimes(1);
  validate.mockRestore();
});

test('a reference of a service to what its configuration has not is found where it stands', () => {
  const report = reportOf((stack) => {
    addService(stack, { attribute: 'Nothing', memory: '1 crate' });
  });
  expect(report.conclusion).toBe('failure');
  expect(report.violations.map(({ description, constructs }) => [description, constructs])).toEqual([
    [expect.stringMatching(/^InstanceConfiguration\.Memory: '1 crate' does not match/), ['Access/Service']],
    [expect.stringMatching(/^InstanceConfiguration\.Memory: length 7/), ['Access/Service']],
    [expect.stringMatching(/^AutoScalingConfigurationArn: 'Nothing' is not one of/), ['Access/Service']],
  ]);
});

test('it takes the place of the plug-in of the library: a fault is reported once', () => {
  const report = reportOf((stack) => {
    new CfnResource(stack, 'Set', { type: 'AWS::SSO::PermissionSet', properties: { InstanceArn: INSTANCE } });
  });
  expect(report.violations.map(({ constructs }) => constructs)).toEqual([['Access/Set']]);
});

test('synthesis fails for a fault in a nested template', () => {
  const app = new App({ outdir, analyticsReporting: false, postCliContext: CDK_FLAGS });
  const stack = new Stack(app, 'Access');
  addAssignment(new NestedStack(stack, 'Shard1'), { targetId: '12345' });
  Validations.of(app).addPlugins(validation);
  expect(() => app.synth()).toThrow("TargetId: '12345' does not match pattern");
});
