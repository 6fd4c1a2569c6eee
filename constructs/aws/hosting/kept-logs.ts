import { RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
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
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's values are these numbers
      retention: retentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
