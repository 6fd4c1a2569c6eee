import { type CfnResource, type IResolvable, Stack, Token } from 'aws-cdk-lib';
import { CfnService } from 'aws-cdk-lib/aws-apprunner';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { OwnPack, type Rule } from './own-pack';

interface AppRunnerRule extends Rule {
  readonly isBroken: (service: CfnService) => boolean;
}

/** Rules on App Runner services that neither CloudFormation's schemas nor cdk-nag's packs have; see `APP_RUNNER_RULES`. */
export class AppRunnerChecks extends OwnPack {
  constructor() {
    super('App Runner', 'AppRunner');
  }

  protected override checkResource(node: CfnResource): void {
    if (!(node instanceof CfnService)) return;
    for (const rule of Object.values(APP_RUNNER_RULES)) this.judge(rule, node, rule.isBroken(node));
  }
}

/** Names of variables that hold secrets. */
const SECRET_NAME = /SECRET|PASSWORD|TOKEN|PRIVATE|_KEYS?$/i;

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

/** The rules of `AppRunnerChecks`, by what they look for. */
export const APP_RUNNER_RULES = {
  tags: {
    id: 'AR1',
    info: 'The service has tags.',
    explanation:
      'Tags of a service can be given at creation only: each change replaces it, and its address. Tag other resources, or the account.',
    // CloudFormation hands the tags of a stack to its resources.
    isBroken: (node) => node.tags.hasTags() || Stack.of(node).tags.hasTags(),
  },
  name: {
    id: 'AR2',
    info: 'The service has no name of its own.',
    explanation:
      'A replacement of a service without a name goes unnoticed and changes its address. With a name it fails, since the name is taken.',
    isBroken: ({ serviceName }) => serviceName === undefined || Token.isUnresolved(serviceName),
  },
  secretVariable: {
    id: 'AR3',
    info: 'A variable whose name speaks of a secret has its value in the template.',
    explanation:
      'Whoever reads the template or the console reads the value. Use RuntimeEnvironmentSecrets with an ARN.',
    isBroken: (node) => variablesOf(node).some((name) => SECRET_NAME.test(name)),
  },
  instanceRole: {
    id: 'AR4',
    info: 'The service has no instance role.',
    explanation: 'Without one the application can read neither its secrets nor its table.',
    isBroken: (node) => plain(node, node.instanceConfiguration).instanceRoleArn === undefined,
  },
  healthCheck: {
    id: 'AR5',
    info: 'The health check opens a TCP connection only.',
    explanation: 'A process that accepts connections and answers nothing counts as healthy. Check a path over HTTP.',
    isBroken: (node) => plain(node, node.healthCheckConfiguration).protocol !== 'HTTP',
  },
  observability: {
    id: 'AR6',
    info: 'The service sends no traces.',
    explanation:
      'Without traces it is unknown where a slow request spends its time. Give it an observability configuration.',
    isBroken: (node) => plain(node, node.observabilityConfiguration).observabilityEnabled !== true,
  },
  autoDeployment: {
    id: 'AR7',
    info: 'The service deploys every image that is pushed.',
    explanation:
      'What runs would no longer be what was reviewed. Deploy images by their digest or hash with the stack.',
    isBroken: (node) => plain(node, node.sourceConfiguration).autoDeploymentsEnabled !== false,
  },
  scaling: {
    id: 'AR8',
    info: 'The service scales by the default configuration of the account.',
    explanation:
      'It grows to 25 instances, and anybody who changes the default changes this service. Give it a configuration.',
    isBroken: ({ autoScalingConfigurationArn }) => autoScalingConfigurationArn === undefined,
  },
  firewall: {
    id: 'AR9',
    info: 'The service is public and has no web ACL.',
    explanation: 'Nothing limits requests or refuses known attacks. Associate a web ACL, or make the service private.',
    isBroken: (node) => isPublic(node) && !hasFirewall(node),
  },
} satisfies Readonly<Record<string, AppRunnerRule>>;
