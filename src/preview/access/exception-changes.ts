import { isUserGrant } from '../../estate/sections/access/ended-grants';
import type { Estate } from '../../estate/sections/estate';
import { matchGrants } from './grant-matches';

/** Exceptions that stay and get another end or reason, in sentences. Those that come or go are changes of access. */
export function compareExceptions(base: Estate, head: Estate): readonly string[] {
  const [before, after] = [base, head].map(({ access }) => (access?.grants ?? []).filter(isUserGrant));
  return [...matchGrants(after ?? [], before ?? [])].flatMap(([now, old]) => {
    if (!isUserGrant(now) || !isUserGrant(old)) return [];
    const [is, was] = [now.holder, old.holder];
    return [
      ...(is.until === was.until ? [] : [`user '${is.name}' until ${is.until} instead of ${was.until}: ${is.reason}`]),
      ...(is.reason === was.reason ? [] : [`user '${is.name}' for another reason: ${is.reason}`]),
    ];
  });
}
