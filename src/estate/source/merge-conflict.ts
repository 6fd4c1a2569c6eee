const OURS = /^<{7}(?: |$)/;
const BASE = /^\|{7}(?: |$)/;
const MIDDLE = /^={7}$/;
const THEIRS = /^>{7}(?: |$)/;

/** The two versions of a file with the conflict markers of git. */
export interface ConflictSides {
  readonly ours: string;
  readonly theirs: string;
}

type Part = 'both' | keyof ConflictSides | 'base';

/** Takes a file with conflict markers apart; undefined where it has none. */
export function conflictSides(text: string): ConflictSides | undefined {
  const sides: Record<keyof ConflictSides, string[]> = { ours: [], theirs: [] };
  let part: Part = 'both';
  let conflicts = 0;
  for (const line of text.split('\n')) {
    const next = partAfter(line.replace(/\r$/, ''), part);
    if (next !== undefined) {
      if (next === 'ours') conflicts++;
      part = next;
      continue;
    }
    if (part !== 'theirs' && part !== 'base') sides.ours.push(line);
    if (part !== 'ours' && part !== 'base') sides.theirs.push(line);
  }
  if (conflicts === 0) return undefined;
  return { ours: sides.ours.join('\n'), theirs: sides.theirs.join('\n') };
}

/** The part that a marker begins; undefined for any other line. */
function partAfter(line: string, part: Part): Part | undefined {
  if (part === 'both') return OURS.test(line) ? 'ours' : undefined;
  if (part === 'ours' && BASE.test(line)) return 'base';
  if (part !== 'theirs' && MIDDLE.test(line)) return 'theirs';
  return part === 'theirs' && THEIRS.test(line) ? 'both' : undefined;
}
