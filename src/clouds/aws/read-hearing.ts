import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from '@aws-sdk/client-sns';
import pMap from 'p-map';
import { callAws, readPages, required } from './aws-call';
import type { AlarmTopic } from '../facts/hosting-facts';
import {
  type AdvancedEventSelector,
  type CloudTrailClient,
  DescribeTrailsCommand,
  type EventSelector,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import type { TopicHearing, Trail } from '../facts/emergency-facts';

const AT_ONCE = { concurrency: 5 };

/** Reads who is told by topics. @throws AwsCallError */
export async function readSubscribers(client: SNSClient, topics: readonly string[]): Promise<AlarmTopic> {
  const lists = await pMap(topics, (topic) => listSubscriptions(client, topic), AT_ONCE);
  const emails = lists.flat().filter(({ Protocol }) => Protocol === 'email');
  const isConfirmed = ({ SubscriptionArn = '' }: (typeof emails)[number]): boolean =>
    SubscriptionArn.startsWith('arn:');
  return {
    confirmed: emails.filter(isConfirmed).map(({ Endpoint = '' }) => Endpoint),
    pending: emails.filter((one) => !isConfirmed(one)).map(({ Endpoint = '' }) => Endpoint),
  };
}

function listSubscriptions(client: SNSClient, TopicArn: string) {
  const call = { action: 'sns:ListSubscriptionsByTopic', subject: 'who is told of alarms' };
  return readPages(call, paginateListSubscriptionsByTopic({ client }, { TopicArn }), (page) => page.Subscriptions);
}

/** Reads what keeps messages of topics from the people who are told. @throws AwsCallError */
export async function readHearing(client: SNSClient, topics: readonly string[]): Promise<readonly TopicHearing[]> {
  return pMap(topics, (topic) => readTopic(client, topic), AT_ONCE);
}

async function readTopic(client: SNSClient, TopicArn: string): Promise<TopicHearing> {
  const call = { action: 'sns:GetTopicAttributes', subject: `the topic ${TopicArn}` };
  const { Attributes } = await callAws(call, () => client.send(new GetTopicAttributesCommand({ TopicArn })));
  const policy: unknown = JSON.parse(required(Attributes?.['Policy'], call, 'Policy'));
  const all = await listSubscriptions(client, TopicArn);
  // One that waits for its confirmation has no ARN, and no attributes.
  const confirmed = all.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'));
  const filters = await pMap(
    confirmed,
    async ({ SubscriptionArn = '', Endpoint = '', Protocol = '' }) => {
      const reading = { action: 'sns:GetSubscriptionAttributes', subject: `the subscription ${SubscriptionArn}` };
      const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
      const { Attributes: found = {} } = await callAws(reading, () => client.send(command));
      const filter = found['FilterPolicy'];
      const isFiltered = filter !== undefined && filter !== '' && filter !== '{}';
      return { endpoint: Endpoint, protocol: Protocol, subscription: SubscriptionArn, isFiltered };
    },
    AT_ONCE,
  );
  return { topic: TopicArn, policy, subscriptions: filters };
}

/** Reads the trails of all Regions, be they the organization's. @throws AwsCallError */
export async function readTrails(client: CloudTrailClient): Promise<readonly Trail[]> {
  const call = { action: 'cloudtrail:DescribeTrails', subject: 'the trails' };
  const { trailList = [] } = await callAws(call, () => client.send(new DescribeTrailsCommand({})));
  const arns = trailList
    .filter(({ IsMultiRegionTrail }) => IsMultiRegionTrail === true)
    .map(({ TrailARN }) => required(TrailARN, call, 'TrailARN'));
  return pMap(
    arns,
    async (arn): Promise<Trail> => {
      const subject = `the trail ${arn}`;
      const status = { action: 'cloudtrail:GetTrailStatus', subject };
      const { IsLogging } = await callAws(status, () => client.send(new GetTrailStatusCommand({ Name: arn })));
      const selecting = { action: 'cloudtrail:GetEventSelectors', subject };
      const selectors = await callAws(selecting, () => client.send(new GetEventSelectorsCommand({ TrailName: arn })));
      const { EventSelectors = [], AdvancedEventSelectors = [] } = selectors;
      // Without any, it is as it was made: it records all management events.
      const isDefault = EventSelectors.length + AdvancedEventSelectors.length === 0;
      const records = isDefault || EventSelectors.some(recordsUses) || AdvancedEventSelectors.some(recordsUsesToo);
      return { arn, isLogging: IsLogging === true, recordsUses: records };
    },
    AT_ONCE,
  );
}

/** A use of a role only reads, so that it takes management events of both kinds (CloudTrail User Guide, 'Logging management events'). */
function recordsUses({
  IncludeManagementEvents,
  ReadWriteType,
  ExcludeManagementEventSources = [],
}: EventSelector): boolean {
  const isWhole = ExcludeManagementEventSources.every((source) => LOUD.includes(source));
  return IncludeManagementEvents === true && ReadWriteType === 'All' && isWhole;
}

/** Sources of events that may be left out: no rule is about them. */
const LOUD: readonly string[] = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'];

function recordsUsesToo({ FieldSelectors = [] }: AdvancedEventSelector): boolean {
  return FieldSelectors.every(({ Field, Equals, NotEquals = [], ...others }) => {
    if (Field === 'eventCategory') return Equals?.includes('Management') === true;
    const only = [Equals, ...Object.values(others)].every((one) => one === undefined);
    return Field === 'eventSource' && only && NotEquals.every((source) => LOUD.includes(source));
  });
}
