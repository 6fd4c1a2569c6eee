import { exactly } from '../../../permissions/glob';
import { type PolicyDocuments, documentsOf } from '../../sections/access/sets/policy-documents';
import type { SetRole } from '../../sections/access/sets/role-inventory';
import { Sessions } from '../../sections/access/sets/sessions';
import { toldWays, type ToldWay, wayTexts } from '../../sections/access/sets/told-ways';
import { permissionSetsByName } from '../../sections/access/plan/expand';
import { ROLES_FILE } from '../../source/estate-folder';
import type { EstatePlan } from '../planner';

/** What a permission set is in an account, besides its assignments. */
export interface SetFacts {
  /** Absent where the estate does not ask for the roles of the accounts. */
  readonly role?: SetRole;
  /** True if it may do everything that the organization does not deny; it needs no way then. */
  readonly isAdministrator: boolean;
  /** Ways to the permissions of other identities, the widest first. */
  readonly waysUp: readonly ToldWay[];
  /** True if the policies are too complex to know either. */
  readonly isUnknown: boolean;
}

/** Facts of a permission set in an account, by its name and the account's id. */
export type FactsOfSet = (permissionSet: string, account: string) => SetFacts;

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

/** The role, for whoever names it in a policy of a bucket, a key or a cluster. */
export function roleText(role: SetRole): string {
  if (role.state === 'known') return `role ${role.arn}`;
  return role.state === 'none'
    ? 'no role yet: AWS makes it, and the end of its name, with the first assignment there'
    : `role unknown: ${role.reason}`;
}

/** Lines that say how much a set is in an account. */
export function powerLines({ isAdministrator, waysUp = [], isUnknown }: Partial<SetFacts>): readonly string[] {
  if (isUnknown === true) return ['ways up unknown: the policies are too complex'];
  if (isAdministrator === true) return ['administrator: everything is allowed that the organization does not deny'];
  return wayTexts(waysUp);
}
