import type { CfnRule, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { Rule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { EmergencyEvents } from './events';

export interface EventRulesProps {
  readonly estateName: string;
  readonly events: EmergencyEvents;
  readonly target: IRuleTarget;
}

const DESCRIPTIONS: Readonly<Record<keyof EmergencyEvents, string>> = {
  Use: 'somebody took on a role',
  SignIn: 'somebody signed in to the console, or switched to a role',
  Change: 'somebody changed a role or the identity provider',
};

/**
 * Rules on the default event bus of one account and Region. AssumeRole, ConsoleLogin and SwitchRole are read-only events, which
 * a rule in the plain state ENABLED need not get (EventBridge User Guide, 'Receiving read-only management events').
 */
export class EventRules extends Construct {
  constructor(scope: Construct, id: string, { estateName, events, target }: EventRulesProps) {
    super(scope, id);
    for (const kind of ['Use', 'SignIn', 'Change'] as const) {
      const rule = new Rule(this, kind, {
        description: `Emergency access of ${estateName}: ${DESCRIPTIONS[kind]}`,
        eventPattern: events[kind],
        targets: [target],
      });
      (rule.node.defaultChild as CfnRule).state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
    }
  }
}
