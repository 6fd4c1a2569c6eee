import type { ManagedElsewhere } from '../estate/sections/estate';
import { setNames } from '../clouds/facts/assignment-drift';
import { elsewhereOf } from '../clouds/facts/managed-elsewhere';
import type { Organization } from '../estate/source/organization';
import type { AccessEntry } from '../estate/sections/access/schema';
import type { AdoptedAssignment, DeployedAccess, LeftThing } from './adopt';
import { adoptAssignments } from './adopt';
import { grantsOf } from './grants';
import type { KeptAccess } from './kept-access';
import { keptSetEntry, lostAccess, NOTHING_KEPT } from './kept-access';
import { attributeEntries, permissionSetEntries, policyEntries } from './permission-sets';

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
  kept: KeptAccess = NOTHING_KEPT,
): ImportedAccess {
  const { written, read } = kept;
  const deployed = withoutElsewhere(all, organization, read?.managedElsewhere ?? NOTHING_ELSEWHERE);
  const { excludedAccounts = [], managedElsewhere } = written;
  const excluded = new Set(excludedAccounts.map(({ account }) => account));
  const sets = permissionSetEntries(deployed.permissionSets, organization.partition);
  const attributes = attributeEntries(deployed.attributes);
  const policies = policyEntries(deployed.permissionSets, written.policies);
  const { assignments, left } = adoptAssignments(deployed, organization, excluded);
  // An account that no grant reaches need not be left out of one.
  const reached = { ...organization, accounts: organization.accounts.filter(({ id }) => !excluded.has(id)) };
  return {
    access: {
      deployFrom: written.deployFrom ?? 'management',
      ...(attributes.entries.length > 0 && { attributes: [...attributes.entries] }),
      ...((policies.length > 0 || written.policies !== undefined) && { policies }),
      ...(excludedAccounts.length > 0 && { excludedAccounts }),
      permissionSets: sets.entries.map((entry) => keptSetEntry(kept, entry)),
      grants: [...grantsOf(assignments, reached)],
      ...(managedElsewhere && { managedElsewhere }),
    },
    assignments,
    left: [...left, ...sets.left, ...attributes.left, ...lostAccess(kept, deployed.permissionSets)],
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
