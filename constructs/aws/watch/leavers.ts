import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, BillingMode, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  leaversRoleName,
  type LeaversSchedule,
  type WatchedLeavers,
} from '../../../src/estate/sections/workforce/watch';
import type { DirectorySignIn } from '../../../src/estate/sections/workforce/leavers/schema';
import { identityCenterKeyStatement, identityStoreKeyStatement } from '../access/instance-key-statements';
import { acknowledge, type Reasons, wildcard } from '../acknowledge';
import { createAlarm } from '../alarm';
import { KeptLogs } from '../hosting/kept-logs';
import { lambdaFolder } from '../../../src/package/contents/files';
import { revocationResources } from '../pipeline/deploy-role';

export interface LeaversProps {
  readonly estateName: string;
  readonly leavers: WatchedLeavers;
  /** Gets reports and alarms. */
  readonly topic: ITopic;
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
  constructor(scope: Construct, id: string, { estateName, leavers, topic }: LeaversProps) {
    super(scope, id);
    const tables = this.createTables();
    const role = this.createRole(estateName);
    const { partition } = Stack.of(this);
    for (const statement of leaversStatements({ partition, leavers, topic, ...tables })) role.addToPolicy(statement);
    const handler = this.createFunction(role, Code.fromAsset(lambdaFolder('leavers')), {
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
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
    });
    const id = Stack.of(this).getLogicalId(handler.node.defaultChild as CfnFunction);
    acknowledge(role, { [wildcard(`<${id}.Arn>:*`)]: 'This one function, of whatever version.' });
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
    createAlarm(this, 'Failed', {
      action,
      metric: handler.metricErrors({ period: Duration.hours(1) }),
      alarmDescription: 'A run on leavers failed, refused what it read, or stopped at its limit: see its log.',
    });
    // Days without a run have no value. Without any value the alarm turns to INSUFFICIENT_DATA, as which it also begins: so it
    // waits for the first run, and for a weekly one looks back further than the seven days that CloudWatch lets it evaluate.
    createAlarm(this, 'Missing', {
      action,
      metric: handler.metricInvocations({ period: Duration.days(1) }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: days,
      treatMissingData: TreatMissingData.MISSING,
      alarmDescription: `The leavers check has not run for ${days} days or more: see its schedule and its log.`,
    }).addInsufficientDataAction(action);
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

interface LeaversResources {
  readonly partition: string;
  readonly leavers: WatchedLeavers;
  readonly topic: ITopic;
  readonly observations: Pick<ITable, 'tableArn'>;
  readonly audit: Pick<ITable, 'tableArn'>;
}

/** Permissions of the function. Those to remove are there only where the estate removes. */
function leaversStatements(resources: LeaversResources): readonly PolicyStatement[] {
  const { partition, leavers, topic, observations, audit } = resources;
  const allow = (sid: string, actions: readonly string[], ...to: readonly string[]): PolicyStatement =>
    new PolicyStatement({ sid, actions: [...actions], resources: [...to] });
  const remember = ['dynamodb:Scan', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];
  return [
    allow('ReadUsers', ['identitystore:ListUsers'], '*'),
    ...keyStatements(leavers),
    allow('Remember', remember, observations.tableArn),
    allow('Report', ['sns:Publish'], topic.topicArn),
    signInStatement(leavers.signIn),
    // Also where nothing is removed any more: the records of a removal that had begun are closed.
    allow('Audit', ['dynamodb:UpdateItem', 'dynamodb:Query'], audit.tableArn),
    ...(leavers.deletes
      ? [
          allow('ReadOfUser', ['identitystore:DescribeUser', 'identitystore:ListGroupMembershipsForMember'], '*'),
          allow('RemoveUser', ['identitystore:DeleteGroupMembership', 'identitystore:DeleteUser'], '*'),
          allow('ReadAccess', ['sso:ListAccountAssignmentsForPrincipal'], leavers.instanceArn),
          allow(
            'RemoveAccess',
            ['sso:DeleteAccountAssignment'],
            ...revocationResources(partition, leavers.instanceArn),
          ),
          allow('RemovalStatus', ['sso:DescribeAccountAssignmentDeletionStatus'], leavers.instanceArn),
        ]
      : []),
  ];
}

function keyStatements({ deletes, instanceKey: key }: WatchedLeavers): readonly PolicyStatement[] {
  if (key === undefined) return [];
  return [identityStoreKeyStatement(key), ...(deletes ? [identityCenterKeyStatement(key, 'change')] : [])];
}

function signInStatement(signIn: DirectorySignIn): PolicyStatement {
  if (signIn.kind === 'secret') {
    return new PolicyStatement({
      sid: 'SignIn',
      actions: ['secretsmanager:GetSecretValue'],
      // Secrets Manager adds a hyphen and six characters to the name; the ARN may have them or not.
      resources: [signIn.secretArn, `${signIn.secretArn}-??????`],
    });
  }
  return new PolicyStatement({
    sid: 'SignIn',
    actions: ['sts:GetWebIdentityToken'],
    resources: ['*'],
    conditions: {
      'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': ['api://AzureADTokenExchange'] },
      NumericLessThanEquals: { 'sts:DurationSeconds': 300 },
      StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
    },
  });
}

/** Every `*` of the statements, and why. */
function wildcards(partition: string, { deletes, instanceArn }: WatchedLeavers): Reasons {
  const [, ...assignments] = deletes ? revocationResources(partition, instanceArn) : [];
  const where = 'Where somebody has what, in this one instance, is found at run time.';
  return {
    [wildcard('*')]: 'Which users are gone is found at run time. A token for Entra ID has no resource.',
    ...Object.fromEntries(assignments.map((resource) => [wildcard(resource), where])),
  };
}
