/** An assignment by account and principal, with whichever permission set. */
export interface Holding {
  readonly account: string;
  readonly principalType: string;
  readonly principalId: string;
}

/** Assignments before and after a deployment, and those that come with it. */
export interface Holdings {
  readonly before: readonly Holding[];
  readonly after: readonly Holding[];
  readonly gains: readonly Holding[];
}

/**
 * Tells whether other access comes in place of an assignment with the deployment that takes it away: its principal gains something
 * in its account, as when a permission set is renamed; or its principal keeps nothing anywhere, and one that had nothing before gains
 * something there, as when a group was made again under another id.
 */
export function exchangeOf({ before, after, gains }: Holdings): (one: Holding) => boolean {
  const known = new Set(before.map(({ principalId }) => principalId));
  const remaining = new Set(after.map(({ principalId }) => principalId));
  const gaining = new Set(gains.map(placeOf));
  const arrivals = gains.filter(({ principalId }) => !known.has(principalId));
  const newcomers = new Set(arrivals.map(kindOf));
  return (one) => gaining.has(placeOf(one)) || (!remaining.has(one.principalId) && newcomers.has(kindOf(one)));
}

const placeOf = ({ account, principalId }: Holding): string => `${account}/${principalId}`;
const kindOf = ({ account, principalType }: Holding): string => `${account}/${principalType}`;
