import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import pMap from 'p-map';
import { readPages } from './aws-call';
import type { AlarmTopic } from '../facts/hosting-facts';

const AT_ONCE = { concurrency: 5 };

/** Reads who is told by topics. @throws AwsCallError */
export async function readSubscribers(client: SNSClient, topics: readonly string[]): Promise<AlarmTopic> {
  const call = { action: 'sns:ListSubscriptionsByTopic', subject: 'who is told of alarms' };
  const lists = await pMap(
    topics,
    (TopicArn) =>
      readPages(call, paginateListSubscriptionsByTopic({ client }, { TopicArn }), (page) => page.Subscriptions),
    AT_ONCE,
  );
  const emails = lists.flat().filter(({ Protocol }) => Protocol === 'email');
  const isConfirmed = ({ SubscriptionArn = '' }: (typeof emails)[number]): boolean =>
    SubscriptionArn.startsWith('arn:');
  return {
    confirmed: emails.filter(isConfirmed).map(({ Endpoint = '' }) => Endpoint),
    pending: emails.filter((one) => !isConfirmed(one)).map(({ Endpoint = '' }) => Endpoint),
  };
}
