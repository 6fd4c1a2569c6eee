import * as z from 'zod';
import { Beneficiary } from './beneficiary';

/** Changes that a policy keeps; the oldest go first. DynamoDB's item may have 400 kB. */
export const HISTORY_LENGTH = 100;

const Timestamp = z.iso.datetime();

/** Fields that a customer changes, by their rules: the body of `PUT /policy/beneficiary`. */
export const PolicyChange = z.strictObject({ beneficiary: Beneficiary });
export type PolicyChange = z.output<typeof PolicyChange>;

/** The same as a new policy has them. */
export const UNNAMED: Readonly<Record<keyof PolicyChange, null>> = { beneficiary: null };

const HistoryEntry = z.object({
  beneficiary: z.string().meta({ description: 'The name that was set' }),
  changedAt: Timestamp.meta({ description: 'When it was set' }),
  key: z
    .string()
    .optional()
    .meta({ description: 'Idempotency-Key of the write, or an id of its own; absent in older entries' }),
});

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
export type PolicyView = z.output<typeof PolicyView>;

const SHOWN = Object.keys(PolicyView.shape);

/** What the API shows of a record. */
export function viewOf(record: PolicyView): object {
  return Object.fromEntries(SHOWN.map((name) => [name, Reflect.get(record, name)]));
}

/** The change that was made with a key, if the history still has it. */
export function findChange(
  { history }: Pick<PolicyView, 'history'>,
  wanted: string,
): PolicyView['history'][number] | undefined {
  return history.find(({ key }) => key === wanted);
}

/** Tells whether two changes set the same. */
export function isSameChange(one: PolicyChange, other: PolicyChange): boolean {
  return Object.keys(PolicyChange.shape).every((name) => Reflect.get(one, name) === Reflect.get(other, name));
}

/** Problem details (RFC 9457) with the API's own members. */
export const ProblemBody = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  code: z.string().meta({ description: 'Tells the kinds of problems apart; does not change' }),
  requestId: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
