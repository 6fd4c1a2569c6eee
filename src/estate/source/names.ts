/** The form in which ids, names and addresses are compared: composed (NFC), without regard to case, the same in every locale. */
export function nameKey(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}

/** Matches an account name; given as a list of its code points where it is matched often. */
export type NameMatcher = (name: string | readonly string[]) => boolean;

/** Tells whether the pattern has a wildcard; a pattern without one is an exact name. */
export function isGlob(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

/**
 * Compiles an anchored glob: `*` stands for any run of characters, also none; `?` for exactly one; all else for itself.
 * Matching goes by code point, without trimming, case folding or Unicode normalisation. Time is linear in the length of
 * the pattern times the length of the name, whatever the pattern: it backtracks to the last star alone.
 */
export function compileGlob(pattern: string): NameMatcher {
  const parts = [...pattern];
  return (name) => matches(parts, typeof name === 'string' ? [...name] : name);
}

function matches(pattern: readonly string[], name: readonly string[]): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let n = 0; n < name.length;) {
    if (pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (pattern[p] === '?' || pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.slice(p).every((part) => part === '*');
}
