import * as z from 'zod';

/** Characters (code points) of a name at most. */
export const MAX_NAME_LENGTH = 100;

// Controls, line and paragraph separators, and what turns the direction of the text around it
// (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing). Joiners stay: names and emoji need them.
const FORBIDDEN = String.raw`\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069`;
const Forbidden = new RegExp(String.raw`[${FORBIDDEN}\p{Noncharacter_Code_Point}]`, 'u');
// Not blanks, the Braille pattern without dots, or what a font draws nothing for.
const Visible = /[^\s\u2800\p{Default_Ignorable_Code_Point}]/u;

const VISIBLE = 'must be a visible name without line breaks, control characters or changes of the writing direction';

/** The name of a beneficiary: normalised to NFC and trimmed, then checked. Any script and emoji are fine. */
const Beneficiary = z
  .string('must be text')
  .normalize('NFC')
  .trim()
  .refine((name) => name !== '' && [...name].length <= MAX_NAME_LENGTH, `must have 1 to ${MAX_NAME_LENGTH} characters`)
  .refine((name) => name.isWellFormed(), 'must be well-formed Unicode')
  .refine((name) => name === '' || !name.isWellFormed() || (!Forbidden.test(name) && Visible.test(name)), VISIBLE)
  // The pattern has what each language can say.
  .meta({ minLength: 1, maxLength: MAX_NAME_LENGTH, pattern: `^[^${FORBIDDEN}]*$`, description: VISIBLE });

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
