import { z } from 'zod';
import { MAX_NAME_LENGTH } from '../../service/names';
import { newToken } from '../sessions/token';

const field = z.string().max(2_000).catch('');

/** Fields that the form sends. Whatever else comes in its place is as nothing. */
export const BeneficiaryForm = z
  .object({
    beneficiary: field,
    /** The version that the person saw. */
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
  .catch(() => ({ beneficiary: '', etag: '', oid: '', key: newToken() }));
export type BeneficiaryForm = z.output<typeof BeneficiaryForm>;

/** The name as the API keeps it. */
export function nameIn({ beneficiary }: Pick<BeneficiaryForm, 'beneficiary'>): string {
  return beneficiary.normalize('NFC').trim();
}

/** The fault of a name that the person can see without the API. */
export function faultOf(form: BeneficiaryForm): string | undefined {
  const length = [...nameIn(form)].length;
  if (length === 0) return 'Enter the full name of the beneficiary.';
  if (length > MAX_NAME_LENGTH) return `Shorten the name to ${MAX_NAME_LENGTH} characters; it has ${length}.`;
  return undefined;
}

/** Message of the API about a name, as a sentence. */
export function faultFrom(details: readonly string[]): string {
  return details.length === 0 ? 'This name can’t be used.' : `The name ${details.join(', and ')}.`;
}
