const ISO_TIME = /^PT(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?$/;

/**
 * Seconds of an ISO 8601 duration of hours, minutes and seconds (`PT1H30M`); undefined if it is none. Identity Center
 * accepts other designators too (days, weeks), which no session length between 1 and 12 hours needs.
 */
export function parseIsoSeconds(text: string): number | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null || text === 'PT') return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return hours * 3600 + minutes * 60 + seconds;
}
