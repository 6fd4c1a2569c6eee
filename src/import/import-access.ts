import { setNames } from '../clouds/facts/assignment-drift';
import { elsewhereOf } from '../clouds/facts/managed-elsewhere';
import type { AttributeEntry } from '../estate/sections/access/attribute-schema';
import { isUserGrant } from '../estate/sections/access/ended-grants';
import type { GrantEntry } from '../estate/sections/access/grant-schema';
import { compareHolders, holderKey } from '../estate/sections/access/holder';
import type { AccessEntry, PermissionSetEntry } from '../estate/sections/access/schema';
import type { SelectionEntry } from '../estate/sections/access/selector-schema';
import type { Access, Grant, ManagedElsewhere } from '../estate/sections/estate';
import { compareText } from '../estate/source/finding';
import type { Organization } from '../estate/source/organization';
import { adoptAssignments, type AdoptedAssignment, type DeployedAccess, type Exception, type LeftThing } from './adopt';
import { compactSelection } from './compact';
import { type KeptAccess, keptSetEntry, lostAccess, NOTHING_KEPT } from './kept-access';
import { ouForest } from './ou-forest';
import { attributeEntries, permissionSetEntries, policyEntries } from './permission-sets';

export interface ImportOptions {
  /** Access of the estate as it was: what AWS does not know of it stays, and exceptions keep their reason and end. */
  readonly kept?: KeptAccess;
  /** Last day of the exceptions that users get who have assignments. @default they get none, and are left out */
  readonly usersUntil?: string | undefined;
}

/** Result that an import makes of a deployed instance. */
export interface ImportedAccess {
  /** The `access` section of the estate file. */
  readonly access: AccessEntry;
  /** Assignments that the section expands to. */
  readonly assignments: readonly AdoptedAssignment[];
  /** Things that stay in AWS as they are, outside of the estate. */
  readonly left: readonly LeftThing[];
}

/**
 * The section of an estate that expands to exactly what is deployed, as compact as OUs allow; and what it leaves out. What the
 * estate said before and AWS does not know stays: access that others manage, accounts that no grant reaches, policies.
 */
export function importAccess(
  all: DeployedAccess,
  organization: Organization,
  { kept = NOTHING_KEPT, usersUntil }: ImportOptions = {},
): ImportedAccess {
  const { written, read } = kept;
  const deployed = withoutElsewhere(all, organization, read?.managedElsewhere ?? NOTHING_ELSEWHERE);
  const excluded = new Set((written.excludedAccounts ?? []).map(({ account }) => account));
  const sets = permissionSetEntries(deployed.permissionSets, organization.partition);
  const attributes = attributeEntries(deployed.attributes);
  const exceptionOf = exceptionsOf(read, usersUntil);
  const { assignments, left } = adoptAssignments(deployed, organization, { excluded, exceptionOf });
  // An account that no grant reaches need not be left out of one.
  const reached = { ...organization, accounts: organization.accounts.filter(({ id }) => !excluded.has(id)) };
  return {
    access: sectionOf(kept, {
      attributes: attributes.entries,
      policies: policyEntries(deployed.permissionSets, written.policies),
      permissionSets: sets.entries,
      grants: grantsOf(assignments, reached),
    }),
    assignments,
    left: [...left, ...sets.left, ...attributes.left, ...lostAccess(kept, deployed.permissionSets)],
  };
}

/** Parts of the section that come from what is deployed. */
interface Found {
  readonly attributes: readonly AttributeEntry[];
  readonly policies: NonNullable<AccessEntry['policies']>;
  readonly permissionSets: readonly PermissionSetEntry[];
  readonly grants: Readonly<AccessEntry['grants']>;
}

/** The section with what was found, and what the estate alone says, in the order of the schema. */
function sectionOf(kept: KeptAccess, { attributes, policies, permissionSets, grants }: Found): AccessEntry {
  const { written } = kept;
  const { deployFrom = 'management', identityCenter, excludedAccounts = [], applications, managedElsewhere } = written;
  return {
    deployFrom,
    ...(identityCenter && { identityCenter }),
    ...(attributes.length > 0 && { attributes: [...attributes] }),
    ...((policies.length > 0 || written.policies !== undefined) && { policies }),
    ...(excludedAccounts.length > 0 && { excludedAccounts }),
    permissionSets: permissionSets.map((entry) => keptSetEntry(kept, entry)),
    grants: [...grants],
    ...(applications && { applications }),
    ...(managedElsewhere && { managedElsewhere }),
  };
}

/** Reason of the exceptions that an import makes: a better one is for a person to write. */
const FOUND = 'It was there when the estate was imported.';

/** Exceptions that the estate had stay as they are; others end on the given day, and without one there are none. */
function exceptionsOf(
  before: Access | undefined,
  usersUntil: string | undefined,
): (user: string) => Exception | undefined {
  const had = (before?.grants ?? []).filter(isUserGrant).map(({ holder }) => holder);
  return (user) => {
    const known = had.find(({ name }) => name === user);
    if (known !== undefined) return { reason: known.reason, until: known.until };
    return usersUntil === undefined ? undefined : { reason: FOUND, until: usersUntil };
  };
}

const NOTHING_ELSEWHERE: ManagedElsewhere = { permissionSets: [], groups: [], users: [] };

function withoutElsewhere(
  deployed: DeployedAccess,
  organization: Organization,
  managedElsewhere: ManagedElsewhere,
): DeployedAccess {
  const elsewhere = elsewhereOf({ managedElsewhere, organization });
  const names = setNames(deployed);
  return {
    ...deployed,
    permissionSets: deployed.permissionSets.filter(({ name }) => !elsewhere.isSet(name)),
    assignments: deployed.assignments.filter((one) => !elsewhere.isAssignment(one, names.get(one.set))),
  };
}

/**
 * Grants that expand to exactly the given assignments. Permission sets that a group or user has in the same accounts share a
 * grant. The management account has grants of its own, for it must be named, and for its acknowledgement not to reach
 * further. Sorted by holder and permission set.
 */
function grantsOf(assignments: readonly AdoptedAssignment[], organization: Organization): readonly GrantEntry[] {
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
