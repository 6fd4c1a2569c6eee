import { expandAccess } from '../../estate/sections/access/plan/expand';
import type { Access, Grant } from '../../estate/sections/estate';
import type { ComparedSide } from '../compared-side';
import { setsOf } from './set-changes';

/** Names of permission sets at head by their names at the base, where `previousNames` has those. */
export function renamedSets(base: ComparedSide, head: ComparedSide): ReadonlyMap<string, string> {
  const [before, after] = [setsOf(base), setsOf(head)];
  const added = [...after.values()].filter(({ name }) => !before.has(name));
  return new Map(
    added.flatMap(({ name, previousNames }) => {
      const old = previousNames.find((one) => before.has(one) && !after.has(one));
      return old === undefined ? [] : [[old, name] as const];
    }),
  );
}

/** The base with the names that its permission sets have at head, so that a renamed one is compared with itself. */
export function withRenamedSets(base: ComparedSide, head: ComparedSide): ComparedSide {
  const { estate, access } = base;
  const names = renamedSets(base, head);
  if (names.size === 0 || estate.access === undefined || access === undefined) return base;
  const renamed = renamedAccess(estate.access, (name) => names.get(name) ?? name);
  const now = { ...estate, access: renamed };
  return { ...base, estate: now, access: { ...access, expansion: expandAccess(now, renamed, access.organization) } };
}

function renamedAccess({ permissionSets, grants, ...access }: Access, nameOf: (name: string) => string): Access {
  return {
    ...access,
    permissionSets: permissionSets.map(({ copyOf, ...set }) => {
      return { ...set, name: nameOf(set.name), ...(copyOf !== undefined && { copyOf: nameOf(copyOf) }) };
    }),
    grants: grants.map((grant): Grant => ({ ...grant, permissionSets: grant.permissionSets.map(nameOf) })),
  };
}
