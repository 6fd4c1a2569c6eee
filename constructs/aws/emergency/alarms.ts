import type { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { EventBus, EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import {
  ALARM_FIELDS,
  alarmBusArn,
  alarmText,
  forwardedEvents,
} from '../../../src/estate/sections/emergency/emergency-events';
import type { EmergencyPlan } from '../../../src/estate/sections/emergency/emergency-plan';
import { AlarmTopic } from '../watch/alarm-topic';
import { AlarmRule } from './alarm-rule';
import { EventRules } from './event-rules';

export interface AlarmsProps {
  readonly plan: EmergencyPlan;
}

/**
 * Messages about each use and each change of the emergency access: by events of this account and Region, and by those
 * that the other accounts and Regions send to an event bus.
 */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { plan }: AlarmsProps) {
    super(scope, id);
    const { estateName, name, account } = plan;
    const fields = Object.entries(ALARM_FIELDS).map(([field, path]) => [field, EventField.fromPath(path)] as const);
    const { topic } = new AlarmTopic(this, 'Topic', { emails: plan.emails, key: undefined });
    const target = new SnsTopic(topic, {
      message: RuleTargetInput.fromObject({ text: alarmText(plan), ...Object.fromEntries(fields) }),
    });
    new EventRules(this, 'Rules', { plan, account: account.id, roles: [name], target });
    new AlarmRule(this, 'Forwarded', {
      description: `Emergency access of ${estateName}: whatever other accounts and Regions send here`,
      eventBus: this.createBus(plan),
      eventPattern: { account: [...forwardedEvents(plan).account] },
      targets: [target],
    });
  }

  /** Accounts send by a role of their own; the bus says which accounts. */
  private createBus(plan: EmergencyPlan): EventBus {
    const { partition, name, targets } = plan;
    const bus = new EventBus(this, 'Bus', { eventBusName: name });
    if (targets.length === 0) return bus;
    // A resource of its own would do the same, but cdk-nag reads a deprecated property of it, and says so at each synthesis.
    (bus.node.defaultChild as CfnEventBus).policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Targets',
          Effect: 'Allow',
          Principal: { AWS: targets.map((target) => `arn:${partition}:iam::${target.account.id}:root`) },
          Action: 'events:PutEvents',
          Resource: alarmBusArn(plan),
        },
      ],
    };
    return bus;
  }
}
