import type { Assignment } from '../../estate/plan/expand';
import { ASSIGNMENTS_AT_ONCE } from '../../estate/sections/limits';
import { compareText } from '../../estate/source/finding';
import type { ComparedSide } from '../compared-side';
import type { Revocations } from '../replaced-types';

/** Way in which a deployment takes access away that people have; undefined where none leaves. */
export function revocationsOf(base: ComparedSide, head: ComparedSide): Revocations | undefined {
  const before = deployableOf(base);
  const after = deployableOf(head);
  const leaving = [...before].flatMap(([key, assignment]) => (after.has(key) ? [] : [assignment]));
  if (leaving.length === 0) return undefined;
  const perAccount = Map.groupBy(leaving, ({ account }) => account.id);
  const longest = Math.max(...[...perAccount.values()].map(({ length }) => length));
  const arriving = new Set([...after].flatMap(([key, one]) => (before.has(key) ? [] : [placeOf(one)])));
  return {
    assignments: leaving.length,
    accounts: perAccount.size,
    rounds: Math.max(Math.ceil(leaving.length / ASSIGNMENTS_AT_ONCE), longest),
    exchanged: leaving.filter((one) => arriving.has(placeOf(one))).length,
    sets: setsOf(leaving, head),
  };
}

function deployableOf({ access }: ComparedSide): ReadonlyMap<string, Assignment> {
  const all = (access?.expansion.assignments ?? []).filter(({ principalId }) => principalId !== undefined);
  return new Map(all.map((one) => [JSON.stringify([one.principalId, one.permissionSet, one.account.id]), one]));
}

function placeOf({ principalId, account }: Assignment): string {
  return JSON.stringify([principalId, account.id]);
}

/** Permission sets that go too, with their assignments. */
function setsOf(leaving: readonly Assignment[], { estate }: ComparedSide): Revocations['sets'] {
  const kept = new Set((estate.access?.permissionSets ?? []).map(({ name }) => name));
  return [...Map.groupBy(leaving, ({ permissionSet }) => permissionSet)]
    .filter(([name]) => !kept.has(name))
    .map(([name, { length }]) => ({ name, assignments: length }))
    .toSorted((a, b) => compareText(a.name, b.name));
}
