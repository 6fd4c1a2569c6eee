import { distance } from 'fastest-levenshtein';

/** Tells whether a name is in it. */
export interface NameSet {
  has(name: string): boolean;
}

/** The known name nearest to what was written, if it is near enough to be meant: at least half of it is right. */
export function suggestName(given: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(2, Math.floor(given.length / 3));
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    const edits = editsBetween(given, name, limit);
    const isNear = edits <= limit && edits * 2 <= Math.max(given.length, name.length);
    if (isNear && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

/** Edits that make one name of the other, beyond `limit` only roughly; a difference of case alone counts as none. */
function editsBetween(given: string, name: string, limit: number): number {
  const longer = Math.abs(given.length - name.length);
  if (longer > limit) return longer;
  return given.toLowerCase() === name.toLowerCase() ? 0 : distance(given, name);
}

/** Names listed in full up to this many; beyond it a count says how many more there are. */
const LISTED_NAMES = 12;

/** `'a', 'b', 'c' and 4 more`, or what to say when there is none. */
export function quotedList(names: Iterable<string>, none = 'none'): string {
  const all = [...names];
  if (all.length === 0) return none;
  const shown = all.slice(0, LISTED_NAMES).map((name) => `'${name}'`);
  return all.length > LISTED_NAMES ? `${shown.join(', ')} and ${all.length - LISTED_NAMES} more` : shown.join(', ');
}

/** `did you mean 'x'?` where a name is near, else the list of known names. */
export function suggestionOrList(given: string, known: Iterable<string>, what: string): string {
  const names = [...known];
  const near = suggestName(given, names);
  return near === undefined ? `${what}: ${quotedList(names)}` : `did you mean '${near}'?`;
}
