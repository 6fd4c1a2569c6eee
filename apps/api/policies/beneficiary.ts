import { z } from 'zod';

/** Characters (code points) of a name at most. */
export const MAX_BENEFICIARY_LENGTH = 100;

// C0 and C1 controls, line and paragraph separators, and what turns the direction of the text around it
// (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing). Joiners stay: names and emoji need them.
const FORBIDDEN = String.raw`\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069`;
// Blank letters too: the Braille pattern without dots and the fillers of Hangul.
const SPACES = String.raw`\s\u200B-\u200D\u2060\uFEFF\u2800\u3164\u115F\u1160\uFFA0`;
const PATTERN = `^[^${FORBIDDEN}]*[^${FORBIDDEN}${SPACES}][^${FORBIDDEN}]*$`;

const LENGTH = `must have 1 to ${MAX_BENEFICIARY_LENGTH} characters`;
const Name = new RegExp(PATTERN, 'u');

/** The name of a beneficiary: normalised to NFC and trimmed, then checked. Any script and emoji are fine. */
export const Beneficiary = z
  .string('must be text')
  .normalize('NFC')
  .trim()
  .refine((name) => name !== '' && [...name].length <= MAX_BENEFICIARY_LENGTH, LENGTH)
  .refine((name) => name.isWellFormed(), 'must be well-formed Unicode')
  .refine(
    (name) => name === '' || !name.isWellFormed() || Name.test(name),
    'must be a visible name without line breaks, control characters or changes of the writing direction',
  )
  .meta({ minLength: 1, maxLength: MAX_BENEFICIARY_LENGTH, pattern: PATTERN });
