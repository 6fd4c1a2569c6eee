import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface DeploymentFailuresProps {
  /** ARNs of App Runner services. */
  readonly serviceArns: readonly string[];
  readonly topic: ITopic;
}

/**
 * Tells of operations on App Runner services that failed. App Runner counts no unhealthy instances; a deployment whose
 * instances fail their health check ends as an operation of that kind (App Runner Developer Guide, 'Handling App Runner events').
 */
export class DeploymentFailures extends Construct {
  constructor(scope: Construct, id: string, { serviceArns, topic }: DeploymentFailuresProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'An operation on a service of the customer application failed',
      eventPattern: {
        source: ['aws.apprunner'],
        detailType: ['AppRunner Service Operation Status Change'],
        resources: [...serviceArns],
        detail: { operationStatus: [{ suffix: { 'equals-ignore-case': 'failed' } }] },
      },
      targets: [new SnsTopic(topic, { message: RuleTargetInput.fromEventPath('$.detail') })],
    });
  }
}
