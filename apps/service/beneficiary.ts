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
export const Beneficiary = z
  .string('must be text')
  .normalize('NFC')
  .trim()
  .refine((name) => name !== '' && [...name].length <= MAX_NAME_LENGTH, `must have 1 to ${MAX_NAME_LENGTH} characters`)
  .refine((name) => name.isWellFormed(), 'must be well-formed Unicode')
  .refine((name) => name === '' || !name.isWellFormed() || (!Forbidden.test(name) && Visible.test(name)), VISIBLE)
  // The pattern has what each language can say.
  .meta({ minLength: 1, maxLength: MAX_NAME_LENGTH, pattern: `^[^${FORBIDDEN}]*$`, description: VISIBLE });
