import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ServiceName } from '../../../src/estate/sections/hosting/hosting';
import type { AppService } from './app-service';

export interface DeploymentFailuresProps {
  /** Services of one platform, whose events differ in the service alone. */
  readonly services: Readonly<Record<ServiceName, AppService>>;
  readonly topic: ITopic;
}

/**
 * Tells of deployments that failed. App Runner counts no unhealthy instances; a deployment whose instances fail their health check
 * ends as an operation of that kind (App Runner Developer Guide, 'Handling App Runner events'). Express Mode takes a deployment back
 * by itself, also one that was to bring new values of secrets.
 */
export class DeploymentFailures extends Construct {
  constructor(scope: Construct, id: string, { services: { web, api }, topic }: DeploymentFailuresProps) {
    super(scope, id);
    const { source, detailType, detail } = web.failedDeployment;
    new Rule(this, 'Rule', {
      description: 'An operation on a service of the customer application failed',
      eventPattern: {
        source,
        detailType,
        resources: [web.failedDeployment.resource, api.failedDeployment.resource],
        detail,
      },
      targets: [new SnsTopic(topic, { message: RuleTargetInput.fromEventPath('$.detail') })],
    });
  }
}
