import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { DefinitionBody, LogLevel, Parallel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { parameterName, sessionKeysName } from '../../../src/estate/sections/hosting/handoff';
import { acknowledge } from '../acknowledge';
import type { AppService } from './app-service';
import { KeptLogs } from './kept-logs';
import { WHOLE_SERVICE } from './service-statements';

export interface RedeploymentProps {
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
export class Redeployment extends Construct {
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
