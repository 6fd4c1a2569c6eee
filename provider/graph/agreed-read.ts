import type { Context } from '../resource';
import { isSame } from '../values';

/** Answers in a row that must be the same before a write is built from them. */
const AGREEING_ANSWERS = 3;
/** Time within which a replica of Graph must show what the state has. */
const SHOWS_WITHIN_MS = 120_000;

export interface Reading<T> {
  /** The object as a refusal names it: `the signing certificates of <id>`. */
  readonly what: string;
  readonly read: () => Promise<T>;
  /** Parts that the state has and an answer lacks. @default none: the state knows nothing of it */
  readonly lacks?: (found: T) => readonly string[];
  /** Content of an answer that must be the same. @default all of it */
  readonly compared?: (found: T) => unknown;
}

/**
 * Reads an object that is written back changed. Replicas of Graph answer out of order: one that lags shows an object without what
 * was written to it a moment ago, and to write that back would delete it.
 *
 * @throws Error, and nothing may be written, if answers keep lacking what the state has, or keep differing
 */
export async function readAgreed<T>(
  { waiter }: Context,
  { what, read, lacks = () => [], compared = (found) => found }: Reading<T>,
): Promise<T> {
  let answers: readonly T[] = [];
  let missing: readonly string[] = [];
  const agreed = await waiter.find(async () => {
    const found = await read();
    missing = lacks(found);
    answers = answers.every((one) => isSame(compared(one), compared(found))) ? [...answers, found] : [found];
    return answers.length >= AGREEING_ANSWERS && missing.length === 0 ? { found } : undefined;
  }, SHOWS_WITHIN_MS);
  if (agreed !== undefined) return agreed.found;
  throw new Error(missing.length > 0 ? lacking(what, missing) : differing(what));
}

function lacking(what: string, missing: readonly string[]): string {
  return (
    `Graph shows ${what} without ${missing.join(', ')}, which the state has, so nothing was changed: an update could delete what a ` +
    'replica of Graph does not show yet. Run `pulumi up --refresh`, also if somebody removed it on purpose'
  );
}

function differing(what: string): string {
  return `Graph shows ${what} differently each time, so nothing was changed; run \`pulumi up\` again`;
}
