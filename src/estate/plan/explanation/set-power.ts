import type { SetRole } from '../../sections/access/sets/role-inventory';
import { type ToldWay, wayTexts } from '../../sections/access/sets/told-ways';

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
