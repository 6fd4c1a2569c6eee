import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IAlarmAction,
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
import {
  Choice,
  Condition,
  DefinitionBody,
  Errors,
  Fail,
  type IChainable,
  JsonPath,
  LogLevel,
  Parallel,
  Pass,
  Result,
  StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { type AlarmSettings, createAlarm } from '../alarm';
import { type AppService, WHOLE_SERVICE } from './app-service';
import type { RunningService } from './customer-services';
import { KeptLogs } from './kept-logs';
import { parameterName, sessionKeysName } from '../../../src/estate/sections/hosting/handoff';
import type { Hosting } from '../../../src/estate/sections/hosting/hosting';

interface MonitoringProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly services: readonly RunningService[];
  /** By the names that the services have for them. */
  readonly tables: ReadonlyMap<string, Table>;
  readonly topic: ITopic;
}

/** Alarms, the dashboard, and what restarts the services after a handoff. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { estateName, hosting, services, tables, topic }: MonitoringProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    const alarms = [
      ...services.flatMap(({ service, running: { metrics } }) =>
        serviceAlarms(this, service.word, { metrics, action }),
      ),
      ...tableAlarms(this, tables, action),
    ];
    new Dashboard(new Construct(this, 'Dashboard'), 'Resource', {
      dashboardName: `${estateName}-hosting`,
      // One page for the people on duty: what is wrong, and how each service does.
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms, width: WHOLE_WIDTH })],
        ...services.map(({ service, running }) => serviceRow(service.title, running)),
      ],
    });
    const { logRetentionDays } = hosting;
    const restarted = new Map(services.map(({ service, running }) => [service.title, running]));
    const hasSessionKeys = hosting.services.length === 0;
    const redeployment = { estateName, services: restarted, action, logRetentionDays, hasSessionKeys };
    new Redeployment(this, 'Redeployment', redeployment);
    this.tellOfFailures(services, topic);
  }

  /**
   * Tells of deployments that failed, of services of one platform, whose events differ in the service alone. App Runner counts no
   * unhealthy instances; a deployment whose instances fail their health check ends as an operation of that kind (App Runner
   * Developer Guide, 'Handling App Runner events'). Express Mode takes a deployment back by itself, also one that was to bring
   * new values of secrets.
   */
  private tellOfFailures(services: MonitoringProps['services'], topic: ITopic): void {
    const failures = services.map(({ running }) => running.failedDeployment);
    const [first] = failures;
    if (first === undefined) return;
    const { source, detailType, detail } = first;
    const resources = failures.map(({ resource }) => resource);
    new Rule(new Construct(this, 'Failures'), 'Rule', {
      description: 'An operation on a service of the customer application failed',
      eventPattern: { source, detailType, resources, detail },
      targets: [new SnsTopic(topic, { message: RuleTargetInput.fromEventPath('$.detail') })],
    });
  }
}

const WHOLE_WIDTH = 24;
const THIRD = 8;

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

/** Operations that the applications ask of DynamoDB. */
const OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;

/** An alarm for each table, when DynamoDB refuses a request for there are too many. */
function tableAlarms(scope: Construct, tables: ReadonlyMap<string, Table>, action: IAlarmAction): readonly Alarm[] {
  const home = new Construct(scope, 'Tables');
  return [...tables].map(([name, table]) =>
    createAlarm(home, name, {
      metric: throttles(table),
      alarmDescription: `DynamoDB refuses requests of the table ${name}: there are too many.`,
      action,
    }),
  );
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

/** Responses with status 5xx in five minutes. */
const SERVER_ERRORS = 5;
/** Milliseconds of the slowest hundredth of requests. */
const LATENCY_MS = 2000;
const PERIODS = 3;

/**
 * Alarms of a service: errors, slow answers, no instance at work, and instances that fail their health check where the platform
 * counts them.
 */
function serviceAlarms(
  scope: Construct,
  name: string,
  { metrics, action }: Pick<AppService, 'metrics'> & { readonly action: IAlarmAction },
): readonly Alarm[] {
  const home = new Construct(scope, name.toLowerCase());
  const { serverErrors, latency, unhealthy, running } = metrics;
  const alarm = (id: string, settings: Omit<AlarmSettings, 'action'>): Alarm =>
    createAlarm(home, id, { ...settings, action });
  return [
    alarm('ServerErrors', {
      metric: serverErrors,
      threshold: SERVER_ERRORS,
      alarmDescription: `The ${name} answers with 5xx, or its load balancer does in its place.`,
    }),
    alarm('Down', {
      metric: running,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `The ${name} has had no healthy instance for ten minutes: no one can use it.`,
    }),
    alarm('Latency', {
      metric: latency,
      threshold: LATENCY_MS,
      evaluationPeriods: PERIODS,
      alarmDescription: `The ${name} is slow: the slowest hundredth of requests takes ${LATENCY_MS / 1000} seconds or more.`,
    }),
    ...(unhealthy === undefined
      ? []
      : [
          alarm('Unhealthy', {
            metric: unhealthy,
            evaluationPeriods: PERIODS,
            alarmDescription: `Instances of the ${name} fail their health check.`,
          }),
        ]),
  ];
}

interface RedeploymentProps {
  readonly estateName: string;
  /** By the names of the states. */
  readonly services: ReadonlyMap<string, AppService>;
  readonly action: IAlarmAction;
  readonly logRetentionDays: number;
  /** True of the example's web, whose sessions they seal. */
  readonly hasSessionKeys: boolean;
}

/** Calls that give a secret another value (AWS Secrets Manager API Reference). */
const SECRET_CHANGES = ['PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage'];

/**
 * Restarts the services when values changed: they read secrets and parameters at deployment only. Of a handoff the
 * event is the change of the version parameter, which Parameter Store sends by itself. The session keys, which a person
 * changes, are in Secrets Manager alone, whose events come by way of a CloudTrail trail. A service that is being changed
 * already is asked again for an hour, and after any other error for twenty minutes; the other service is restarted all the same.
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
    if (props.hasSessionKeys)
      new Rule(this, 'Keys', {
        description: 'Somebody changed the session keys',
        eventPattern: sessionKeysEvent(Stack.of(this), props.estateName),
        targets,
      });
    createAlarm(this, 'Failed', {
      metric: machine.metricFailed(),
      alarmDescription: 'The services could not be restarted: they still use their old values.',
      action: props.action,
    });
  }

  private createMachine({ services, logRetentionDays }: RedeploymentProps): StateMachine {
    const all = new Parallel(this, 'All');
    const calls = [...services].map(([name, service]) => this.createCall(name, service));
    for (const call of calls) all.branch(call);
    const failures = calls.map((_call, index) => Condition.isPresent(`$[${index}].${FAILED}`));
    const end = new Choice(this, 'Restarted')
      .when(Condition.or(...failures), new Fail(this, 'NotRestarted'))
      .otherwise(new Succeed(this, 'Done'));
    const logs = new KeptLogs(this, 'Logs', { retentionDays: logRetentionDays });
    const machine = new StateMachine(this, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(all.next(end)),
      timeout: Duration.hours(2),
      tracingEnabled: true,
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
    });
    acknowledge(machine, WHOLE_SERVICE);
    return machine;
  }

  private createCall(name: string, { redeployment }: AppService): IChainable {
    const call = new CallAwsService(this, name, {
      service: redeployment.service,
      action: redeployment.action,
      parameters: redeployment.parameters,
      iamAction: redeployment.iamAction,
      iamResources: [redeployment.resource],
      resultPath: JsonPath.DISCARD,
    });
    call.addRetry({
      errors: [redeployment.busyError],
      interval: Duration.minutes(1),
      backoffRate: 1,
      maxAttempts: 60,
    });
    // Services and the SDK name passing errors in many ways: all are tried again, for twenty minutes.
    call.addRetry({
      errors: [Errors.ALL],
      interval: Duration.seconds(10),
      maxAttempts: 8,
      maxDelay: Duration.minutes(5),
    });
    // An error that left the branch would stop the other one.
    return call.addCatch(new Pass(this, `${name}Failed`, { result: Result.fromObject({ [FAILED]: true }) }));
  }
}

/** Key of a branch's result. */
const FAILED = 'failed';

function handoffEvent(estateName: string): EventPattern {
  return {
    source: ['aws.ssm'],
    detailType: ['Parameter Store Change'],
    detail: { name: [parameterName(estateName, 'version')], operation: ['Create', 'Update'] },
  };
}

/** The caller names the secret by its name or its ARN, with the end that Secrets Manager chose or without it. */
function sessionKeysEvent(stack: Stack, estateName: string): EventPattern {
  const name = sessionKeysName(estateName);
  const format = { service: 'secretsmanager', resource: 'secret', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
  const arn = stack.formatArn({ ...format, resourceName: name });
  return {
    source: ['aws.secretsmanager'],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['secretsmanager.amazonaws.com'],
      eventName: SECRET_CHANGES,
      errorCode: [{ exists: false }],
      requestParameters: { secretId: [name, arn, { prefix: `${arn}-` }] },
    },
  };
}
