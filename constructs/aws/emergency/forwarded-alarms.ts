import { EventBus } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { EmergencyPlan } from '../../../model/emergency-plan';
import { alarmBusArn } from './alarms';
import { emergencyEvents } from './events';
import { EventRules } from './event-rules';

export interface ForwardedAlarmsProps {
  readonly plan: EmergencyPlan;
  /** The account that the rules are in. */
  readonly account: string;
  /** Names of roles in that account. */
  readonly roles: readonly string[];
}

/** Sends what concerns the emergency access to the event bus from which people are told. */
export class ForwardedAlarms extends Construct {
  constructor(scope: Construct, id: string, { plan, account, roles }: ForwardedAlarmsProps) {
    super(scope, id);
    const bus = EventBus.fromEventBusArn(this, 'Bus', alarmBusArn(plan));
    new EventRules(this, 'Rules', {
      estateName: plan.estateName,
      events: emergencyEvents(plan, account, roles),
      target: new EventBusTarget(bus),
    });
  }
}
