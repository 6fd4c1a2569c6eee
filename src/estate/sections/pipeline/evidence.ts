import { z } from 'zod';
import { located, type Output } from '../../source/located';
import { holding, within } from '../shared/rules';

/** Days that S3 may keep objects (Amazon S3 API, 'DefaultRetention': 100 years at most); less than a month outlasts no artifact by much. */
const KEPT_DAYS = { min: 30, max: 36_500 } as const;

/** Records of deployments, in a bucket that deletes none before its time. */
export const EvidenceEntry = located(
  z.strictObject({
    keepDays: z.number().meta({
      description: `Days for which each record is kept, ${KEPT_DAYS.min} to ${KEPT_DAYS.max}. A change counts for records that come later.`,
      ...within('evidence', KEPT_DAYS, {
        problem: 'is not a number of days that the bucket can keep records for',
        allowed: `a whole number from ${KEPT_DAYS.min} to ${KEPT_DAYS.max}`,
      }),
    }),
    mode: z
      .enum(['governance', 'compliance'])
      .meta({
        description:
          'Mode of S3 Object Lock: with `governance`, whoever administers the account can delete a record early; with `compliance` nobody can, neither the root user nor AWS, and nothing shortens the time.',
        ...holding('evidence-compliance', (mode) => mode !== 'compliance', {
          problem: 'can never be undone: nobody can delete a record, or shorten its time, before it ends',
          allowed: "'governance', unless a law or an auditor asks for more",
          severity: 'warning',
        }),
      })
      .default('governance'),
  }),
);
export type Evidence = Output<typeof EvidenceEntry>;

/** Bucket of the records, and how long it keeps each. */
export interface EvidenceHome extends Pick<Evidence, 'keepDays' | 'mode'> {
  readonly bucket: string;
  readonly account: string;
  readonly region: string;
}

/** Characters of an estate's name that its bucket has: with the longest Region, a bucket's name has 63. */
const NAME_CHARACTERS = 25;

/** Name of the bucket, which nobody else has, since it names the account: `sandbox-evidence-210000000001-eu-west-1`. */
export function evidenceBucket(estate: string, { account, region }: Pick<EvidenceHome, 'account' | 'region'>): string {
  return `${estate.toLowerCase().slice(0, NAME_CHARACTERS)}-evidence-${account}-${region}`;
}
