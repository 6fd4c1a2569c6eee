import type { AwsApplication } from './workforce';

/** A Conditional Access policy for one application. It covers everybody who is not in an excluded group. */
export type ConditionalAccess = NonNullable<AwsApplication['conditionalAccess']>;
export type ExcludedGroup = ConditionalAccess['excludedGroups'][number];
