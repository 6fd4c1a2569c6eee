// Made when a page first shows a date: a start need not hold what they know of languages.
const format = (moment: string, timeStyle?: 'short'): string =>
  (formats[timeStyle ?? 'date'] ??= new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'long',
    timeStyle,
    timeZone: 'UTC',
  })).format(new Date(moment));
const formats: Partial<Record<'date' | 'short', Intl.DateTimeFormat>> = {};

/** An element that says 2 June 2026, until a script says it in the reader's language. */
export function dateOf(moment: string): string {
  return timeElement(moment, format(moment), ' data-style="date"');
}

/** An element that says 2 June 2026 at 14:05 UTC, until a script says it in the reader's language and time zone. */
export function timeOf(moment: string): string {
  return timeElement(moment, `${format(moment, 'short')} UTC`);
}

/** 4821 9374 65: groups of four are read aloud more easily. */
export function formatNumber(digits: string): string {
  return digits.replace(/(\d{4})(?=\d)/g, '$1 ');
}

function timeElement(moment: string, text: string, attributes = ''): string {
  return `<time datetime="${new Date(moment).toISOString()}"${attributes}>${text}</time>`;
}
