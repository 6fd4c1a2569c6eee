import { Rule, RuleTargetInput, EventField } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { SnsPublish } from 'aws-cdk-lib/aws-scheduler-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { reminderId, REMINDER_DAYS } from '../../../src/estate/sections/workforce/scim-token';

export interface ScimTokenWatchProps {
  readonly estateName: string;
  /** Day in UTC on which the token ends: `2027-05-31`. */
  readonly expires: string;
  readonly topic: ITopic;
}

/** Hour in UTC of a reminder: the working day of Europe begins. */
const HOUR = '07:00:00';

/**
 * Tells of the SCIM token's end, by two ways that fail apart: AWS Health's own event, which knows the token, and reminders 90,
 * 30, 7 and 1 days before the day that the estate records, which need nothing of AWS's. Source: IAM Identity Center User Guide,
 * 'Monitoring SCIM access token expiration'.
 *
 * The day is part of a reminder's id: another token has reminders of its own, and those of the old one go.
 */
export class ScimTokenWatch extends Construct {
  constructor(scope: Construct, id: string, props: ScimTokenWatchProps) {
    super(scope, id);
    this.createHealthRule(props);
    for (const days of REMINDER_DAYS) this.createReminder(days, props);
  }

  private createHealthRule({ estateName, topic }: ScimTokenWatchProps): void {
    const text = `AWS says that a SCIM token of IAM Identity Center ends soon. ${instruction(estateName)}`;
    new Rule(this, 'Health', {
      description: 'AWS Health: a SCIM token ends within 90 days',
      eventPattern: {
        source: ['aws.health'],
        detailType: ['AWS Health Event'],
        detail: {
          service: ['IAMIDENTITYCENTER'],
          eventTypeCode: ['AWS_IAMIDENTITYCENTER_SCIM_BEARER_TOKEN_EXPIRY_NOTIFICATION'],
        },
      },
      targets: [
        new SnsTopic(topic, {
          message: RuleTargetInput.fromObject({
            text,
            account: EventField.account,
            event: EventField.fromPath('$.detail'),
          }),
        }),
      ],
    });
  }

  private createReminder(days: number, { estateName, expires, topic }: ScimTokenWatchProps): void {
    const left = days === 1 ? 'tomorrow' : `in ${days} days`;
    const text = `The SCIM token of IAM Identity Center ends ${left}, on ${expires}. ${instruction(estateName)}`;
    new Schedule(this, reminderId(days, expires), {
      description: `${days} days before the SCIM token ends on ${expires}`,
      schedule: ScheduleExpression.at(new Date(`${daysBefore(expires, days)}T${HOUR}Z`)),
      target: new SnsPublish(topic, { input: ScheduleTargetInput.fromText(text) }),
    });
  }
}

function instruction(estateName: string): string {
  return `New users will not be provisioned and leavers will not be disabled. Rotate the token of the estate ${estateName}: npx --no entra-aws docs operations 'Rotate the SCIM token'.`;
}

const MS_PER_DAY = 86_400_000;

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * MS_PER_DAY).toISOString().slice(0, 10);
}
