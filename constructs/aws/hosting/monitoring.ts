import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IAlarmAction,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  Row,
  Stats,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine, SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, LogLevel, Parallel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { type AppService, WHOLE_SERVICE } from './app-service';
import { KeptLogs } from './kept-logs';
import { parameterName, sessionKeysName } from '../../../src/estate/sections/hosting/handoff';
import type { Hosting, ServiceName } from '../../../src/estate/sections/hosting/hosting';

interface MonitoringProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly services: Readonly<Record<ServiceName, AppService>>;
  readonly tables: Readonly<Record<'policies' | 'sessions', Table>>;
  readonly topic: ITopic;
}

/** Alarms, the dashboard, and what restarts the services after a handoff. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { estateName, hosting, services, tables, topic }: MonitoringProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    const { web, api } = services;
    const alarms = [
      ...new ServiceAlarms(this, 'web', { name: 'web', service: web, action }).alarms,
      ...new ServiceAlarms(this, 'api', { name: 'API', service: api, action }).alarms,
      ...new TableAlarms(this, 'Tables', { tables: { policies: tables.policies, sessions: tables.sessions }, action })
        .alarms,
    ];
    new HostingDashboard(this, 'Dashboard', {
      name: `${estateName}-hosting`,
      services: { Web: web, API: api },
      alarms,
    });
    const { logRetentionDays } = hosting;
    new Redeployment(this, 'Redeployment', {
      estateName,
      services: { Web: web, API: api },
      action,
      logRetentionDays,
    });
    new DeploymentFailures(this, 'Failures', { services, topic });
  }
}

interface DeploymentFailuresProps {
  /** Services of one platform, whose events differ in the service alone. */
  readonly services: Readonly<Record<ServiceName, AppService>>;
  readonly topic: ITopic;
}

/**
 * Tells of deployments that failed. App Runner counts no unhealthy instances; a deployment whose instances fail their health check
 * ends as an operation of that kind (App Runner Developer Guide, 'Handling App Runner events'). Express Mode takes a deployment back
 * by itself, also one that was to bring new values of secrets.
 */
class DeploymentFailures extends Construct {
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

interface HostingDashboardProps {
  readonly name: string;
  readonly services: Readonly<Record<string, AppService>>;
  readonly alarms: readonly Alarm[];
}

const WHOLE_WIDTH = 24;
const THIRD = 8;

/** One page for the people on duty: what is wrong, and how each service does. */
class HostingDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, services, alarms }: HostingDashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Resource', {
      dashboardName: name,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE_WIDTH })],
        ...Object.entries(services).map(([title, service]) => serviceRow(title, service)),
      ],
    });
  }
}

function serviceRow(title: string, { metrics }: AppService): IWidget[] {
  return [
    new TextWidget({ markdown: `## ${title}`, width: WHOLE_WIDTH, height: 1 }),
    new Row(
      new GraphWidget({
        title: 'Requests and errors',
        width: THIRD,
        left: [metrics.requests],
        right: [metrics.clientErrors, metrics.serverErrors],
      }),
      new GraphWidget({ title: 'Latency (p99, ms)', width: THIRD, left: [metrics.latency] }),
      new GraphWidget({ title: 'CPU and memory (%)', width: THIRD, left: [metrics.cpu, metrics.memory] }),
    ),
  ];
}

interface TableAlarmsProps {
  readonly tables: Readonly<Record<string, Table>>;
  readonly action: IAlarmAction;
}

/** Operations that the applications ask of DynamoDB. */
const OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;

/** An alarm for each table, when DynamoDB refuses a request for there are too many. */
class TableAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { tables, action }: TableAlarmsProps) {
    super(scope, id);
    this.alarms = Object.entries(tables).map(([name, table]) => {
      const alarm = new Alarm(this, name, {
        metric: throttles(table),
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: `DynamoDB refuses requests of the table ${name}: there are too many.`,
      });
      alarm.addAlarmAction(action);
      return alarm;
    });
  }
}

/**
 * Refused requests of a table. DynamoDB has a value for an operation that it refused, and none for the others: a sum with `+`
 * would have none either, and the alarm would stay as it is, since alarms on DynamoDB ignore what is missing
 * (CloudWatch, 'PutMetricAlarm', TreatMissingData).
 */
function throttles({ tableName }: Table): MathExpression {
  const metric = (operation: string): Metric =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'ThrottledRequests',
      statistic: Stats.SUM,
      dimensionsMap: { TableName: tableName, Operation: operation },
    });
  const usingMetrics = Object.fromEntries(OPERATIONS.map((operation) => [operation.toLowerCase(), metric(operation)]));
  const filled = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  return new MathExpression({ expression: `SUM([${filled.join(', ')}])`, label: 'Throttled', usingMetrics });
}

interface ServiceAlarmsProps {
  /** `web` or `api`, as the alarms name it. */
  readonly name: string;
  readonly service: AppService;
  readonly action: IAlarmAction;
}

/** Responses with status 5xx in five minutes. */
const SERVER_ERRORS = 5;
/** Milliseconds of the slowest hundredth of requests. */
const LATENCY_MS = 2000;
const PERIODS = 3;

/** Alarms of a service: errors, slow answers, and instances that fail their health check where the platform counts them. */
class ServiceAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { name, service, action }: ServiceAlarmsProps) {
    super(scope, id);
    const { serverErrors, latency, unhealthy } = service.metrics;
    this.alarms = [
      this.create('ServerErrors', serverErrors, {
        threshold: SERVER_ERRORS,
        evaluationPeriods: 1,
        description: `The ${name} answers with 5xx.`,
      }),
      this.create('Latency', latency, {
        threshold: LATENCY_MS,
        evaluationPeriods: PERIODS,
        description: `The ${name} is slow: the slowest hundredth of requests takes ${LATENCY_MS / 1000} seconds or more.`,
      }),
      ...(unhealthy === undefined
        ? []
        : [
            this.create('Unhealthy', unhealthy, {
              threshold: 1,
              evaluationPeriods: PERIODS,
              description: `Instances of the ${name} fail their health check.`,
            }),
          ]),
    ];
    for (const alarm of this.alarms) alarm.addAlarmAction(action);
  }

  private create(id: string, metric: IMetric, rule: AlarmRule): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold: rule.threshold,
      evaluationPeriods: rule.evaluationPeriods,
      alarmDescription: rule.description,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

interface AlarmRule {
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly description: string;
}

interface RedeploymentProps {
  readonly estateName: string;
  /** By the names of the states. */
  readonly services: Readonly<Record<string, AppService>>;
  readonly action: IAlarmAction;
  readonly logRetentionDays: number;
}

/** Calls that give a secret another value (AWS Secrets Manager API Reference). */
const SECRET_CHANGES = ['PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage'];

/**
 * Restarts the services when values changed: they read secrets and parameters at deployment only. Of a handoff the
 * event is the change of the version parameter, which Parameter Store sends by itself. The session keys, which a person
 * changes, are in Secrets Manager alone, whose events come by way of a CloudTrail trail. A service that is being changed
 * already is asked again, for an hour.
 */
class Redeployment extends Construct {
  constructor(scope: Construct, id: string, props: RedeploymentProps) {
    super(scope, id);
    const machine = this.createMachine(props);
    const targets = [new SfnStateMachine(machine)];
    new Rule(this, 'Rule', {
      description: 'New values of the customers program were handed over',
      eventPattern: handoffEvent(props.estateName),
      targets,
    });
    new Rule(this, 'Keys', {
      description: 'Somebody changed the session keys',
      eventPattern: sessionKeysEvent(Stack.of(this), props.estateName),
      targets,
    });
    new Alarm(this, 'Failed', {
      metric: machine.metricFailed(),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: 'The services could not be restarted: they still use their old values.',
    }).addAlarmAction(props.action);
  }

  private createMachine({ services, logRetentionDays }: RedeploymentProps): StateMachine {
    const all = new Parallel(this, 'All');
    for (const [name, service] of Object.entries(services)) all.branch(this.createCall(name, service));
    const logs = new KeptLogs(this, 'Logs', { retentionDays: logRetentionDays });
    const machine = new StateMachine(this, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(all),
      timeout: Duration.hours(2),
      tracingEnabled: true,
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
    });
    acknowledge(machine, [WHOLE_SERVICE]);
    return machine;
  }

  private createCall(name: string, { redeployment }: AppService): CallAwsService {
    const call = new CallAwsService(this, name, {
      service: redeployment.service,
      action: redeployment.action,
      parameters: redeployment.parameters,
      iamAction: redeployment.iamAction,
      iamResources: [redeployment.resource],
    });
    call.addRetry({
      errors: [redeployment.busyError],
      interval: Duration.minutes(1),
      backoffRate: 1,
      maxAttempts: 60,
    });
    return call;
  }
}

function handoffEvent(estateName: string): EventPattern {
  return {
    source: ['aws.ssm'],
    detailType: ['Parameter Store Change'],
    detail: { name: [parameterName(estateName, 'version')], operation: ['Create', 'Update'] },
  };
}

/** The caller names the secret by its name or its ARN, whose end Secrets Manager chose. */
function sessionKeysEvent(stack: Stack, estateName: string): EventPattern {
  const name = sessionKeysName(estateName);
  const arn = { service: 'secretsmanager', resource: 'secret', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
  const prefix = stack.formatArn({ ...arn, resourceName: `${name}-` });
  return {
    source: ['aws.secretsmanager'],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['secretsmanager.amazonaws.com'],
      eventName: SECRET_CHANGES,
      errorCode: [{ exists: false }],
      requestParameters: { secretId: [name, { prefix }] },
    },
  };
}
