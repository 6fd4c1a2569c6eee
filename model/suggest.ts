import { distance } from 'fastest-levenshtein';

/** The known name nearest to what was written, if it is near enough to be meant. */
export function suggestName(given: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(2, Math.floor(given.length / 3));
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    const edits = given.toLowerCase() === name.toLowerCase() ? 0 : distance(given, name);
    if (edits <= limit && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
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
