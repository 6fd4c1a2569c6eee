import { Fn } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnExpressGatewayService } from 'aws-cdk-lib/aws-ecs';
import type { ServiceMetrics } from './app-service';

/** Target groups of an Express service: a deployment moves the traffic from one to the other, and the next one back. */
const TARGET_GROUPS = [0, 1];

/** Metrics of both target groups of a service behind its load balancer (Elastic Load Balancing and ECS, 'CloudWatch metrics'). */
export function balancedMetrics(
  service: CfnExpressGatewayService,
  { serviceName, cluster }: { readonly serviceName: string; readonly cluster: string },
): ServiceMetrics {
  const traffic = trafficOf(service);
  const load = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/ECS',
      metricName,
      statistic: Stats.AVERAGE,
      dimensionsMap: { ClusterName: cluster, ServiceName: serviceName },
    });
  return {
    requests: traffic('RequestCount', { id: 'requests', statistic: Stats.SUM, total: 'SUM' }),
    serverErrors: traffic('HTTPCode_Target_5XX_Count', { id: 'serverErrors', statistic: Stats.SUM, total: 'SUM' }),
    clientErrors: traffic('HTTPCode_Target_4XX_Count', { id: 'clientErrors', statistic: Stats.SUM, total: 'SUM' }),
    // The load balancer counts seconds.
    latency: traffic('TargetResponseTime', { id: 'seconds', statistic: Stats.p(99), total: '1000 * MAX' }),
    cpu: load('CPUUtilization'),
    memory: load('MemoryUtilization'),
    unhealthy: traffic('UnHealthyHostCount', { id: 'unhealthy', statistic: Stats.MAXIMUM, total: 'SUM' }),
  };
}

interface Total {
  /** Begins the ids of the two metrics, which a graph with several expressions has to tell apart. */
  readonly id: string;
  readonly statistic: string;
  /** Function over both groups. */
  readonly total: string;
}

type Traffic = (metricName: string, total: Total) => MathExpression;

/** Metrics by which both groups count, as one; a group without traffic counts as zero. */
function trafficOf(service: CfnExpressGatewayService): Traffic {
  const arn = service.attrEcsManagedResourceArnsIngressPathLoadBalancerArn;
  const LoadBalancer = Fn.select(1, Fn.split('loadbalancer/', arn));
  const groups = TARGET_GROUPS.map((index) => targetGroupOf(service, index));
  return (metricName, { id, statistic, total }) => {
    const metrics = groups.map((TargetGroup, index) => {
      const dimensionsMap = { LoadBalancer, TargetGroup };
      return [
        `${id}${index}`,
        new Metric({ namespace: 'AWS/ApplicationELB', metricName, statistic, dimensionsMap }),
      ] as const;
    });
    return new MathExpression({
      expression: `${total}([${metrics.map(([name]) => `FILL(${name}, 0)`).join(', ')}])`,
      label: metricName === 'TargetResponseTime' ? `${metricName} (ms)` : metricName,
      usingMetrics: Object.fromEntries(metrics),
    });
  };
}

/** `targetgroup/<name>/<id>`, as the dimension has it. */
function targetGroupOf(service: CfnExpressGatewayService, index: number): string {
  const arn = Fn.select(index, service.attrEcsManagedResourceArnsIngressPathTargetGroupArns);
  return `targetgroup/${Fn.select(1, Fn.split(':targetgroup/', arn))}`;
}
