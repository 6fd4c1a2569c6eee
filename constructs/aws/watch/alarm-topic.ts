import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  readonly emails: readonly string[];
  /** @default none: messages are not encrypted at rest */
  readonly key: IKey | undefined;
}

/**
 * Topic of the alarms. It takes messages over TLS alone. Without a key of the estate it is not encrypted at rest:
 * CloudWatch may not use the key that AWS manages for SNS (Amazon SNS Developer Guide, 'Key management').
 */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { emails, key }: AlarmTopicProps) {
    super(scope, id);
    const topic = new Topic(this, 'Resource', { enforceSSL: true, ...(key && { masterKey: key }) });
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    topic.grantPublish(new ServicePrincipal('events.amazonaws.com'));
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    this.topic = topic;
  }
}
