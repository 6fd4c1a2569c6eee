import type { AwsApplication } from './workforce';

/** A Conditional Access policy for one application. It covers everybody who is not in an excluded group. */
export type ConditionalAccess = NonNullable<AwsApplication['conditionalAccess']>;
export type ExcludedGroup = ConditionalAccess['excludedGroups'][number];
/** Why the estate has no policy: another one, outside of the estate, covers the application. */
type ManagedElsewhere = NonNullable<AwsApplication['signInManagedElsewhere']>;
