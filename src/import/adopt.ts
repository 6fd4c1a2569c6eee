import type { DeployedAssignment, DeployedSet } from '../clouds/facts/access-facts';
import type { Organization } from '../estate/source/organization';

/** An assignment that an estate can hold: of a group that the Identity Store knows, in an active account. */
export interface AdoptedAssignment {
  readonly group: string;
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

/** Divides the assignments into those that the estate takes over and those that it can't, with the reason of each. */
export function adoptAssignments(
  deployed: DeployedAccess,
  organization: Organization,
  excluded: ReadonlySet<string> = new Set(),
): Adoption {
  const sets = new Map(deployed.permissionSets.map((set) => [set.arn, set]));
  const groups = Map.groupBy(organization.groups, ({ id }) => id);
  const names = Map.groupBy(organization.groups, ({ displayName }) => displayName);
  const assignments: AdoptedAssignment[] = [];
  const left: LeftThing[] = [];
  for (const assignment of deployed.assignments) {
    const set = sets.get(assignment.set);
    const group = groups.get(assignment.principalId)?.[0]?.displayName ?? '';
    const reason = reasonAgainst(assignment, {
      organization,
      excluded,
      group,
      namesakes: names.get(group)?.length ?? 0,
    });
    if (reason === undefined && set !== undefined)
      assignments.push({ group, permissionSet: set.name, accountId: assignment.account });
    else left.push({ reason: reason ?? 'unknown-set', subject: describe(assignment, set, { group, organization }) });
  }
  return { assignments, left };
}

interface Context {
  readonly organization: Organization;
  /** Ids of accounts that no grant of the estate reaches. */
  readonly excluded: ReadonlySet<string>;
  readonly group: string;
  readonly namesakes: number;
}

function reasonAgainst(assignment: DeployedAssignment, context: Context): LeftReason | undefined {
  if (assignment.principalType === 'USER') return 'user';
  if (context.group === '') return 'unknown-group';
  if (context.namesakes > 1) return 'ambiguous-group';
  const account = context.organization.accountById.get(assignment.account);
  if (account === undefined) return 'unknown-account';
  if (context.excluded.has(account.id)) return 'excluded-account';
  return account.state === 'ACTIVE' ? undefined : 'inactive-account';
}

function describe(
  assignment: DeployedAssignment,
  set: DeployedSet | undefined,
  { group, organization }: Pick<Context, 'group' | 'organization'>,
): string {
  const { principalType, principalId, set: arn, account } = assignment;
  const who = principalType === 'USER' ? `user ${principalId}` : `group ${group === '' ? principalId : group}`;
  const name = organization.accountById.get(account)?.name;
  return `${who} has ${set?.name ?? arn} in ${account}${name === undefined ? '' : ` (${name})`}`;
}
