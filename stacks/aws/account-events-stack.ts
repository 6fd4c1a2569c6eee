import { type App, Stack } from 'aws-cdk-lib';
import { AccountEventsRule } from '../../constructs/aws/pipeline/account-events-rule';
import { AlarmTopic } from '../../constructs/aws/alarm';
import type { AccountEvents } from '../../src/estate/sections/pipeline/account-events';

export interface AccountEventsStackProps {
  readonly estateName: string;
  readonly events: AccountEvents;
}

/** Starts the job that proposes new accounts as soon as the organization changes. A person deploys it: it holds a token. */
export class AccountEventsStack extends Stack {
  constructor(scope: App, id: string, { estateName, events }: AccountEventsStackProps) {
    super(scope, id, {
      env: { account: events.account, region: events.region },
      description: 'Changes of the organization start the job that proposes them',
    });
    const { topic } = new AlarmTopic(this, 'Alarms', { emails: events.emails, key: undefined });
    new AccountEventsRule(this, 'Events', { estateName, events, topic });
  }
}
