import type { ManagedElsewhere } from '../estate/sections/estate';
import { setNames } from '../clouds/facts/assignment-drift';
import { elsewhereOf } from '../clouds/facts/managed-elsewhere';
import type { Organization } from '../estate/source/organization';
import type { AccessEntry } from '../estate/sections/access/schema';
import type { AdoptedAssignment, DeployedAccess, LeftThing } from './adopt';
import { adoptAssignments } from './adopt';
import { grantsOf } from './grants';
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
 * The section of an estate that expands to exactly what is deployed, as compact as OUs allow; and what it leaves out. Access that
 * others manage, as the estate said before, stays theirs.
 */
export function importAccess(
  all: DeployedAccess,
  organization: Organization,
  managedElsewhere: ManagedElsewhere = NOTHING_ELSEWHERE,
): ImportedAccess {
  const deployed = withoutElsewhere(all, organization, managedElsewhere);
  const sets = permissionSetEntries(deployed.permissionSets, organization.partition);
  const attributes = attributeEntries(deployed.attributes);
  const policies = policyEntries(deployed.permissionSets);
  const { assignments, left } = adoptAssignments(deployed, organization);
  return {
    access: {
      deployFrom: 'management',
      ...(attributes.entries.length > 0 && { attributes: [...attributes.entries] }),
      ...(policies.length > 0 && { policies }),
      permissionSets: [...sets.entries],
      grants: [...grantsOf(assignments, organization)],
      ...elsewhereEntry(managedElsewhere),
    },
    assignments,
    left: [...left, ...sets.left, ...attributes.left],
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

/** The part of the section that an import keeps; nothing where the estate names nothing. */
function elsewhereEntry(managedElsewhere: ManagedElsewhere): Pick<AccessEntry, 'managedElsewhere'> {
  const kinds = (['permissionSets', 'groups', 'users'] as const).filter((kind) => managedElsewhere[kind].length > 0);
  if (kinds.length === 0) return {};
  const entries = kinds.map((kind) => [kind, managedElsewhere[kind].map(({ name, reason }) => ({ name, reason }))]);
  return { managedElsewhere: Object.fromEntries(entries) as NonNullable<AccessEntry['managedElsewhere']> };
}
