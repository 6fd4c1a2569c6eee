import type { EmergencyPlan } from '../emergency-plan';
import type { Access } from '../../estate';
import type { Expansion } from '../../access/plan/expand';
import type { Issue, Path } from '../../../source/finding';
import { isBroad } from '../../access/plan/select';
import { isAdministrator } from '../../access/policy-power';
import { quotedList } from '../../../../text/suggest';
import { warning } from '../../shared/issue';

/** Power over the account that people sign in to in an emergency, which a grant gives without naming the account. */
export function checkEmergencyGrants(
  { account }: EmergencyPlan,
  { permissionSets, policies }: Pick<Access, 'permissionSets' | 'policies'>,
  { assignments }: Expansion,
): readonly Issue[] {
  const powerful = new Set(permissionSets.filter((set) => isAdministrator(set, policies)).map(({ name }) => name));
  const reaching = assignments
    .filter((assignment) => assignment.account.id === account.id && powerful.has(assignment.permissionSet))
    .flatMap(({ permissionSet, causes }) =>
      causes.flatMap(({ selectors }) => selectors.filter(isBroad).map(({ at }) => ({ at, permissionSet }))),
    );
  return [...Map.groupBy(reaching, ({ at }) => JSON.stringify(at))].map(([place, some]) =>
    warning('emergency-account-reached', JSON.parse(place) as Path, {
      problem:
        `reaches the account for emergencies, ${account.name}, with ${quotedList(some.map((one) => one.permissionSet))}: ` +
        'whoever gets this can open the way out for others',
      allowed: `exclude ${account.name}, or name it where that is meant`,
    }),
  );
}
