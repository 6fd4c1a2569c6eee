import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Code } from 'aws-cdk-lib/aws-lambda';
import { Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { LeaversSchedule } from '../../../src/estate/sections/leavers/leavers';
import { leaversRoleName } from '../../../src/estate/sections/leavers/leavers';
import type { WatchedLeavers } from '../../../src/estate/sections/workforce/watch';
import { bundleOf } from '../bundles/bundle';
import { acknowledge } from '../checks/acknowledge';
import type { KnownAnswers } from '../checks/known-answers';
import { KeptLogs } from '../hosting/kept-logs';
import { leaversStatements, wildcards } from './leavers-statements';

export interface LeaversProps {
  readonly estateName: string;
  readonly leavers: WatchedLeavers;
  /** Gets reports and alarms. */
  readonly topic: ITopic;
  /** Bundles that need not be made again. @default nothing */
  readonly known?: KnownAnswers | undefined;
}

/** A year of what was done, and why. */
const LOG_DAYS = 365;

const SCHEDULES: Readonly<Record<LeaversSchedule, { readonly expression: string; readonly days: number }>> = {
  daily: { expression: 'cron(0 5 * * ? *)', days: 2 },
  weekly: { expression: 'cron(0 5 ? * MON *)', days: 7 },
};

/**
 * A function that finds users of the Identity Store who have left, reports them, and removes them if the estate says so; what
 * it remembers, and its record of each step, which it can add to and change but never delete. A run that fails, that stops at
 * its limit, or that does not happen, is an alarm.
 */
export class Leavers extends Construct {
  constructor(scope: Construct, id: string, { estateName, leavers, topic, known }: LeaversProps) {
    super(scope, id);
    const tables = this.createTables();
    const role = this.createRole(estateName);
    const { partition } = Stack.of(this);
    for (const statement of leaversStatements({ partition, leavers, topic, ...tables })) role.addToPolicy(statement);
    const handler = this.createFunction(role, bundleOf(this, 'leavers', known), {
      ESTATE: estateName,
      TOPIC_ARN: topic.topicArn,
      OBSERVATIONS_TABLE: tables.observations.tableName,
      AUDIT_TABLE: tables.audit.tableName,
      ...environmentOf(leavers),
    });
    acknowledge(role, wildcards(partition, leavers));
    this.createSchedule(handler, leavers.schedule);
    this.createAlarms(handler, { topic, schedule: leavers.schedule });
  }

  private createTables(): { readonly observations: Table; readonly audit: Table } {
    const shared = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const partitionKey = { name: 'userId', type: AttributeType.STRING };
    return {
      observations: new Table(this, 'Observations', { ...shared, partitionKey }),
      audit: new Table(this, 'Audit', {
        ...shared,
        partitionKey,
        sortKey: { name: 'step', type: AttributeType.STRING },
      }),
    };
  }

  private createRole(estateName: string): Role {
    return new Role(this, 'Role', {
      roleName: leaversRoleName(estateName),
      description: 'Finds users who have left, in Entra ID and in the Identity Store',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
  }

  private createFunction(role: Role, code: Code, environment: Record<string, string>): Function {
    const logGroup = new KeptLogs(this, 'Logs', { retentionDays: LOG_DAYS });
    logGroup.grantWrite(role);
    return new Function(this, 'Function', {
      code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      memorySize: 512,
      timeout: Duration.minutes(15),
      // A lock in the audit table keeps runs apart: accounts with Lambda's first quota of 10 refuse a reserved concurrency.
      retryAttempts: 0,
      environment,
      logGroup,
      role,
    });
  }

  private createSchedule(handler: Function, schedule: LeaversSchedule): void {
    const role = new Role(this, 'ScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    const resource = `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(handler.node.defaultChild as CfnFunction)}.Arn>:*]`;
    acknowledge(role, [{ at: [], rule: resource, reason: 'This one function, of whatever version.' }]);
    new Schedule(this, 'Schedule', {
      description: 'Looks for users who have left',
      schedule: ScheduleExpression.expression(SCHEDULES[schedule].expression),
      target: new LambdaInvoke(handler, { retryAttempts: 0, role }),
    });
  }

  private createAlarms(
    handler: Function,
    { topic, schedule }: { readonly topic: ITopic; readonly schedule: LeaversSchedule },
  ): void {
    const action = new SnsAction(topic);
    const { days } = SCHEDULES[schedule];
    new Alarm(this, 'Failed', {
      metric: handler.metricErrors({ period: Duration.hours(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: 'A run on leavers failed, refused what it read, or stopped at its limit: see its log.',
    }).addAlarmAction(action);
    new Alarm(this, 'Missing', {
      metric: handler.metricInvocations({ period: Duration.days(1) }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: days,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `The leavers check has not run for ${days} days.`,
    }).addAlarmAction(action);
  }
}

function environmentOf(leavers: WatchedLeavers): Record<string, string> {
  const { signIn } = leavers;
  return {
    IDENTITY_STORE_ID: leavers.identityStoreId,
    INSTANCE_ARN: leavers.instanceArn,
    TENANT_ID: leavers.tenantId,
    CLIENT_ID: leavers.clientId,
    ...(signIn.kind === 'secret' && { SECRET_ARN: signIn.secretArn }),
    GRACE_PERIOD_DAYS: String(leavers.gracePeriodDays),
    MAX_PER_RUN: String(leavers.maxPerRun),
    MAX_SHARE: String(leavers.maxShare),
    SCHEDULE: leavers.schedule,
    BREAK_GLASS_USERS: leavers.breakGlassUsers.join('\n'),
    DELETE: String(leavers.deletes),
  };
}
