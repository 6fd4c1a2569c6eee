import type { App } from 'aws-cdk-lib';
import { CfnResource, CfnStackSet, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type * as CdkNag from 'cdk-nag';
import type { IApplyRule } from 'cdk-nag';
import { AwsSolutionsChecks, NagPack, NagRuleCompliance } from 'cdk-nag';
import { isAbout, SolutionsChecks } from '../../../../constructs/aws/checks/solutions-checks';
import { planFiles, sandboxFiles } from '../../../support/sandbox';
import { accessApp } from '../../../support/templates';

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

test('says of a stack set what the whole pack says: nothing', () => {
  const app = sandboxAndBucket();
  new CfnStackSet(new Stack(app, 'Roles'), 'Roles', { stackSetName: 'roles', permissionModel: 'SERVICE_MANAGED' });
  const whole = new AwsSolutionsChecks(app, { verbose: true }).validateScope(app);
  expect(whole.violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  expect(new SolutionsChecks(app, { verbose: true }).validateScope(app)).toEqual(whole);
});

test('asks no rule about assignments, permission sets and nested stacks', () => {
  const applyRule = jest.spyOn(NagPack.prototype as unknown as { applyRule(rule: IApplyRule): void }, 'applyRule');
  new SolutionsChecks().validateScope(sandboxAndBucket());
  const asked = applyRule.mock.calls.map(([{ node }]) => node.cfnResourceType);
  applyRule.mockRestore();
  expect(new Set(asked)).toEqual(new Set(['AWS::S3::Bucket']));
});

describe('asks a rule about the resources that it names, and', () => {
  const rules = rulesOfPack();
  const classes = classesIn(rules);
  const whoseType = (cfnResourceType: string): CfnResource =>
    Object.assign(Object.create(CfnResource.prototype) as CfnResource, { cfnResourceType });

  test('each names some', () => {
    expect(rules.length).toBeGreaterThan(100);
    const unknown = whoseType('AWS::Unknown::Type');
    expect(rules.filter((rule) => isAbout({ rule, node: unknown }))).toEqual([]);
  });

  test('no other applies to them', () => {
    const nodes = classes.map((one) => Object.create(one.prototype) as CfnResource);
    expect(nodes.length).toBeGreaterThan(50);
    for (const node of [...nodes, whoseType('Custom::Other')]) {
      for (const rule of rules.filter((other) => !isAbout({ rule: other, node }))) {
        expect([rule.name, node.constructor.name, rule(node)]).toEqual([
          rule.name,
          node.constructor.name,
          NagRuleCompliance.NOT_APPLICABLE,
        ]);
      }
    }
  });

  test('a custom resource is found by its type', () => {
    const node = whoseType('Custom::AWSCDK-EKS-Cluster');
    expect(rules.filter((rule) => isAbout({ rule, node })).map(({ name }) => name)).toEqual([
      'EKSClusterNoEndpointPublicAccess',
      'EKSClusterControlPlaneLogs',
    ]);
  });
});

/** Rules that the whole pack asks about a resource. */
function rulesOfPack(): readonly IApplyRule['rule'][] {
  const applyRule = jest.spyOn(NagPack.prototype as unknown as { applyRule(rule: IApplyRule): void }, 'applyRule');
  const stack = new Stack();
  new Bucket(stack, 'Bucket');
  new AwsSolutionsChecks().validateScope(stack);
  // eslint-disable-next-line @typescript-eslint/unbound-method -- each is a function of its own
  const rules = applyRule.mock.calls.map(([{ rule }]) => rule);
  applyRule.mockRestore();
  return rules;
}

/** Classes of the CDK in the code of rules, such as `aws_rds_1.CfnDBCluster`. */
function classesIn(rules: readonly IApplyRule['rule'][]): readonly { readonly prototype: object }[] {
  const named = rules.flatMap((rule) => [...String(rule).matchAll(/\baws_(\w+)_1\.(Cfn\w+)/g)]);
  return [
    ...new Map(named.map(([text, service = '', name = '']) => [text, [service, name] as const])).values(),
  ].flatMap(([service, name]) => {
    if (service === 'cdk_lib') return [];
    const library = jest.requireActual<Record<string, { readonly prototype: object }>>(`aws-cdk-lib/aws-${service}`);
    const found = library[name];
    return found === undefined ? [] : [found];
  });
}

test('is called as the whole pack', () => {
  expect(new SolutionsChecks().name).toBe(new AwsSolutionsChecks().name);
});

test('an acknowledgement by the id of the pack silences its rule', () => {
  const app = sandboxAndBucket();
  Validations.of(app.node.findChild('Storage')).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'Nobody reads the logs.',
  });
  const { violations } = new SolutionsChecks().validateScope(app);
  expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-S10']);
});

describe('loads the pack', () => {
  const PACK = 'cdk-nag/lib/packs/aws-solutions';
  const load = jest.fn(() => jest.requireActual<typeof CdkNag>(PACK));

  beforeEach(() => {
    load.mockClear();
    jest.doMock(PACK, load);
  });

  afterEach(() => {
    jest.dontMock(PACK);
  });

  test('not for what it has no rule for', () => {
    new SolutionsChecks().validateScope(accessApp(planFiles(sandboxFiles())));
    expect(load).not.toHaveBeenCalled();
  });

  test('as soon as a stack of the app has anything else', () => {
    const app = sandboxAndBucket();
    Validations.of(app).addPlugins(new SolutionsChecks(app));
    expect(() => app.synth()).toThrow('AwsSolutions-S1');
    expect(load).toHaveBeenCalledTimes(1);
  });
});
