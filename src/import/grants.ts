import { compareText } from '../estate/source/finding';
import { compareHolders, holderKey } from '../estate/sections/access/holder';
import type { Grant } from '../estate/sections/estate';
import type { Organization } from '../estate/source/organization';
import type { GrantEntry } from '../estate/sections/access/grant-schema';
import type { SelectionEntry } from '../estate/sections/access/selector-schema';
import type { AdoptedAssignment } from './adopt';
import { compactSelection } from './compact';
import { ouForest } from './ou-forest';

/**
 * Grants that expand to exactly the given assignments. Permission sets that a group or user has in the same accounts share a
 * grant. The management account has grants of its own, for it must be named, and for its acknowledgement not to reach
 * further. Sorted by holder and permission set.
 */
export function grantsOf(assignments: readonly AdoptedAssignment[], organization: Organization): readonly GrantEntry[] {
  const root = ouForest(organization);
  const { managementAccountId } = organization;
  const byHolder = Map.groupBy(assignments, ({ holder }) => holderKey(holder));
  return [...byHolder.values()]
    .flatMap((own) => (own[0] === undefined ? [] : [{ holder: own[0].holder, own }]))
    .toSorted((a, b) => compareHolders(a.holder, b.holder))
    .flatMap(({ holder, own }) => {
      const management = own.filter(({ accountId }) => accountId === managementAccountId);
      const members = own.filter(({ accountId }) => accountId !== managementAccountId);
      return [
        ...grantsOfHolder(holder, members, (accounts) => compactSelection(root, accounts)),
        ...grantsOfHolder(holder, management, () => ({ include: [{ id: managementAccountId }] })),
      ];
    });
}

function grantsOfHolder(
  holder: Grant['holder'],
  assignments: readonly AdoptedAssignment[],
  select: (accounts: ReadonlySet<string>) => SelectionEntry,
): readonly GrantEntry[] {
  const bySet = Map.groupBy(assignments, ({ permissionSet }) => permissionSet);
  const sets = [...bySet]
    .map(([name, own]) => ({ name, accounts: new Set(own.map(({ accountId }) => accountId)) }))
    .toSorted((a, b) => compareText(a.name, b.name));
  const byAccounts = Map.groupBy(sets, ({ accounts }) => [...accounts].toSorted(compareText).join());
  return [...byAccounts.values()].map((same) => ({
    ...entryOf(holder),
    permissionSets: same.map(({ name }) => name),
    accounts: select(same[0]?.accounts ?? new Set()),
  }));
}

/** Keys of a grant for whoever has it. */
function entryOf(holder: Grant['holder']): Pick<GrantEntry, 'group' | 'user' | 'reason' | 'until'> {
  if (holder.kind === 'group') return { group: holder.name };
  const { name: user, reason, until } = holder;
  return { user, reason, until };
}
