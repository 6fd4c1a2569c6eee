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

/** The section of an estate that expands to exactly what is deployed, as compact as OUs allow; and what it leaves out. */
export function importAccess(deployed: DeployedAccess, organization: Organization): ImportedAccess {
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
    },
    assignments,
    left: [...left, ...sets.left, ...attributes.left],
  };
}
