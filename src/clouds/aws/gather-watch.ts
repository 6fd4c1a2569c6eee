import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stackName } from '../../estate/plan/stacks/stacks';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { Watch } from '../../estate/sections/workforce/watch';
import { type Reading, within } from '../reading';
import type { WatchFacts } from '../facts/hosting-facts';
import { awsConfig } from './aws-config';
import { readAws } from './explain-aws';
import { readStack, requireAccount, resourcesOf } from './read-stack';
import { readSubscribers } from './read-subscribers';

export interface WatchOptions {
  readonly estateName: string;
  /** Longest time for the reading. */
  readonly timeoutSeconds: number;
}

/** Reads the stack that tells people of what needs them; undefined where it is not there. */
export function gatherWatchRules(
  { account, region }: Watch,
  { estateName, timeoutSeconds }: WatchOptions,
): Promise<Reading<WatchFacts | undefined>> {
  const config = awsConfig(region);
  return within(
    timeoutSeconds,
    readAws(async () => {
      await requireAccount(new STSClient(config), { account, what: `the watch of ${estateName}`, only: 'scim' });
      const stack = await readStack(new CloudFormationClient(config), stackName(estateName, 'workforce-watch'));
      if (stack === undefined) return undefined;
      const topics = resourcesOf(stack, 'AWS::SNS::Topic').map(({ physicalId }) => physicalId);
      return { resources: stack.resources, topic: await readSubscribers(new SNSClient(config), topics) };
    }),
  );
}
