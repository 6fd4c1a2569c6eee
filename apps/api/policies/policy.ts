import { z } from 'zod';
import { Beneficiary } from './beneficiary';

/** Changes of the beneficiary that a policy keeps; the oldest go first. DynamoDB's item may have 400 kB. */
export const HISTORY_LENGTH = 100;

const Timestamp = z.iso.datetime();

export const HistoryEntry = z.object({
  beneficiary: z.string().meta({ description: 'The name that was set' }),
  changedAt: Timestamp.meta({ description: 'When it was set' }),
  key: z
    .string()
    .optional()
    .meta({ description: 'Idempotency-Key of the write, or an id of its own; absent in older entries' }),
});
export type HistoryEntry = z.output<typeof HistoryEntry>;

/** A customer's policy, as the API shows it. */
export const PolicyView = z.object({
  policyNumber: z.string().regex(/^\d{10}$/),
  beneficiary: z.string().nullable().meta({ description: 'null until the customer names one' }),
  email: z.string().nullable().meta({ description: "null where the customer's directory entry has no address" }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  history: z
    .array(HistoryEntry)
    .max(HISTORY_LENGTH)
    .meta({ description: `The last ${HISTORY_LENGTH} names that were set, oldest first` }),
});

/** The body of `PUT /policy/beneficiary`. */
export const BeneficiaryChange = z.strictObject({ beneficiary: Beneficiary });

/** A customer's policy, as the database keeps it. */
export const PolicyRecord = PolicyView.extend({
  oid: z.string(),
  /** 1, then one more with each write. */
  version: z.int().min(1),
  /** Id of the write that made this version; tells a repeated write that was done from one that came too late. */
  writeId: z.string(),
}).readonly();
export type PolicyRecord = z.output<typeof PolicyRecord>;

export function viewOf(record: PolicyRecord): z.output<typeof PolicyView> {
  const { policyNumber, beneficiary, email, createdAt, updatedAt, history } = record;
  return { policyNumber, beneficiary, email, createdAt, updatedAt, history };
}

/**
 * The strong entity tag of a version. It names the policy too: `/policy` is another resource for each customer, and
 * one customer's tag must not fit another's.
 */
export function tagOf({ policyNumber, version }: PolicyRecord): string {
  return `"${policyNumber}-${version}"`;
}
