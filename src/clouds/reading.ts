/**
 * Result of reading something. `denied`: the caller lacks a permission, by the name that its service gives it (an IAM
 * action, or a permission of Microsoft Graph). `failed`: anything else, in a sentence.
 */
export type Reading<T> = Known<T> | Unread;

export interface Known<T> {
  readonly state: 'known';
  readonly value: T;
}

/** Nothing is known, and why. */
export type Unread =
  { readonly state: 'denied'; readonly permission: string } | { readonly state: 'failed'; readonly reason: string };

export function known<T>(value: T): Known<T> {
  return { state: 'known', value };
}

export function failed(reason: string): Unread {
  return { state: 'failed', reason };
}

/** Items of a list that are known; none where it is unknown. */
export function itemsOf<T>(reading: Reading<readonly T[]> | undefined): readonly T[] {
  return reading?.state === 'known' ? reading.value : [];
}

/** The permission that is missing, or why a reading failed. */
export function whyUnread(reading: Unread): string {
  return reading.state === 'denied' ? reading.permission : reading.reason;
}

/** Reads something, and says why where that fails. `explain` knows the errors of the service that is asked. */
export async function attempt<T>(read: () => Promise<T>, explain: (error: unknown) => Unread): Promise<Reading<T>> {
  try {
    return known(await read());
  } catch (error) {
    return explain(error);
  }
}

/** Way to read a part of a cloud. */
export interface ReadingOptions {
  /** Calls to one service at once, 1 to 20. */
  readonly concurrency: number;
  /** Told what has been read so far, in a few words. */
  readonly onProgress: (text: string) => void;
}

export interface TimedReadingOptions extends ReadingOptions {
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
}

type Values<Readings> = { readonly [Key in keyof Readings]: Readings[Key] extends Reading<infer T> ? T : never };

/** Several readings as one: known if all of them are, otherwise the first that is not. */
export function together<const Readings extends Readonly<Record<string, Reading<unknown>>>>(
  readings: Readings,
): Reading<Values<Readings>> {
  const unread = Object.values(readings).find((reading) => reading.state !== 'known');
  if (unread !== undefined) return unread;
  const entries = Object.entries(readings).map(([name, reading]) => [name, (reading as Known<unknown>).value]);
  return known(Object.fromEntries(entries) as Values<Readings>);
}

/** Ends what takes too long. The reading goes on unseen until its own time-outs end it. */
export async function within<T>(seconds: number, reading: Promise<Reading<T>>): Promise<Reading<T>> {
  const { promise: late, resolve } = Promise.withResolvers<Unread>();
  const timer = setTimeout(() => {
    resolve(failed(`no answer within ${seconds} s; run this again with a longer --timeout`));
  }, seconds * 1000);
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
