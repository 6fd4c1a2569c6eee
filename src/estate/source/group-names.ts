import type { OrganizationFile } from './organization-file';

type Group = OrganizationFile['groups'][number];

/**
 * Groups with the names that they had in an earlier snapshot. A group stays the same under its id, whatever its name: an estate that
 * still has the old name must not lose the group's access by it.
 *
 * @param isKept tells whether an old name is worth a record, since the estate has it @default every name is
 */
export function withEarlierNames(
  groups: readonly Group[],
  earlier: readonly Group[],
  isKept: (name: string) => boolean = () => true,
): readonly Group[] {
  const before = new Map<string, Group>(earlier.map((group) => [group.id, group]));
  const taken = new Set(groups.map(({ displayName }) => displayName));
  return groups.map((group) => {
    const { id, displayName, previousNames: own = [] } = group;
    const { displayName: last, previousNames: recorded = [] } = before.get(id) ?? group;
    const renamed = last !== displayName && !taken.has(last) && isKept(last) ? [last] : [];
    const previousNames = [...new Set([...own, ...recorded, ...renamed])].filter((name) => name !== displayName);
    return { id, displayName, ...(previousNames.length > 0 && { previousNames }) };
  });
}

/** Groups by name. An earlier name counts where no group has it now, and one group alone had it. */
export function groupsByName(groups: readonly Group[]): ReadonlyMap<string, Group> {
  const earlier = groups.flatMap((group) => (group.previousNames ?? []).map((name) => [name, group] as const));
  const byEarlier = Map.groupBy(earlier, ([name]) => name);
  return new Map([
    ...earlier.filter(([name]) => byEarlier.get(name)?.length === 1),
    ...groups.map((group) => [group.displayName, group] as const),
  ]);
}
