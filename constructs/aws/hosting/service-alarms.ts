import type { IAlarmAction, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AppService } from './app-service';

export interface ServiceAlarmsProps {
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
export class ServiceAlarms extends Construct {
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
