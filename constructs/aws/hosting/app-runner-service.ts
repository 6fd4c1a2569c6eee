import { AspectPriority, Aspects, type IAspect, Stack } from 'aws-cdk-lib';
import {
  CfnAutoScalingConfiguration,
  type CfnAutoScalingConfigurationProps,
  CfnObservabilityConfiguration,
  CfnService,
} from 'aws-cdk-lib/aws-apprunner';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type IPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogRetention } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import type { ScalingProperty } from '../../../src/estate/sections/hosting/hosting';
import { merged } from '../../../src/text/values';
import { acknowledge, LAMBDA_LOGS, wildcard } from '../acknowledge';
import {
  type AppService,
  type AppServiceProps,
  type DeploymentEvent,
  pullStatements,
  readStatements,
  type RedeploymentCall,
  type ServiceMetrics,
  TRACE_STATEMENT,
  WHOLE_SERVICE,
} from './app-service';
import { retentionOf } from './kept-logs';

/** An operation that failed, of whatever kind. */
const FAILED_OPERATION = {
  source: ['aws.apprunner'],
  detailType: ['AppRunner Service Operation Status Change'],
  detail: { operationStatus: [{ suffix: { 'equals-ignore-case': 'failed' } }] },
};

export interface AppRunnerServiceProps extends AppServiceProps {
  /** ARN of the VPC connector through which the service reaches others. @default the internet directly */
  readonly vpcConnectorArn?: string;
  /** True if the service has a public address. */
  readonly isPublic: boolean;
}

/**
 * An App Runner service with its roles, scaling and traces. Its name, key and tags can't change in place: another one is
 * another service with another address, so it carries no tags.
 */
export class AppRunnerService extends Construct implements AppService {
  readonly grantPrincipal: IPrincipal;
  readonly url: string;
  readonly protectedArn: string;
  readonly metrics: ServiceMetrics;
  readonly redeployment: RedeploymentCall;
  readonly failedDeployment: DeploymentEvent;

  constructor(scope: Construct, id: string, props: AppRunnerServiceProps) {
    super(scope, id);
    const instanceRole = this.createInstanceRole(props);
    const service = this.createService(props, { instanceRole, accessRole: this.createAccessRole(props) });
    const { serviceName, logRetentionDays: retentionDays } = props;
    new AppRunnerLogs(this, 'Logs', { serviceName, serviceId: service.attrServiceId, retentionDays });
    this.grantPrincipal = instanceRole;
    this.url = `https://${service.attrServiceUrl}`;
    this.protectedArn = service.attrServiceArn;
    this.metrics = metricsOf(serviceName, service.attrServiceId);
    this.redeployment = redeploymentOf(service.attrServiceArn);
    this.failedDeployment = { ...FAILED_OPERATION, resource: service.attrServiceArn };
  }

  /** Role of the running application; whoever makes the service grants it its table. */
  private createInstanceRole({ environment }: AppServiceProps): Role {
    const role = new Role(this, 'InstanceRole', { assumedBy: new ServicePrincipal('tasks.apprunner.amazonaws.com') });
    for (const statement of readStatements(environment)) role.addToPolicy(statement);
    role.addToPolicy(new PolicyStatement(TRACE_STATEMENT));
    acknowledge(role, WHOLE_SERVICE);
    return role;
  }

  private createAccessRole({ image }: AppServiceProps): Role {
    const role = new Role(this, 'AccessRole', { assumedBy: new ServicePrincipal('build.apprunner.amazonaws.com') });
    for (const statement of pullStatements(image)) role.addToPolicy(statement);
    acknowledge(role, WHOLE_SERVICE);
    return role;
  }

  private createService(props: AppRunnerServiceProps, roles: Roles): CfnService {
    const { serviceName, size, key, image, port, environment, healthPath } = props;
    const service = new CfnService(this, 'Resource', {
      serviceName,
      sourceConfiguration: {
        authenticationConfiguration: { accessRoleArn: roles.accessRole.roleArn },
        autoDeploymentsEnabled: false,
        imageRepository: {
          imageIdentifier: image.uri,
          imageRepositoryType: 'ECR',
          imageConfiguration: {
            port: String(port),
            runtimeEnvironmentVariables: pairs(variablesOf(props)),
            runtimeEnvironmentSecrets: Object.entries(environment.references).map(([name, reference]) => ({
              name,
              value: reference.arn,
            })),
          },
        },
      },
      instanceConfiguration: {
        cpu: String(size.cpu),
        memory: String(size.memory),
        instanceRoleArn: roles.instanceRole.roleArn,
      },
      healthCheckConfiguration: { ...HEALTH_CHECK, path: healthPath },
      autoScalingConfigurationArn: this.createScaling(props).attrAutoScalingConfigurationArn,
      observabilityConfiguration: {
        observabilityEnabled: true,
        observabilityConfigurationArn: this.createTraces().attrObservabilityConfigurationArn,
      },
      networkConfiguration: networkOf(props),
      ...(key && { encryptionConfiguration: { kmsKey: key.keyArn } }),
    });
    // App Runner uses the roles while it creates the service, when their policies must be there.
    service.node.addDependency(roles.instanceRole, roles.accessRole);
    Aspects.of(service).add(new WithoutTags(), { priority: AFTER_TAGS });
    return service;
  }

  private createScaling({ size }: AppServiceProps): CfnAutoScalingConfiguration {
    const parts: Readonly<Record<ScalingProperty, CfnAutoScalingConfigurationProps>> = {
      minInstances: { minSize: size.minInstances },
      maxInstances: { maxSize: size.maxInstances },
      concurrency: { maxConcurrency: size.concurrency },
    };
    return new CfnAutoScalingConfiguration(this, 'Scaling', merged(parts));
  }

  private createTraces(): CfnObservabilityConfiguration {
    return new CfnObservabilityConfiguration(this, 'Traces', { traceConfiguration: { vendor: 'AWSXRAY' } });
  }
}

/**
 * Address at which App Runner's collector takes traces (App Runner Developer Guide, 'Tracing for your App Runner
 * application with X-Ray'), and one in twenty of them: by the id of the trace alone, so that both services decide alike
 * and no caller can ask for more.
 */
const TRACES = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317',
  OTEL_TRACES_SAMPLER: 'traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.05',
};

/** Tags of the app or of a stack come by aspects. */
const AFTER_TAGS = AspectPriority.MUTATING + 1;

/** Takes the tags away that the app or a stack gives everything: another tag would replace the service. */
class WithoutTags implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof CfnService)) return;
    for (const key of Object.keys(node.tags.tagValues())) node.tags.removeTag(key, Number.MAX_SAFE_INTEGER);
  }
}

interface Roles {
  readonly instanceRole: Role;
  readonly accessRole: Role;
}

/** Seconds, and answers in a row. */
const HEALTH_CHECK = {
  protocol: 'HTTP',
  interval: 10,
  timeout: 5,
  healthyThreshold: 1,
  unhealthyThreshold: 5,
} as const;

function variablesOf({ environment, serviceName, port }: AppRunnerServiceProps): Readonly<Record<string, string>> {
  return { ...environment.variables, ...TRACES, OTEL_SERVICE_NAME: serviceName, PORT: String(port) };
}

function pairs(variables: Readonly<Record<string, string>>): CfnService.KeyValuePairProperty[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

function networkOf({ isPublic, vpcConnectorArn }: AppRunnerServiceProps): CfnService.NetworkConfigurationProperty {
  return {
    ipAddressType: 'IPV4',
    ingressConfiguration: { isPubliclyAccessible: isPublic },
    egressConfiguration:
      vpcConnectorArn === undefined ? { egressType: 'DEFAULT' } : { egressType: 'VPC', vpcConnectorArn },
  };
}

/** App Runner Developer Guide, 'Viewing App Runner service metrics reported to CloudWatch'. */
function metricsOf(serviceName: string, serviceId: string): ServiceMetrics {
  const metric = (metricName: string, statistic: string): Metric =>
    new Metric({
      namespace: 'AWS/AppRunner',
      metricName,
      statistic,
      dimensionsMap: { ServiceName: serviceName, ServiceID: serviceId },
    });
  return {
    requests: metric('Requests', Stats.SUM),
    serverErrors: metric('5xxStatusResponses', Stats.SUM),
    clientErrors: metric('4xxStatusResponses', Stats.SUM),
    latency: metric('RequestLatency', Stats.p(99)),
    cpu: metric('CPUUtilization', Stats.AVERAGE),
    memory: metric('MemoryUtilization', Stats.AVERAGE),
    // App Runner has no metric of provisioned instances; each of them gives samples of its memory.
    running: metric('MemoryUtilization', Stats.SAMPLE_COUNT),
  };
}

function redeploymentOf(serviceArn: string): RedeploymentCall {
  return {
    service: 'apprunner',
    action: 'startDeployment',
    parameters: { ServiceArn: serviceArn },
    iamAction: 'apprunner:StartDeployment',
    resource: serviceArn,
    busyError: 'AppRunner.InvalidRequestException',
  };
}

interface AppRunnerLogsProps {
  readonly serviceName: string;
  readonly serviceId: string;
  /** Days that CloudWatch Logs offers; the model checks them. */
  readonly retentionDays: number;
}

/** Kinds of logs that App Runner keeps: of what the application prints, and of what happens to the service. */
const KINDS = ['application', 'service'] as const;

const ACKNOWLEDGED = {
  [LAMBDA_LOGS]: "The CDK's function has it, which allows to write logs.",
  [wildcard('*')]:
    "The CDK's function is for groups of any name. It may change how long logs are kept, and nothing else of them.",
};

/**
 * Retention of the logs of an App Runner service. App Runner makes their groups itself, without an end, under names
 * that have the id of the service; CloudFormation can't change a group that it did not make, so a function of the CDK
 * does.
 */
class AppRunnerLogs extends Construct {
  constructor(scope: Construct, id: string, { serviceName, serviceId, retentionDays }: AppRunnerLogsProps) {
    super(scope, id);
    for (const kind of KINDS) {
      new LogRetention(this, kind, {
        logGroupName: `/aws/apprunner/${serviceName}/${serviceId}/${kind}`,
        retention: retentionOf(retentionDays),
      });
    }
    // One function for the whole stack.
    const functions = Stack.of(this).node.children.filter(({ node }) => node.id.startsWith('LogRetention'));
    for (const one of functions) acknowledge(one, ACKNOWLEDGED);
  }
}
