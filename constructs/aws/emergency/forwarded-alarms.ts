import { EventBus } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { WatchedAccount } from '../../../src/estate/sections/emergency/emergency-events';
import { alarmBusArn } from '../../../src/estate/sections/emergency/emergency-events';
import type { EmergencyPlan } from '../../../src/estate/sections/emergency/emergency-plan';
import { EventRules } from './event-rules';

export interface ForwardedAlarmsProps extends WatchedAccount {
  readonly plan: EmergencyPlan;
}

/** Sends what concerns the emergency access to the event bus from which people are told. */
export class ForwardedAlarms extends Construct {
  constructor(scope: Construct, id: string, { plan, ...watched }: ForwardedAlarmsProps) {
    super(scope, id);
    const bus = EventBus.fromEventBusArn(this, 'Bus', alarmBusArn(plan));
    new EventRules(this, 'Rules', { plan, ...watched, target: new EventBusTarget(bus) });
  }
}
