import {
  type CfnEventBus,
  type CfnRule,
  EventBus,
  EventField,
  type IRuleTarget,
  Rule,
  type RuleProps,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget, SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { AlarmTopic } from '../alarm';
import {
  ALARM_FIELDS,
  alarmBusArn,
  alarmText,
  EMERGENCY_EVENT_WORDS,
  EMERGENCY_EVENTS,
  EMERGENCY_RULE_STATE,
  emergencyEvents,
  forwardedEvents,
  type WatchedAccount,
} from '../../../src/estate/sections/emergency/emergency-events';
import type { EmergencyPlan } from '../../../src/estate/sections/emergency/emergency-plan';

/**
 * Messages about each use and each change of the emergency access: by events of this account and Region, and by those
 * that the other accounts and Regions send to an event bus.
 */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { plan }: { readonly plan: EmergencyPlan }) {
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
      eventPattern: forwardedEvents(plan),
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

interface EventRulesProps extends WatchedAccount {
  readonly plan: EmergencyPlan;
  readonly target: IRuleTarget;
}

/** Rules on the default event bus of one account and Region, for each use and each change of the emergency access. */
class EventRules extends Construct {
  constructor(scope: Construct, id: string, { plan, target, ...watched }: EventRulesProps) {
    super(scope, id);
    const events = emergencyEvents(plan, watched);
    for (const kind of EMERGENCY_EVENTS) {
      for (const [index, { source, 'detail-type': detailType, detail }] of events[kind].entries()) {
        new AlarmRule(this, index === 0 ? kind : `${kind}${index + 1}`, {
          description: `Emergency access of ${plan.estateName}: ${EMERGENCY_EVENT_WORDS[kind]}`,
          eventPattern: { source: [...source], detailType: [...detailType], detail },
          targets: [target],
        });
      }
    }
  }
}

interface ForwardedAlarmsProps extends WatchedAccount {
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

/** A rule that also gets CloudTrail's read-only events, among which is each use of a role. */
class AlarmRule extends Rule {
  constructor(scope: Construct, id: string, props: Omit<RuleProps, 'enabled'>) {
    super(scope, id, props);
    // The construct of the CDK knows ENABLED and DISABLED alone.
    (this.node.defaultChild as CfnRule).state = EMERGENCY_RULE_STATE;
  }
}
