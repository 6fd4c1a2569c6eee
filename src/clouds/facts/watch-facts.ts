import type { StackResource } from '../aws/read-stack';
import type { AlarmTopic } from './hosting-facts';

/** The stack that tells people of what needs them. */
export interface WatchFacts {
  readonly resources: readonly StackResource[];
  readonly topic: AlarmTopic;
}
