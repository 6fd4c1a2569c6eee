import { Duration, SecretValue } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import {
  ApiDestination,
  Authorization,
  Connection,
  type ConnectionProps,
  HttpMethod,
  HttpParameter,
  type IApiDestination,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ACCOUNT_EVENTS, type AccountEvents } from '../../../src/estate/sections/pipeline/account-events';
import type { ForgeCall } from '../../../src/estate/sections/pipeline/role-trust';
import { acknowledge } from '../acknowledge';
import { createAlarm } from '../alarm';

export interface AccountEventsRuleProps {
  readonly estateName: string;
  readonly events: AccountEvents;
  /** Gets the alarms. */
  readonly topic: ITopic;
}

/** Hours in which EventBridge tries to reach the forge, less than between two runs by schedule. */
const TRIED_HOURS = 4;
/** Days that a lost event is kept. */
const KEPT_DAYS = 14;

/**
 * A rule on events of the organization that calls the forge, without any code of ours: what it sends is constant, so that
 * nothing of an event reaches the forge. An event that reached no job is kept, and is an alarm.
 */
export class AccountEventsRule extends Construct {
  constructor(scope: Construct, id: string, { estateName, events, topic }: AccountEventsRuleProps) {
    super(scope, id);
    const lost = this.createQueue();
    const { source, 'detail-type': detailType, detail } = ACCOUNT_EVENTS;
    const rule = new Rule(this, 'Rule', {
      description: `Accounts or organizational units of ${estateName} changed`,
      eventPattern: { source, detailType, detail },
    });
    rule.addTarget(
      new ApiDestinationTarget(this.createDestination(estateName, events), {
        event: RuleTargetInput.fromObject(events.call.body),
        headerParameters: { ...events.call.headers },
        deadLetterQueue: lost,
        maxEventAge: Duration.hours(TRIED_HOURS),
      }),
    );
    const action = new SnsAction(topic);
    createAlarm(this, 'Lost', {
      action,
      metric: lost.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) }),
      alarmDescription: `A change of the organization reached no job of the forge: new accounts of ${estateName} wait for the next run by schedule. ${ANSWER}`,
    });
    createAlarm(this, 'Unkept', {
      action,
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'InvocationsFailedToBeSentToDlq',
        dimensionsMap: { RuleName: rule.ruleName },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      alarmDescription: `A change of the organization reached neither a job of the forge nor the queue of ${estateName}. ${ANSWER}`,
    });
  }

  private createQueue(): Queue {
    const queue = new Queue(this, 'LostEvents', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(KEPT_DAYS),
    });
    acknowledge(queue, { 'AwsSolutions-SQS3': 'It is the queue of lost events itself.' });
    return queue;
  }

  private createDestination(estateName: string, { call, tokenSecret }: AccountEvents): IApiDestination {
    const connection = new Connection(this, 'Connection', {
      description: `Token that starts the job which proposes accounts of ${estateName}`,
      ...signIn(call, SecretValue.secretsManager(tokenSecret)),
    });
    const destination = new ApiDestination(this, 'Forge', {
      description: `Starts the job that proposes accounts of ${estateName}`,
      connection,
      endpoint: call.url,
      httpMethod: HttpMethod.POST,
      // The least there is: a landing zone sends dozens of events for one account, and one run is enough for all.
      rateLimitPerSecond: 1,
    });
    // The class types as perhaps undefined what its constructor always sets.
    return destination as IApiDestination;
  }
}

const ANSWER = "Start the job by hand, then look at the token: npx --no entra-aws docs pipeline 'By event'.";

/** Place of the token in the call. CloudFormation reads the secret itself: the template has its ARN alone. */
function signIn({ token }: ForgeCall, secret: SecretValue): Pick<ConnectionProps, 'authorization' | 'bodyParameters'> {
  switch (token.kind) {
    case 'bearer': {
      const header = new SecretValue(`Bearer ${secret.unsafeUnwrap()}`);
      return { authorization: Authorization.apiKey('Authorization', header) };
    }
    case 'basic':
      return { authorization: Authorization.basic(token.user, secret) };
    case 'body':
      // A connection needs a header; the value of this one says who calls.
      return {
        authorization: Authorization.apiKey('X-Started-By', SecretValue.unsafePlainText('entra-aws-identity')),
        bodyParameters: { [token.name]: HttpParameter.fromSecret(secret) },
      };
  }
}
