import { exactly } from '../../../permissions/glob';
import { type PolicyDocuments, documentsOf } from '../../sections/access/sets/policy-documents';
import type { SetRole } from '../../sections/access/sets/role-inventory';
import { Sessions } from '../../sections/access/sets/sessions';
import { toldWays } from '../../sections/access/sets/told-ways';
import { permissionSetsByName } from '../../sections/access/plan/expand';
import { ROLES_FILE } from '../../source/estate-folder';
import type { EstatePlan } from '../planner';
import type { FactsOfSet } from './set-power';

const NOTHING_KNOWN = { isAdministrator: false, waysUp: [], isUnknown: true } as const;

/** Finds what permission sets are in accounts. Sets with equal policies are evaluated once. */
export function setFacts(plan: EstatePlan, documents: PolicyDocuments = documentsOf(plan)): FactsOfSet {
  const { access } = plan.estate;
  const sessions = new Sessions();
  const sets = access === undefined ? new Map<string, never>() : permissionSetsByName(access);
  return (permissionSet, account) => {
    const set = sets.get(permissionSet);
    if (access === undefined || set === undefined) return NOTHING_KNOWN;
    const { session, roleWay } = sessions.of(set, account, { access, documents });
    const power = exactly(() => {
      const { isAdministrator } = session;
      const byRoles = roleWay === undefined ? [] : [roleWay];
      const waysUp = isAdministrator ? [] : toldWays({ open: session.waysUp.values(), byRoles });
      return { isAdministrator, waysUp, isUnknown: false };
    });
    const role = documents.roles?.roleOfSet(permissionSet, account) ?? (access.roleInventory && ROLES_NOT_READ);
    return { ...(power ?? NOTHING_KNOWN), ...(role && { role }) };
  };
}

const ROLES_NOT_READ: SetRole = {
  state: 'not read',
  reason: `there is no ${ROLES_FILE}: npx --no entra-aws snapshot writes it`,
};
