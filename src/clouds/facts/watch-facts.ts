import type { AlarmTopic } from './hosting-facts';

/** A resource of a stack. */
export interface StackResource {
  /** `AWS::DynamoDB::Table` */
  readonly type: string;
  readonly logicalId: string;
  /** Name or ARN. */
  readonly physicalId: string;
}

/** The stack that tells people of what needs them. */
export interface WatchFacts {
  readonly resources: readonly StackResource[];
  readonly topic: AlarmTopic;
}
