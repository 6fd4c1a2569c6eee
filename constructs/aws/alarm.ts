import { Alarm, type AlarmProps, type IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';

type Defaults = 'threshold' | 'evaluationPeriods';

export interface AlarmSettings extends Omit<AlarmProps, Defaults>, Partial<Pick<AlarmProps, Defaults>> {
  readonly action: IAlarmAction;
}

/** An alarm that tells somebody: by default at a single one, and silent where there is no value. */
export function createAlarm(scope: Construct, id: string, { action, ...settings }: AlarmSettings): Alarm {
  const treatMissingData = TreatMissingData.NOT_BREACHING;
  const alarm = new Alarm(scope, id, { threshold: 1, evaluationPeriods: 1, treatMissingData, ...settings });
  alarm.addAlarmAction(action);
  return alarm;
}

export interface AlarmTopicProps {
  readonly emails: readonly string[];
  /** @default none: messages are not encrypted at rest */
  readonly key: IKey | undefined;
}

/**
 * Topic of the alarms. It takes messages over TLS alone, of alarms of its own account, and of rules (EventBridge User Guide, 'Using
 * resource-based policies': no condition in a topic's policy). Without a key of the estate it is not encrypted at rest:
 * CloudWatch may not use the key that AWS manages for SNS (Amazon SNS Developer Guide, 'Key management').
 */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { emails, key }: AlarmTopicProps) {
    super(scope, id);
    const topic = new Topic(this, 'Resource', { enforceSSL: true, ...(key && { masterKey: key }) });
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: ofThisAccount }));
    // EventBridge says for whom it publishes to no topic: with a condition the messages of rules would be lost.
    topic.grantPublish(new ServicePrincipal('events.amazonaws.com'));
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    this.topic = topic;
  }
}
