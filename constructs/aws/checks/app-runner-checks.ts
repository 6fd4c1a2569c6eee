import {
  type CfnResource,
  type IPolicyValidationContext,
  type IResolvable,
  type PolicyValidationPluginReport,
  Stack,
  Token,
} from 'aws-cdk-lib';
import { CfnService } from 'aws-cdk-lib/aws-apprunner';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { NagPack } from 'cdk-nag/lib/nag-pack';
import { NagMessageLevel, NagRuleCompliance } from 'cdk-nag/lib/nag-rules';
import { APP_RUNNER_RULES as RULES, type APP_RUNNER_RULES, type AppRunnerRule } from './app-runner-rules';

type RuleName = keyof typeof RULES;

/** Rules on App Runner services that neither CloudFormation's schemas nor cdk-nag's packs have; see `APP_RUNNER_RULES`. */
export class AppRunnerChecks extends NagPack {
  readonly name = 'App Runner';

  constructor() {
    super(undefined, { verbose: true });
    this.packName = 'AppRunner';
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const report = super.validate(context);
    return { ...report, success: report.violations.every((violation) => violation.severity !== 'error') };
  }

  protected override checkResource(node: CfnResource): void {
    if (!(node instanceof CfnService)) return;
    for (const [name, rule] of Object.entries(RULES)) this.apply(rule, node, serviceBreaks[name as RuleName](node));
  }

  private apply(rule: AppRunnerRule, node: CfnResource, isBroken: boolean): void {
    this.applyRule({
      ruleSuffixOverride: rule.id,
      info: rule.info,
      explanation: rule.explanation,
      level: NagMessageLevel.ERROR,
      node,
      rule: () => (isBroken ? NagRuleCompliance.NON_COMPLIANT : NagRuleCompliance.COMPLIANT),
    });
  }
}

/** Names of variables that hold secrets. */
const SECRET_NAME = /SECRET|PASSWORD|TOKEN|PRIVATE|_KEYS?$/i;

type Predicate = (node: CfnService) => boolean;

/** Conditions under which a service breaks a rule; each answers for one rule of `APP_RUNNER_RULES`. */
const serviceBreaks: Readonly<Record<keyof typeof APP_RUNNER_RULES, Predicate>> = {
  // CloudFormation hands the tags of a stack to its resources.
  tags: (node) => node.tags.hasTags() || Stack.of(node).tags.hasTags(),
  name: ({ serviceName }) => serviceName === undefined || Token.isUnresolved(serviceName),
  secretVariable: (node) => variablesOf(node).some((name) => SECRET_NAME.test(name)),
  instanceRole: (node) => plain(node, node.instanceConfiguration).instanceRoleArn === undefined,
  healthCheck: (node) => plain(node, node.healthCheckConfiguration).protocol !== 'HTTP',
  observability: (node) => plain(node, node.observabilityConfiguration).observabilityEnabled !== true,
  autoDeployment: (node) => plain(node, node.sourceConfiguration).autoDeploymentsEnabled !== false,
  scaling: ({ autoScalingConfigurationArn }) => autoScalingConfigurationArn === undefined,
  firewall: (node) => isPublic(node) && !hasFirewall(node),
};

/** A property with its tokens resolved; an absent one has no keys. */
function plain<T>(node: CfnService, value: T | IResolvable | undefined): Partial<T> {
  return (Stack.of(node).resolve(value) ?? {}) as Partial<T>;
}

function variablesOf(node: CfnService): readonly string[] {
  const { imageRepository } = plain(node, node.sourceConfiguration);
  const { imageConfiguration } = plain(node, imageRepository);
  const { runtimeEnvironmentVariables } = plain(node, imageConfiguration);
  const pairs = (runtimeEnvironmentVariables ?? []) as readonly CfnService.KeyValuePairProperty[];
  return pairs.flatMap(({ name }) => name ?? []);
}

function isPublic(node: CfnService): boolean {
  const { ingressConfiguration } = plain(node, node.networkConfiguration);
  return plain(node, ingressConfiguration).isPubliclyAccessible !== false;
}

function hasFirewall(node: CfnService): boolean {
  const stack = Stack.of(node);
  const textOf = (token: string): string => JSON.stringify(stack.resolve(token));
  const service = textOf(node.attrServiceArn);
  return stack.node
    .findAll()
    .some((other) => other instanceof CfnWebACLAssociation && textOf(other.resourceArn) === service);
}
