import type { EstateFolder } from '../../../source/estate-folder';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Access, Application, Estate, ManagedElsewhere } from '../../estate';
import { grantedUsers } from '../ended-grants';
import { PlacementReader, type PlacementState } from '../placement/placement-reader';
import { divideAccess, type ExpandedAccess } from './access-stacks';
import { expandApplications } from './applications';
import { expandAccess } from './expand';
import { rolloutsOf } from './rollouts';

/** The access section, expanded; absent where the estate has none or the organization is unknown. */
export interface AccessPlan extends ExpandedAccess {
  readonly placement: PlacementState;
  /** Access that others manage: it does not count as drift. */
  readonly managedElsewhere: ManagedElsewhere;
  /** User names of those to whom the estate makes grants, sorted. */
  readonly users: readonly string[];
  /** Applications of the estate, those without a group too. */
  readonly declaredApplications: readonly Application[];
}

/** Surroundings of the section. */
interface Surroundings {
  readonly estate: Estate;
  readonly organization: Organization;
  readonly folder: EstateFolder;
  /** Opens the placement file. */
  readonly open: ConstructorParameters<typeof PlacementReader>[1];
}

/** Expands the section and places its assignments. */
export function planAccess(
  access: Access,
  { estate, organization, folder, open }: Surroundings,
): { readonly plan: AccessPlan; readonly issues: readonly Issue[] } {
  const file = new PlacementReader(folder, open);
  const expansion = expandAccess(estate, access, organization);
  const lockOf: PlacementReader['lockOf'] = (role, keys) => file.lockOf(role, keys);
  const ended = { ...access, grants: access.endedGrants ?? [] };
  const applications = expandApplications(estate, access, organization);
  const { assignments: kept } = expandAccess(estate, ended, organization);
  const { stacks, placement } = divideAccess(access, expansion, { organization, lockOf, kept, applications });
  const rollouts = rolloutsOf(access, organization);
  const issues = file.issues();
  const { managedElsewhere, applications: declaredApplications } = access;
  const plan = {
    organization,
    expansion,
    applications,
    stacks,
    rollouts,
    managedElsewhere,
    users: grantedUsers(access),
    declaredApplications,
    placement: file.stateOf(placement),
  };
  return { plan, issues };
}
