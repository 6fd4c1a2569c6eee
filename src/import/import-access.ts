import { isUserGrant } from '../estate/sections/access/ended-grants';
import type { Access, ManagedElsewhere } from '../estate/sections/estate';
import { setNames } from '../clouds/facts/assignment-drift';
import { elsewhereOf } from '../clouds/facts/managed-elsewhere';
import type { Organization } from '../estate/source/organization';
import type { AttributeEntry } from '../estate/sections/access/attribute-schema';
import type { AccessEntry, PermissionSetEntry } from '../estate/sections/access/schema';
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
