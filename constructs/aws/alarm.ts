import { Alarm, type AlarmProps, type IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

type Defaults = 'threshold' | 'evaluationPeriods';

export interface AlarmSettings extends Omit<AlarmProps, Defaults>, Partial<Pick<AlarmProps, Defaults>> {
  readonly action: IAlarmAction;
}

/** An alarm that tells somebody: by default at a single one, and silent where there is no value. */
export function createAlarm(scope: Construct, id: string, { action, ...settings }: AlarmSettings): Alarm {
  const treatMissingData = TreatMissingData.NOT_BREACHING;
  const alarm = new Alarm(scope, id, { threshold: 1, evaluationPeriods: 1, treatMissingData, ...settings });
  alarm.addAlarmAction(action);
  return alarm;
}
