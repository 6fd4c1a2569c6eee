import { isUserGrant } from '../estate/sections/access/ended-grants';
import type { Access, ManagedElsewhere } from '../estate/sections/estate';
import { setNames } from '../clouds/facts/assignment-drift';
import { elsewhereOf } from '../clouds/facts/managed-elsewhere';
import type { Organization } from '../estate/source/organization';
import type { AccessEntry } from '../estate/sections/access/schema';
import type { AdoptedAssignment, DeployedAccess, Exception, LeftThing } from './adopt';
import { adoptAssignments } from './adopt';
import { grantsOf } from './grants';
import type { KeptAccess } from './kept-access';
import { keptSetEntry, lostAccess, NOTHING_KEPT } from './kept-access';
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
  const { identityCenter, excludedAccounts = [], applications, managedElsewhere } = written;
  const excluded = new Set(excludedAccounts.map(({ account }) => account));
  const sets = permissionSetEntries(deployed.permissionSets, organization.partition);
  const attributes = attributeEntries(deployed.attributes);
  const policies = policyEntries(deployed.permissionSets, written.policies);
  const exceptionOf = exceptionsOf(read, usersUntil);
  const { assignments, left } = adoptAssignments(deployed, organization, { excluded, exceptionOf });
  // An account that no grant reaches need not be left out of one.
  const reached = { ...organization, accounts: organization.accounts.filter(({ id }) => !excluded.has(id)) };
  return {
    access: {
      deployFrom: written.deployFrom ?? 'management',
      ...(identityCenter && { identityCenter }),
      ...(attributes.entries.length > 0 && { attributes: [...attributes.entries] }),
      ...((policies.length > 0 || written.policies !== undefined) && { policies }),
      ...(excludedAccounts.length > 0 && { excludedAccounts }),
      permissionSets: sets.entries.map((entry) => keptSetEntry(kept, entry)),
      grants: [...grantsOf(assignments, reached)],
      ...(applications && { applications }),
      ...(managedElsewhere && { managedElsewhere }),
    },
    assignments,
    left: [...left, ...sets.left, ...attributes.left, ...lostAccess(kept, deployed.permissionSets)],
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
