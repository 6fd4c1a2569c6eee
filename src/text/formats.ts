/** Formats that commands print for programs, and their versions: another form is another version. Schemas: `docs/schemas`. */
export const FORMATS = {
  preview: 4,
  doctor: 1,
  drill: 1,
  who: 1,
  evidence: 1,
  'evidence-record': 1,
  explain: 1,
  'explain-sets': 1,
  'explain-action': 1,
  'explain-unused': 1,
  'sign-in-bootstrap': 2,
} as const;

export type Format = keyof typeof FORMATS;

/** The text of an output, with the version of its format. */
export function formatted(format: Format, output: object): string {
  return `${JSON.stringify({ version: FORMATS[format], ...output }, undefined, 2)}\n`;
}
