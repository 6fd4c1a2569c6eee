import { CURRENT_VERSION_EXPIRED_FLAGS, CURRENT_VERSION_FLAG_DEFAULTS, FLAGS } from 'aws-cdk-lib/cx-api';

/** Release of the CDK up to which its flags are as it recommends: a later flag would change what is deployed. */
const RECOMMENDED_UNTIL = '2.276.0';

const inOrder = new Intl.Collator('en', { numeric: true });

/**
 * Every feature flag of the CDK with its value. It goes into an app's `postCliContext`, which neither cdk.json nor
 * `--context` overrides: the same estate gives the same templates from whatever folder it is synthesised.
 */
export const CDK_FLAGS: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    Object.entries(FLAGS)
      .filter(([flag]) => !CURRENT_VERSION_EXPIRED_FLAGS.includes(flag))
      .map(([flag, { introducedIn, recommendedValue }]) => {
        const isRecommended = inOrder.compare(introducedIn.v2 ?? '', RECOMMENDED_UNTIL) <= 0;
        return [flag, isRecommended ? recommendedValue : (CURRENT_VERSION_FLAG_DEFAULTS[flag] ?? false)];
      }),
  ),
  // A report on the use of constructs, which no app of ours sends.
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
  '@aws-cdk/core:target-partitions': ['aws', 'aws-us-gov', 'aws-cn'],
};
