import { type Assignment, exchangeOf, holdingsOf } from '../../estate/sections/access/plan/expand';
import { ASSIGNMENTS_AT_ONCE } from '../../estate/sections/limits';
import { compareText } from '../../estate/source/finding';
import type { ComparedSide } from '../compared-side';

/** Assignments that are taken away, and how. */
export type Revocations = NonNullable<ReturnType<typeof revocationsOf>>;

/** Way in which a deployment takes access away that people have; undefined where none leaves. */
export function revocationsOf(base: ComparedSide, head: ComparedSide) {
  const before = deployableOf(base);
  const after = deployableOf(head);
  const leaving = [...before].flatMap(([key, assignment]) => (after.has(key) ? [] : [assignment]));
  if (leaving.length === 0) return undefined;
  const gains = [...after].flatMap(([key, assignment]) => (before.has(key) ? [] : [assignment]));
  const isExchanged = exchangeOf({
    before: holdingsOf([...before.values()]),
    after: holdingsOf([...after.values()]),
    gains: holdingsOf(gains),
  });
  const losses = leaving.filter((one) => !holdingsOf([one]).some(isExchanged));
  const perAccount = Map.groupBy(losses, ({ account }) => account.id);
  const longest = Math.max(0, ...[...perAccount.values()].map(({ length }) => length));
  return {
    /** Those that are removed before the stacks change. */
    assignments: losses.length,
    accounts: perAccount.size,
    /** Rounds that they take at least: so many at once, and one at a time in each account. */
    rounds: Math.max(Math.ceil(losses.length / ASSIGNMENTS_AT_ONCE), longest),
    /** Those in place of which others come by the same deployment; they go after these. */
    exchanged: leaving.length - losses.length,
    sets: setsOf(leaving, head),
  };
}

function deployableOf({ access }: ComparedSide): ReadonlyMap<string, Assignment> {
  const all = (access?.expansion.assignments ?? []).filter(({ principalId }) => principalId !== undefined);
  return new Map(all.map((one) => [JSON.stringify([one.principalId, one.permissionSet, one.account.id]), one]));
}

/** Permission sets that go too, with their assignments. */
function setsOf(leaving: readonly Assignment[], { estate }: ComparedSide) {
  const kept = new Set((estate.access?.permissionSets ?? []).map(({ name }) => name));
  return [...Map.groupBy(leaving, ({ permissionSet }) => permissionSet)]
    .filter(([name]) => !kept.has(name))
    .map(([name, { length }]) => ({ name, assignments: length }))
    .toSorted((a, b) => compareText(a.name, b.name));
}
