const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** 2 June 2026 */
export function formatDate(moment: string): string {
  return DATE.format(new Date(moment));
}

/** 2 June 2026 at 14:05 UTC */
export function formatTime(moment: string): string {
  return `${TIME.format(new Date(moment))} UTC`;
}

/** 4821 9374 65: groups of four are read aloud more easily. */
export function formatNumber(digits: string): string {
  return digits.replace(/(\d{4})(?=\d)/g, '$1 ');
}
