import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { WatchedAccount } from '../../../src/estate/sections/emergency/emergency-events';
import {
  EMERGENCY_EVENT_WORDS,
  EMERGENCY_EVENTS,
  emergencyEvents,
} from '../../../src/estate/sections/emergency/emergency-events';
import type { EmergencyPlan } from '../../../src/estate/sections/emergency/emergency-plan';
import { AlarmRule } from './alarm-rule';

export interface EventRulesProps extends WatchedAccount {
  readonly plan: EmergencyPlan;
  readonly target: IRuleTarget;
}

/** Rules on the default event bus of one account and Region, for each use and each change of the emergency access. */
export class EventRules extends Construct {
  constructor(scope: Construct, id: string, { plan, target, ...watched }: EventRulesProps) {
    super(scope, id);
    const events = emergencyEvents(plan, watched);
    for (const kind of EMERGENCY_EVENTS) {
      const { source, 'detail-type': detailType, detail } = events[kind];
      new AlarmRule(this, kind, {
        description: `Emergency access of ${plan.estateName}: ${EMERGENCY_EVENT_WORDS[kind]}`,
        eventPattern: { source: [...source], detailType: [...detailType], detail },
        targets: [target],
      });
    }
  }
}
