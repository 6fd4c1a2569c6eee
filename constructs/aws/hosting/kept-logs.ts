import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface KeptLogsProps {
  /** @default a name that CloudFormation makes up */
  readonly name?: string;
  /** Days that CloudWatch Logs offers; the model checks them. */
  readonly retentionDays: number;
}

/** A log group that keeps its events for so many days, and goes with its stack. */
export class KeptLogs extends LogGroup {
  constructor(scope: Construct, id: string, { name, retentionDays }: KeptLogsProps) {
    super(scope, id, {
      ...(name !== undefined && { logGroupName: name }),
      retention: retentionOf(retentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

const RETENTIONS = Object.values(RetentionDays).filter((value) => typeof value === 'number');

/** Days as the CDK has them. @throws Error for days that CloudWatch Logs does not offer */
export function retentionOf(days: number): RetentionDays {
  const found = RETENTIONS.find((value) => value.valueOf() === days);
  if (found === undefined) throw new Error(`CloudWatch Logs does not keep logs for ${days} days`);
  return found;
}
