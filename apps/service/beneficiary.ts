import * as z from 'zod';

/** Characters (code points) of a name at most. */
export const MAX_NAME_LENGTH = 100;

type Range = readonly [from: number, to: number];

/**
 * Code points that a font draws nothing for: Unicode's property Default_Ignorable_Code_Point
 * (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point), as ranges, since the pattern stands in /openapi.json for
 * programs in languages that lack the property.
 */
export const IGNORABLE: readonly Range[] = [
  ...[0xad, 0x34f, 0x61c, 0x3164, 0xfeff, 0xffa0].map((one) => [one, one] as const),
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfff0, 0xfff8],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

/** Unicode's property Noncharacter_Code_Point: some of the Arabic block, and the last two of each plane. */
export const NONCHARACTERS: readonly Range[] = [
  [0xfdd0, 0xfdef],
  ...Array.from({ length: 17 }, (_, plane) => [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff] as const),
];

/** As a part of a class of characters. Beyond the first plane each language has an escape of its own. */
const classOf = (ranges: readonly Range[]): string => ranges.map((range) => range.map(escaped).join('-')).join('');
const escaped = (code: number): string =>
  code > 0xffff ? String.fromCodePoint(code) : String.raw`\u${code.toString(16).padStart(4, '0')}`;

// Controls, line and paragraph separators, noncharacters, and what turns the direction of the text around it
// (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing). Joiners stay: names and emoji need them.
const FORBIDDEN = String.raw`\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069${classOf(NONCHARACTERS)}`;
// Blanks too, and the Braille pattern without dots.
const INVISIBLE = String.raw`\s\u2800${classOf(IGNORABLE)}`;
const PATTERN = `^[^${FORBIDDEN}]*[^${FORBIDDEN}${INVISIBLE}][^${FORBIDDEN}]*$`;

const LENGTH = `must have 1 to ${MAX_NAME_LENGTH} characters`;
const Name = new RegExp(PATTERN, 'u');

/** The name of a beneficiary: normalised to NFC and trimmed, then checked. Any script and emoji are fine. */
export const Beneficiary = z
  .string('must be text')
  .normalize('NFC')
  .trim()
  .refine((name) => name !== '' && [...name].length <= MAX_NAME_LENGTH, LENGTH)
  .refine((name) => name.isWellFormed(), 'must be well-formed Unicode')
  .refine(
    (name) => name === '' || !name.isWellFormed() || Name.test(name),
    'must be a visible name without line breaks, control characters or changes of the writing direction',
  )
  .meta({ minLength: 1, maxLength: MAX_NAME_LENGTH, pattern: PATTERN });
