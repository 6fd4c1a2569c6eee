import { describeSelector } from '../../estate/sections/access/selector-schema';
import { holderKey } from '../../estate/sections/access/holder';
import type { Grant, Selector } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';

/**
 * Finds the grant of another version of the estate that a grant was. Each grant is matched once: first with an equal one,
 * then with one of the same group and selectors, then with the nearest of the same group and sets, at last with one of
 * the same group that shares sets and selectors. What stays without a match is new, or gone.
 */
export function matchGrants(grants: readonly Grant[], others: readonly Grant[]): ReadonlyMap<Grant, Grant> {
  const matches = new Map<Grant, Grant>();
  const free = new Map(
    [...Map.groupBy(others, ({ holder }) => holderKey(holder))].map(([key, found]) => [
      key,
      new Set(found.map(sketchOf)),
    ]),
  );
  const sketches = grants.map(sketchOf);
  for (const rank of RANKS) {
    for (const one of sketches.filter(({ grant }) => !matches.has(grant))) {
      const candidates = free.get(holderKey(one.grant.holder));
      const [nearest] = [...(candidates ?? [])]
        .filter((other) => rank(one, other))
        .toSorted((a, b) => sharedBy(one, b) - sharedBy(one, a));
      if (nearest === undefined) continue;
      candidates?.delete(nearest);
      matches.set(one.grant, nearest.grant);
    }
  }
  return matches;
}

/** A grant as texts to compare. */
interface Sketch {
  readonly grant: Grant;
  readonly sets: ReadonlySet<string>;
  readonly selectors: ReadonlySet<string>;
}

function sketchOf(grant: Grant): Sketch {
  const { include, exclude } = grant.accounts;
  return {
    grant,
    sets: new Set(grant.permissionSets),
    selectors: new Set([
      ...include.map((selector) => `+${meaningOf(selector)}`),
      ...exclude.map((selector) => `-${meaningOf(selector)}`),
    ]),
  };
}

/** Meaning of a selector, without its place: equal for selectors that name the same. */
export function meaningOf(selector: Selector): string {
  if (selector.kind !== 'tags') return describeSelector(selector);
  const tags = selector.tags.toSorted((a, b) => compareText(a.key, b.key) || compareText(a.value, b.value));
  return describeSelector({ ...selector, tags });
}

function sharedBy(a: Sketch, b: Sketch): number {
  return common(a.sets, b.sets) + common(a.selectors, b.selectors);
}

/** Tells whether two grants of one group may be the same one. */
type Rank = (a: Sketch, b: Sketch) => boolean;

const RANKS: readonly Rank[] = [
  (a, b) => isSame(a.sets, b.sets) && isSame(a.selectors, b.selectors),
  (a, b) => isSame(a.selectors, b.selectors),
  (a, b) => isSame(a.sets, b.sets),
  (a, b) => common(a.sets, b.sets) > 0 && common(a.selectors, b.selectors) > 0,
];

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return [...a].filter((text) => b.has(text)).length;
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && common(a, b) === a.size;
}
