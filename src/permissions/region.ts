import { covers as coversGlob, findWitness, type Glob, globOf, hasOtherHead, isApart, kept, matches } from './glob';

/** Texts that all patterns of `within` match and none of `without`. */
interface Part {
  readonly within: readonly Glob[];
  readonly without: readonly Glob[];
}

/** A set of texts, as a union of parts, none of them empty: closed under union, intersection and complement. */
export type Region = readonly Part[];

export const EVERYTHING: Region = [{ within: [globOf('*')], without: [] }];
export const NOTHING: Region = [];

/** Texts that one of the patterns matches. */
export function anyOf(globs: readonly Glob[]): Region {
  return leanest(globs, (glob, other) => coversGlob(other, glob)).map((glob) => ({ within: [glob], without: [] }));
}

export function union(a: Region, b: Region): Region {
  const fresh = b.filter((part) => !a.some((other) => holds(other, part)));
  return [...a.filter((part) => !fresh.some((other) => holds(other, part))), ...fresh];
}

export function intersect(a: Region, b: Region): Region {
  const met = nearAny(a, b);
  return a.flatMap((left) => {
    if (!met.has(left)) return NOTHING;
    const close = near(b, left);
    // Found at once, where what it has in common with each would be a piece, and of these again.
    if (close.some((right) => holds(right, left))) return [left];
    return widest(close.flatMap((right) => meet(left, right)));
  });
}

export function subtract(a: Region, b: Region): Region {
  const met = nearAny(a, b);
  return a.flatMap((part) => {
    if (!met.has(part)) return [part];
    // Found at once, where piece by piece each pattern before would be cut out of it first.
    const close = near(b, part);
    if (close.some((taken) => holds(taken, part))) return NOTHING;
    // Patterns are barred at once: one after the other, each would be compared with all before it.
    const [plain, others] = [close.filter(isPlain), close.filter((taken) => !isPlain(taken))];
    const first =
      plain.length === 0 ? [part] : partOf(part.within, [...part.without, ...plain.flatMap(({ within }) => within)]);
    return others.reduce<Region>((rest, taken) => rest.flatMap((one) => minus(one, taken)), first);
  });
}

export function complement(region: Region): Region {
  return subtract(EVERYTHING, region);
}

/** Tells whether a region obviously has all that another one has: part by part, where patterns together might. */
export function covers(region: Region, narrower: Region): boolean {
  return narrower.every((part) => near(region, part).some((other) => holds(other, part)));
}

/** Tells whether a text, letter by letter, is in a region; actions are in lower case there. */
export function includes(region: Region, text: string): boolean {
  return region.some(({ within, without }) => {
    return within.every((glob) => matches(glob, text)) && !without.some((glob) => matches(glob, text));
  });
}

/** A text of the region; undefined where it has none. */
export function witnessOf(region: Region): string | undefined {
  const [part] = region;
  return part && findWitness(part.within, part.without);
}

/** The region as people write it: `arn:aws:s3:::a* but arn:aws:s3:::ab`. */
export function regionText(region: Region): string {
  const keys = (globs: readonly Glob[], glue: string): string => globs.map(({ key }) => key).join(glue);
  return region
    .map(({ within, without }) => keys(within, ' and ') + (without.length > 0 ? ` but ${keys(without, ', ')}` : ''))
    .join(', ');
}

/** Patterns of a region, kept apart, for a key: a name may have the separators of `regionText` itself. */
export function keysOf(region: Region): unknown {
  return region.map((part) => [part.within.map(({ key }) => key), part.without.map(({ key }) => key)]);
}

function isPlain({ within, without }: Part): boolean {
  return within.length === 1 && without.length === 0;
}

/** Below it, looking for near parts costs more than it spares. */
const FEW = 4;
const nearParts = new WeakMap<Region, (head: string | undefined) => Region>();

/** Parts of a region that may have texts in common with another part: those of another service have none. */
function near(region: Region, part: Part): Region {
  if (region.length <= FEW) return region;
  return kept(nearParts, region, () => byHead(region, headIn))(headIn(part));
}

/** Parts of a region that may have texts in common with another region; all where each finds that out by itself. */
function nearAny(region: Region, other: Region): ReadonlySet<Part> {
  return new Set(other.length > FEW ? region : other.flatMap((part) => near(region, part)));
}

/** Finds those of some items whose texts begin as others do, and those of which that is not known. */
function byHead<T>(
  items: readonly T[],
  headOfItem: (item: T) => string | undefined,
): (head: string | undefined) => readonly T[] {
  const sorted = new Map<string, T[]>();
  const headless: T[] = [];
  for (const item of items) {
    const head = headOfItem(item);
    if (head !== undefined && !sorted.has(head)) sorted.set(head, [...headless]);
    for (const some of head === undefined ? [headless, ...sorted.values()] : [sorted.get(head)]) some?.push(item);
  }
  return (head) => (head === undefined ? items : (sorted.get(head) ?? headless));
}

/** Parts of a region that may have texts in common with a pattern, without what they bar of other services. */
export function partsNear(region: Region, glob: Glob): Region {
  return near(region, { within: [glob], without: [] })
    .filter(({ within }) => !within.some((other) => isApart(other, glob)))
    .map(({ within, without }) => ({ within, without: without.filter((barred) => !hasOtherHead(barred, glob)) }));
}

function headIn({ within }: Part): string | undefined {
  return within.find(({ head }) => head !== undefined)?.head;
}

/** Pieces from which a comparison of each with all others takes longer than it spares. */
const MANY = 100;

/** Pieces that no other one obviously has; of two that are equal, the first. */
function widest(pieces: Region): Region {
  if (pieces.length > MANY) return pieces;
  return pieces.filter(
    (piece, index) =>
      !pieces.some((other, at) => at !== index && holds(other, piece) && (at < index || !holds(piece, other))),
  );
}

/** Tells whether a part obviously has all that another one has. */
function holds(part: Part, narrower: Part): boolean {
  return (
    part.within.every((glob) => narrower.within.some((other) => coversGlob(glob, other))) &&
    part.without.every((glob) => narrower.without.some((other) => coversGlob(other, glob)))
  );
}

function meet(a: Part, b: Part): Region {
  const apart = a.within.some((glob) => b.within.some((other) => isApart(glob, other)));
  return apart ? NOTHING : partOf([...a.within, ...b.within], [...a.without, ...b.without]);
}

/** Pieces that have no text in common. What is cut out already does not matter, and makes a long search. */
function minus(part: Part, taken: Part): Region {
  if (meet({ ...part, without: [] }, { ...taken, without: [] }).length === 0) return [part];
  // All of it is spared: else each pattern that is would make a piece of its own, and those of each other box pieces of these.
  if (taken.without.some((glob) => part.within.some((other) => coversGlob(glob, other)))) return [part];
  const outside = taken.within.flatMap((glob, index) =>
    partOf([...part.within, ...taken.within.slice(0, index)], [...part.without, glob]),
  );
  const spared = taken.without.flatMap((glob, index) =>
    part.within.some((other) => isApart(glob, other))
      ? NOTHING
      : partOf([...part.within, ...taken.within, glob], [...part.without, ...taken.without.slice(0, index)]),
  );
  return [...outside, ...spared];
}

/** The part in its simplest form; nothing where it is empty. */
function partOf(within: readonly Glob[], without: readonly Glob[]): Region {
  const needed = leanest(within, (glob, other) => coversGlob(glob, other));
  const barred = leanest(without, (glob, other) => coversGlob(other, glob)).filter(
    (glob) => !needed.some((other) => isApart(glob, other)),
  );
  if (barred.some((glob) => needed.some((other) => coversGlob(glob, other)))) return NOTHING;
  return findWitness(needed, barred) === undefined ? NOTHING : [{ within: needed, without: barred }];
}

/** Patterns that others don't make idle: where two do so to each other, the first stays. */
function leanest(globs: readonly Glob[], isIdle: (glob: Glob, beside: Glob) => boolean): readonly Glob[] {
  const unique = [...new Map(globs.map((glob) => [glob.key, glob])).values()];
  if (unique.length < 2) return unique;
  // Of two patterns without wildcards, none makes the other idle, nor of two services.
  const findWide = byHead(
    unique.filter(({ isExact }) => !isExact),
    ({ head }) => head,
  );
  const findAny = byHead(unique, ({ head }) => head);
  return unique.filter((glob) => {
    const beside = (glob.isExact ? findWide : findAny)(glob.head);
    return !beside.some((other) => other !== glob && isIdle(glob, other));
  });
}
