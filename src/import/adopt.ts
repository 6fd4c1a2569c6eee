import type { DeployedAssignment, DeployedSet } from '../clouds/facts/access-facts';
import type { Grant, UserHolder } from '../estate/sections/estate';
import type { Organization } from '../estate/source/organization';

/** Reason and last day of the exception that a user is. */
export type Exception = Pick<UserHolder, 'reason' | 'until'>;

/**
 * An assignment that an estate can hold: in an active account, of a group that the Identity Store knows, or of a user who has
 * an exception.
 */
export interface AdoptedAssignment {
  readonly holder: Grant['holder'];
  readonly permissionSet: string;
  readonly accountId: string;
}

/** Access that an IAM Identity Center instance gives, whoever made it. */
export interface DeployedAccess {
  readonly permissionSets: readonly DeployedSet[];
  readonly assignments: readonly DeployedAssignment[];
  /** Sources by keys of the attributes for access control. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** Reason why something stays as it is in AWS, outside of the estate. */
export type LeftReason =
  | 'user'
  | 'unknown-group'
  | 'ambiguous-group'
  | 'inactive-account'
  | 'unknown-account'
  | 'excluded-account'
  | 'unknown-set'
  | 'attribute-sources'
  | 'inline-policy'
  | 'system-tag'
  | 'undeployed-set'
  | 'grant-acknowledgement';

/** Something that the estate does not take over. */
export interface LeftThing {
  readonly reason: LeftReason;
  /** Description: `user 9067… has AdministratorAccess in 111122223333`. */
  readonly subject: string;
}

export interface Adoption {
  readonly assignments: readonly AdoptedAssignment[];
  readonly left: readonly LeftThing[];
}

/** Exception that a user has or gets. */
type ExceptionOf = (user: string) => Exception | undefined;

interface AdoptionOptions {
  /** Ids of accounts that no grant of the estate reaches. @default none */
  readonly excluded?: ReadonlySet<string>;
  /** Exception that a user gets. @default none: users are left out */
  readonly exceptionOf?: ExceptionOf;
}

/** Divides the assignments into those that the estate takes over and those that it can't, with the reason of each. */
export function adoptAssignments(
  deployed: DeployedAccess,
  organization: Organization,
  { excluded = new Set(), exceptionOf = () => undefined }: AdoptionOptions = {},
): Adoption {
  const sets = new Map(deployed.permissionSets.map((set) => [set.arn, set]));
  const principalOf = principalsOf(organization, exceptionOf);
  const assignments: AdoptedAssignment[] = [];
  const left: LeftThing[] = [];
  for (const assignment of deployed.assignments) {
    const set = sets.get(assignment.set);
    const principal = principalOf(assignment);
    const { holder, group } = principal;
    const reason = reasonAgainst(assignment, { organization, excluded, ...principal });
    if (reason === undefined && set !== undefined && holder !== undefined)
      assignments.push({ holder, permissionSet: set.name, accountId: assignment.account });
    else left.push({ reason: reason ?? 'unknown-set', subject: describe(assignment, set, { group, organization }) });
  }
  return { assignments, left };
}

/** Principal of an assignment, as far as the organization knows it. */
interface Principal {
  readonly holder: Grant['holder'] | undefined;
  /** Name of the group. Empty for a user, and for a group that is not known. */
  readonly group: string;
  /** Number of groups that have this name. */
  readonly namesakes: number;
}

/** Finds the principals of assignments, with users as holders where they have an exception. */
function principalsOf(
  organization: Organization,
  exceptionOf: ExceptionOf,
): (assignment: DeployedAssignment) => Principal {
  const groups = Map.groupBy(organization.groups, ({ id }) => id);
  const names = Map.groupBy(organization.groups, ({ displayName }) => displayName);
  const users = new Map(organization.users.map(({ id, userName }) => [id, userName]));
  return ({ principalType, principalId }) => {
    const group = groups.get(principalId)?.[0]?.displayName ?? '';
    const namesakes = names.get(group)?.length ?? 0;
    const holder = principalType === 'USER' ? userHolder(users.get(principalId), exceptionOf) : groupHolder(group);
    return { holder, group, namesakes };
  };
}

function userHolder(name: string | undefined, exceptionOf: ExceptionOf): Grant['holder'] | undefined {
  const exception = name === undefined ? undefined : exceptionOf(name);
  return name === undefined || exception === undefined ? undefined : { kind: 'user', name, ...exception };
}

function groupHolder(name: string): Grant['holder'] | undefined {
  return name === '' ? undefined : { kind: 'group', name };
}

interface Context extends Principal {
  readonly organization: Organization;
  /** Ids of accounts that no grant of the estate reaches. */
  readonly excluded: ReadonlySet<string>;
}

function reasonAgainst(assignment: DeployedAssignment, context: Context): LeftReason | undefined {
  const isUser = assignment.principalType === 'USER';
  if (context.holder === undefined) return isUser ? 'user' : 'unknown-group';
  if (!isUser && context.namesakes > 1) return 'ambiguous-group';
  const account = context.organization.accountById.get(assignment.account);
  if (account === undefined) return 'unknown-account';
  if (context.excluded.has(account.id)) return 'excluded-account';
  return account.state === 'ACTIVE' ? undefined : 'inactive-account';
}

function describe(
  assignment: DeployedAssignment,
  set: DeployedSet | undefined,
  { group, organization }: { readonly group: string; readonly organization: Organization },
): string {
  const { principalType, principalId, set: arn, account } = assignment;
  const who = principalType === 'USER' ? `user ${principalId}` : `group ${group === '' ? principalId : group}`;
  const name = organization.accountById.get(account)?.name;
  return `${who} has ${set?.name ?? arn} in ${account}${name === undefined ? '' : ` (${name})`}`;
}
