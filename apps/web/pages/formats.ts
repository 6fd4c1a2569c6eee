const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** An element that says 2 June 2026, until a script says it in the reader's language. */
export function dateOf(moment: string): string {
  return timeElement(moment, DATE.format(new Date(moment)), ' data-style="date"');
}

/** An element that says 2 June 2026 at 14:05 UTC, until a script says it in the reader's language and time zone. */
export function timeOf(moment: string): string {
  return timeElement(moment, formatTime(moment));
}

/** 2 June 2026 at 14:05 UTC */
export function formatTime(moment: string): string {
  return `${TIME.format(new Date(moment))} UTC`;
}

/** 4821 9374 65: groups of four are read aloud more easily. */
export function formatNumber(digits: string): string {
  return digits.replace(/(\d{4})(?=\d)/g, '$1 ');
}

function timeElement(moment: string, text: string, attributes = ''): string {
  return `<time datetime="${new Date(moment).toISOString()}"${attributes}>${text}</time>`;
}
