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

type RuleName = keyof typeof APP_RUNNER_RULES;

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
    for (const [name, rule] of Object.entries(APP_RUNNER_RULES))
      this.apply(rule, node, serviceBreaks[name as RuleName](node));
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

/** A rule of the `AppRunnerChecks` pack. */
export interface AppRunnerRule {
  /** Part of the rule's id after `AppRunner-`, in reports and acknowledgements. */
  readonly id: string;
  /** The fault that the rule reports, in one sentence. */
  readonly info: string;
  /** Reason why it matters, and the way out. */
  readonly explanation: string;
}

/** The rules of `AppRunnerChecks`, by what they look for. Ids are stable; a retired id is never used again. */
export const APP_RUNNER_RULES = {
  tags: {
    id: 'AR1',
    info: 'The service has tags.',
    explanation:
      'Tags of a service can be given at creation only: each change replaces it, and its address. Tag other resources, or the account.',
  },
  name: {
    id: 'AR2',
    info: 'The service has no name of its own.',
    explanation:
      'A replacement of a service without a name goes unnoticed and changes its address. With a name it fails, since the name is taken.',
  },
  secretVariable: {
    id: 'AR3',
    info: 'A variable whose name speaks of a secret has its value in the template.',
    explanation:
      'Whoever reads the template or the console reads the value. Use RuntimeEnvironmentSecrets with an ARN.',
  },
  instanceRole: {
    id: 'AR4',
    info: 'The service has no instance role.',
    explanation: 'Without one the application can read neither its secrets nor its table.',
  },
  healthCheck: {
    id: 'AR5',
    info: 'The health check opens a TCP connection only.',
    explanation: 'A process that accepts connections and answers nothing counts as healthy. Check a path over HTTP.',
  },
  observability: {
    id: 'AR6',
    info: 'The service sends no traces.',
    explanation:
      'Without traces it is unknown where a slow request spends its time. Give it an observability configuration.',
  },
  autoDeployment: {
    id: 'AR7',
    info: 'The service deploys every image that is pushed.',
    explanation:
      'What runs would no longer be what was reviewed. Deploy images by their digest or hash with the stack.',
  },
  scaling: {
    id: 'AR8',
    info: 'The service scales by the default configuration of the account.',
    explanation:
      'It grows to 25 instances, and anybody who changes the default changes this service. Give it a configuration.',
  },
  firewall: {
    id: 'AR9',
    info: 'The service is public and has no web ACL.',
    explanation: 'Nothing limits requests or refuses known attacks. Associate a web ACL, or make the service private.',
  },
} as const satisfies Readonly<Record<string, AppRunnerRule>>;
