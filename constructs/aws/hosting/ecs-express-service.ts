import { CfnOutput, Fn } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnCluster, CfnExpressGatewayService, type CfnExpressGatewayServiceProps } from 'aws-cdk-lib/aws-ecs';
import { type IPrincipal, ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ScalingProperty, ServiceSize } from '../../../src/estate/sections/hosting/hosting';
import { merged } from '../../../src/text/values';
import { acknowledge, managed } from '../acknowledge';
import {
  type AppService,
  type AppServiceProps,
  type DeploymentEvent,
  pullStatements,
  readStatements,
  type RedeploymentCall,
  type ServiceMetrics,
  WHOLE_SERVICE,
} from './app-service';
import { KeptLogs } from './kept-logs';

/**
 * Policy with which Express Mode makes load balancers, certificates, security groups and scaling (ECS Developer Guide).
 */
const INFRASTRUCTURE_POLICY = 'service-role/AmazonECSInfrastructureRoleforExpressGatewayServices';

/** Percent of CPU at which another task is started. */
const CPU_TARGET = 60;

/** A deployment that was given up, and rolled back (ECS Developer Guide, 'Amazon ECS service deployment state change events'). */
const FAILED_DEPLOYMENT = {
  source: ['aws.ecs'],
  detailType: ['ECS Deployment State Change'],
  detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
};

/** Subnets and security groups of a service's tasks. */
export interface ExpressNetwork {
  /** Public ones get a public load balancer and their tasks public addresses; private ones get an internal load balancer. */
  readonly subnets: readonly string[];
  /** Beside those that Express Mode makes. */
  readonly securityGroups: readonly string[];
}

export interface EcsExpressServiceProps extends AppServiceProps {
  /** @default public subnets of the account's default VPC */
  readonly network: ExpressNetwork | undefined;
}

/** A service of ECS Express Mode with its cluster, roles and logs. */
export class EcsExpressService extends Construct implements AppService {
  readonly grantPrincipal: IPrincipal;
  readonly url: string;
  readonly protectedArn: string;
  readonly metrics: ServiceMetrics;
  readonly redeployment: RedeploymentCall;
  readonly failedDeployment: DeploymentEvent;
  /** Name by which the load balancer tells the services apart that share it. */
  readonly host: string;

  constructor(scope: Construct, id: string, props: EcsExpressServiceProps) {
    super(scope, id);
    const cluster = this.createCluster(props);
    const taskRole = this.createTaskRole();
    const service = this.createService(props, {
      cluster,
      taskRole,
      executionRole: this.createExecutionRole(props),
      infrastructureRole: this.createInfrastructureRole(),
      logs: this.createLogs(props),
    });
    this.grantPrincipal = taskRole;
    this.url = `https://${service.attrEndpoint}`;
    this.protectedArn = service.attrEcsManagedResourceArnsIngressPathLoadBalancerArn;
    this.metrics = balancedMetrics(service, { serviceName: props.serviceName, cluster: cluster.ref });
    this.failedDeployment = { ...FAILED_DEPLOYMENT, resource: service.attrServiceArn };
    this.host = service.attrEndpoint;
    new CfnOutput(this, 'RollbackAlarms', {
      value: Fn.join(' ', service.attrEcsManagedResourceArnsMetricAlarms),
      description: 'Alarms by which Express Mode takes a deployment back',
    });
    this.redeployment = redeploymentOf(props.serviceName, cluster.ref, service.attrServiceArn);
  }

  private createCluster({ serviceName }: AppServiceProps): CfnCluster {
    return new CfnCluster(this, 'Cluster', {
      clusterName: serviceName,
      // Express Mode starts tasks by this capacity provider, which a cluster of one's own does not have by itself.
      capacityProviders: ['FARGATE'],
      clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
    });
  }

  /** Role of the running application; whoever makes the service grants it its table. */
  private createTaskRole(): Role {
    return new Role(this, 'TaskRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  }

  /**
   * Role that starts a task: it pulls the image and fills in the references, which the application itself may not read.
   */
  private createExecutionRole({ image, environment }: AppServiceProps): Role {
    const role = new Role(this, 'ExecutionRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    for (const statement of [...pullStatements(image), ...readStatements(environment)]) {
      role.addToPolicy(statement);
    }
    acknowledge(role, WHOLE_SERVICE);
    return role;
  }

  private createInfrastructureRole(): Role {
    const role = new Role(this, 'InfrastructureRole', {
      assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(INFRASTRUCTURE_POLICY)],
    });
    acknowledge(role, {
      [managed(INFRASTRUCTURE_POLICY)]:
        'Express Mode asks for this policy: what it makes is its own affair, and changes with it.',
    });
    return role;
  }

  private createLogs({ serviceName, logRetentionDays }: AppServiceProps): KeptLogs {
    return new KeptLogs(this, 'Logs', { name: `/aws/ecs/${serviceName}`, retentionDays: logRetentionDays });
  }

  private createService(props: EcsExpressServiceProps, parts: Parts): CfnExpressGatewayService {
    const { size, image, port, environment, serviceName } = props;
    const { taskRole, executionRole, infrastructureRole, logs } = parts;
    logs.grantWrite(executionRole);
    const service = new CfnExpressGatewayService(this, 'Resource', {
      serviceName,
      cluster: parts.cluster.ref,
      cpu: String(size.cpu),
      memory: String(size.memory),
      healthCheckPath: props.healthPath,
      executionRoleArn: executionRole.roleArn,
      infrastructureRoleArn: infrastructureRole.roleArn,
      taskRoleArn: taskRole.roleArn,
      primaryContainer: {
        image: image.uri,
        containerPort: port,
        environment: Object.entries({ ...environment.variables, PORT: String(port) }).map(([name, value]) => ({
          name,
          value,
        })),
        secrets: Object.entries(environment.references).map(([name, reference]) => ({
          name,
          valueFrom: reference.arn,
        })),
        awsLogsConfiguration: { logGroup: logs.logGroupName, logStreamPrefix: serviceName },
      },
      scalingTarget: {
        autoScalingMetric: 'AVERAGE_CPU',
        autoScalingTargetValue: CPU_TARGET,
        ...taskCounts(size),
      },
      ...networkOf(props.network),
    });
    // ECS uses the roles while it creates the service, when their policies must be there.
    service.node.addDependency(executionRole, infrastructureRole, taskRole);
    return service;
  }
}

function networkOf(network: ExpressNetwork | undefined): Pick<CfnExpressGatewayServiceProps, 'networkConfiguration'> {
  if (network === undefined) return {};
  const { subnets, securityGroups } = network;
  const groups = securityGroups.length === 0 ? {} : { securityGroups: [...securityGroups] };
  return { networkConfiguration: { subnets: [...subnets], ...groups } };
}

/** Concurrency is a matter of App Runner alone: here the load of the CPU decides. */
function taskCounts({ minInstances, maxInstances }: ServiceSize): Partial<ScalingTarget> {
  const parts: Readonly<Record<Exclude<ScalingProperty, 'concurrency'>, Partial<ScalingTarget>>> = {
    minInstances: { minTaskCount: minInstances },
    maxInstances: { maxTaskCount: maxInstances },
  };
  return merged(parts);
}

type ScalingTarget = CfnExpressGatewayService.ExpressGatewayScalingTargetProperty;

interface Parts {
  readonly cluster: CfnCluster;
  readonly taskRole: Role;
  readonly executionRole: Role;
  readonly infrastructureRole: Role;
  readonly logs: KeptLogs;
}

function redeploymentOf(serviceName: string, cluster: string, serviceArn: string): RedeploymentCall {
  return {
    service: 'ecs',
    action: 'updateService',
    parameters: { Cluster: cluster, Service: serviceName, ForceNewDeployment: true },
    iamAction: 'ecs:UpdateService',
    resource: serviceArn,
    busyError: 'Ecs.ServiceNotActiveException',
  };
}

/** Target groups of an Express service: a deployment moves the traffic from one to the other, and the next one back. */
const TARGET_GROUPS = [0, 1];

/** Metrics of both target groups of a service behind its load balancer (Elastic Load Balancing and ECS, 'CloudWatch metrics'). */
function balancedMetrics(
  service: CfnExpressGatewayService,
  { serviceName, cluster }: { readonly serviceName: string; readonly cluster: string },
): ServiceMetrics {
  const { traffic, ofBalancer } = trafficOf(service);
  const load = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/ECS',
      metricName,
      statistic: Stats.AVERAGE,
      dimensionsMap: { ClusterName: cluster, ServiceName: serviceName },
    });
  return {
    requests: traffic('RequestCount', { id: 'requests', statistic: Stats.SUM, total: 'SUM' }),
    // Without a target that answers, the load balancer itself gives 502, 503 or 504; services that share it share these.
    serverErrors: traffic('HTTPCode_Target_5XX_Count', {
      ...{ id: 'serverErrors', statistic: Stats.SUM, total: 'SUM' },
      others: { unanswered: ofBalancer('HTTPCode_ELB_5XX_Count', Stats.SUM) },
    }),
    clientErrors: traffic('HTTPCode_Target_4XX_Count', { id: 'clientErrors', statistic: Stats.SUM, total: 'SUM' }),
    // The load balancer counts seconds.
    latency: traffic('TargetResponseTime', { id: 'seconds', statistic: Stats.p(99), total: '1000 * MAX' }),
    cpu: load('CPUUtilization'),
    memory: load('MemoryUtilization'),
    unhealthy: traffic('UnHealthyHostCount', { id: 'unhealthy', statistic: Stats.MAXIMUM, total: 'SUM' }),
    running: traffic('HealthyHostCount', { id: 'healthy', statistic: Stats.MAXIMUM, total: 'SUM' }),
  };
}

interface Total {
  /** Begins the ids of the two metrics, which a graph with several expressions has to tell apart. */
  readonly id: string;
  readonly statistic: string;
  /** Function over both groups, and the others. */
  readonly total: string;
  /** Metrics beside those of the groups, by their ids. @default none */
  readonly others?: Readonly<Record<string, Metric>>;
}

interface Traffic {
  readonly traffic: (metricName: string, total: Total) => MathExpression;
  readonly ofBalancer: (metricName: string, statistic: string) => Metric;
}

/** Metrics by which both groups count, as one; a group without traffic counts as zero. */
function trafficOf(service: CfnExpressGatewayService): Traffic {
  const arn = service.attrEcsManagedResourceArnsIngressPathLoadBalancerArn;
  const LoadBalancer = Fn.select(1, Fn.split('loadbalancer/', arn));
  const groups = TARGET_GROUPS.map((index) => targetGroupOf(service, index));
  const metric = (metricName: string, statistic: string, group: { readonly TargetGroup?: string } = {}): Metric =>
    new Metric({
      namespace: 'AWS/ApplicationELB',
      ...{ metricName, statistic, dimensionsMap: { LoadBalancer, ...group } },
    });
  return {
    ofBalancer: metric,
    traffic: (metricName, { id, statistic, total, others = {} }) => {
      const ofGroups = groups.map(
        (TargetGroup, index) => [`${id}${index}`, metric(metricName, statistic, { TargetGroup })] as const,
      );
      const usingMetrics = { ...Object.fromEntries(ofGroups), ...others };
      const filled = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
      return new MathExpression({
        expression: `${total}([${filled.join(', ')}])`,
        label: metricName === 'TargetResponseTime' ? `${metricName} (ms)` : metricName,
        usingMetrics,
      });
    },
  };
}

/** `targetgroup/<name>/<id>`, as the dimension has it. */
function targetGroupOf(service: CfnExpressGatewayService, index: number): string {
  const arn = Fn.select(index, service.attrEcsManagedResourceArnsIngressPathTargetGroupArns);
  return `targetgroup/${Fn.select(1, Fn.split(':targetgroup/', arn))}`;
}
