import { Stack } from 'aws-cdk-lib';
import { LogRetention } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Acknowledgement } from '../../../src/estate/sections/estate';
import { acknowledge } from '../checks/acknowledge';
import { retentionOf } from './kept-logs';

export interface AppRunnerLogsProps {
  readonly serviceName: string;
  readonly serviceId: string;
  /** Days that CloudWatch Logs offers; the model checks them. */
  readonly retentionDays: number;
}

/** Kinds of logs that App Runner keeps: of what the application prints, and of what happens to the service. */
const KINDS = ['application', 'service'] as const;

const ACKNOWLEDGED: readonly Acknowledgement[] = [
  {
    at: [],
    rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    reason: "The CDK's function has it, which allows to write logs.",
  },
  {
    at: [],
    rule: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      "The CDK's function is for groups of any name. It may change how long logs are kept, and nothing else of them.",
  },
];

/**
 * Retention of the logs of an App Runner service. App Runner makes their groups itself, without an end, under names
 * that have the id of the service; CloudFormation can't change a group that it did not make, so a function of the CDK
 * does.
 */
export class AppRunnerLogs extends Construct {
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
