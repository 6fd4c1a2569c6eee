import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, MathExpression, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

export interface TableAlarmsProps {
  readonly tables: Readonly<Record<string, Table>>;
  readonly action: IAlarmAction;
}

/** Operations that the applications ask of DynamoDB. */
const OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;

/** An alarm for each table, when DynamoDB refuses a request for there are too many. */
export class TableAlarms extends Construct {
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
