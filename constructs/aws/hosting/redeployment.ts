import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { DefinitionBody, LogLevel, Parallel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { parameterName } from '../../../model/hand-over';
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

/**
 * Starts the services anew when values were handed over: they read secrets and parameters at deployment only. The event is
 * the change of the version parameter, which Parameter Store sends by itself; Secrets Manager has events by way of a
 * CloudTrail trail alone. A service that is being changed already is asked again, for an hour.
 */
export class Redeployment extends Construct {
  constructor(scope: Construct, id: string, props: RedeploymentProps) {
    super(scope, id);
    const machine = this.createMachine(props);
    new Rule(this, 'Rule', {
      description: 'New values of the customers program were handed over',
      eventPattern: {
        source: ['aws.ssm'],
        detailType: ['Parameter Store Change'],
        detail: { name: [parameterName(props.estateName, 'version')], operation: ['Create', 'Update'] },
      },
      targets: [new SfnStateMachine(machine)],
    });
    new Alarm(this, 'Failed', {
      metric: machine.metricFailed(),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: 'The services could not be started anew: they still use the values that they had.',
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
