import { compareText } from '../estate/source/finding';
import type { Organization } from '../estate/source/organization';
import type { GrantEntry } from '../estate/sections/access/schema';
import type { SelectionEntry } from '../estate/sections/access/selector-schema';
import type { AdoptedAssignment } from './adopt';
import { compactSelection } from './compact';
import { ouForest } from './ou-forest';

/**
 * Grants that expand to exactly the given assignments. Permission sets that a group has in the same accounts share a
 * grant. The management account has grants of its own, for it must be named, and for its acknowledgement not to reach
 * further. Sorted by group and permission set.
 */
export function grantsOf(assignments: readonly AdoptedAssignment[], organization: Organization): readonly GrantEntry[] {
  const root = ouForest(organization);
  const { managementAccountId } = organization;
  const byGroup = Map.groupBy(assignments, ({ group }) => group);
  return [...byGroup]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([group, own]) => {
      const management = own.filter(({ accountId }) => accountId === managementAccountId);
      const members = own.filter(({ accountId }) => accountId !== managementAccountId);
      return [
        ...grantsOfGroup(group, members, (accounts) => compactSelection(root, accounts)),
        ...grantsOfGroup(group, management, () => ({ include: [{ id: managementAccountId }] })),
      ];
    });
}

function grantsOfGroup(
  group: string,
  assignments: readonly AdoptedAssignment[],
  select: (accounts: ReadonlySet<string>) => SelectionEntry,
): readonly GrantEntry[] {
  const bySet = Map.groupBy(assignments, ({ permissionSet }) => permissionSet);
  const sets = [...bySet]
    .map(([name, own]) => ({ name, accounts: new Set(own.map(({ accountId }) => accountId)) }))
    .toSorted((a, b) => compareText(a.name, b.name));
  const byAccounts = Map.groupBy(sets, ({ accounts }) => [...accounts].toSorted(compareText).join());
  return [...byAccounts.values()].map((same) => ({
    group,
    permissionSets: same.map(({ name }) => name),
    accounts: select(same[0]?.accounts ?? new Set()),
  }));
}
