import * as z from 'zod';
import { PolicyChange } from '../../service/policy';
import { newToken } from './token';

const field = z.string().max(2_000).catch('');

/** Fields that a person fills in, as they were typed. */
const TYPED = { beneficiary: field };

/** Names of fields in sentences. */
const LABELS: Readonly<Record<string, string>> = { beneficiary: 'The name' };

/** A form that was sent or is kept. Whatever else comes in place of a field is as nothing. */
export const BeneficiaryForm = z
  .object({
    ...TYPED,
    etag: z
      .string()
      .regex(/^"[\w-]{1,100}"$/)
      .catch(''),
    /** Object id of the person whose form it was, so that what was typed comes back to no one else. */
    oid: z.string().max(100).catch(''),
    /** Drawn with the form: sent twice, as by a double click, the form is saved once. */
    key: z
      .string()
      .regex(/^[\w-]{43}$/)
      .catch(newToken),
  })
  .readonly();
export type BeneficiaryForm = z.output<typeof BeneficiaryForm>;

/** Parses the body of a request. */
export function formIn(body: unknown): BeneficiaryForm {
  return BeneficiaryForm.parse(typeof body === 'object' && body !== null ? body : {});
}

/** Sentences on fields that can't be saved, by their names. */
export type Faults = Readonly<Partial<Record<string, string>>>;

/** The change that a form asks for, as the API keeps it, or its faults. */
export function changeIn(form: BeneficiaryForm): { readonly change: PolicyChange } | { readonly faults: Faults } {
  const typed = Object.fromEntries(
    Object.keys(TYPED).map((name): [string, unknown] => [name, Reflect.get(form, name)]),
  );
  const { data: change, error } = PolicyChange.safeParse(typed);
  if (change !== undefined) return { change };
  if (form.beneficiary.trim() === '') return { faults: { beneficiary: 'Enter the full name of the beneficiary.' } };
  return { faults: faultsOf(error.issues.map(({ path, message }) => [String(path[0]), message])) };
}

/** Messages of the rules, of ours or the API's, as sentences. */
export function faultsOf(messages: readonly (readonly [field: string, message: string])[]): Faults {
  const fields = Map.groupBy(messages, ([name]) => name);
  return Object.fromEntries(
    [...fields].map(([name, found]) => [
      name,
      `${LABELS[name] ?? 'This'} ${found.map(([, message]) => message).join(', and ')}.`,
    ]),
  );
}
