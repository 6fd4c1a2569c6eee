import type { App } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { AlarmTopic } from '../../constructs/aws/alarm';
import { Leavers } from '../../constructs/aws/watch/leavers';
import { ScimTokenWatch } from '../../constructs/aws/watch/scim-token-watch';
import type { Watch } from '../../src/estate/sections/workforce/watch';

export interface WatchStackProps {
  readonly estateName: string;
  readonly watch: Watch;
}

/** Tells people what needs them before it becomes a fault. */
export class WatchStack extends Stack {
  constructor(scope: App, id: string, { estateName, watch }: WatchStackProps) {
    super(scope, id, {
      env: { account: watch.account, region: watch.region },
      description: 'Workforce: what needs a person',
      terminationProtection: true,
    });
    const { topic } = new AlarmTopic(this, 'Alarms', { emails: watch.emails, key: undefined });
    const { scimTokenExpires: expires, leavers } = watch;
    if (expires !== undefined) new ScimTokenWatch(this, 'ScimToken', { estateName, expires, topic });
    if (leavers !== undefined) new Leavers(this, 'Leavers', { estateName, leavers, topic });
  }
}
