import { count } from '../../text/amounts';
import { DAY, MOMENT } from './limits';

const ISO_TIME = /^PT(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?$/;

/** Length of a session, and its text, which goes to the service as it is written. */
export interface Duration {
  readonly text: string;
  readonly seconds: number;
}

/**
 * Parses an ISO 8601 duration of hours, minutes and seconds (`PT1H30M`); undefined if it is none. Identity Center
 * accepts other designators too (days, weeks), which no session length between 1 and 12 hours needs.
 */
export function parseDuration(text: string): Duration | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null || text === 'PT') return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return { text, seconds: hours * 3600 + minutes * 60 + seconds };
}

/** A duration as people say it: `1 hour 30 minutes`; the text itself where it is none. */
export function durationWords(text: string): string {
  const parts = ISO_TIME.exec(text)?.slice(1) ?? [];
  const words = ['hour', 'minute', 'second'].flatMap((unit, index) => {
    const amount = Number(parts[index] ?? 0);
    return amount === 0 ? [] : [count(amount, unit)];
  });
  return words.length === 0 ? text : words.join(' ');
}

/** ISO 8601 days, as the schemas take them: `P30D`. */
export const DAYS = /^P\d{1,4}D$/;

/** Days of `P30D`; undefined if it is none. */
export function parseIsoDays(text: string): number | undefined {
  return DAYS.test(text) ? Number(text.slice(1, -1)) : undefined;
}

/** Tells whether the text is a day of the calendar, such as `2026-02-28`. Such days compare as texts. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

/** Tells whether the text is a moment in UTC, such as `2026-02-28T23:59:59Z`. */
export function isMoment(text: string): boolean {
  return MOMENT.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
}

/** The day so many days later. */
export function daysLater(day: string, days: number): string {
  const time = new Date(`${day}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + days);
  return time.toISOString().slice(0, 10);
}

/** The same day so many years later; 1 March after 29 February where that year has none. */
export function yearsLater(day: string, years: number): string {
  const time = new Date(`${day}T00:00:00Z`);
  time.setUTCFullYear(time.getUTCFullYear() + years);
  return time.toISOString().slice(0, 10);
}
