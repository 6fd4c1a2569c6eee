/** Rows as CSV (RFC 4180). */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

/** Beginning of a formula, also after what a spreadsheet passes over, and by full-width signs, which East Asian ones read alike. */
const FORMULA = /^(?:\p{Cc}|[\s\p{Cf}]*[=+\-@＝＋－＠])/u;

/** A cell that no spreadsheet takes for a formula (OWASP, 'CSV Injection'). */
function cellOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
