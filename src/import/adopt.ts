import type { LeftThing } from './report';
import type { DeployedAssignment, DeployedSet } from '../clouds/facts/access-facts';
import type { Grant, JsonObject, UserHolder } from '../estate/sections/estate';
import type { Organization } from '../estate/source/organization';
import { entryOf, isSystemTag, referenceOf } from '../estate/sections/access/sets/set-properties';
import { compareText } from '../estate/source/finding';
import { isObject } from '../estate/source/located';
import type { AttributeEntry } from '../estate/sections/access/set-rules';
import type { AccessEntry, PermissionSetEntry } from '../estate/sections/access/schema';

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

function reasonAgainst(assignment: DeployedAssignment, context: Context): LeftThing['reason'] | undefined {
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

type PolicyEntry = NonNullable<AccessEntry['policies']>[number];

/** Entries of the estate, and what it can't say. */
export interface Entries<Entry> {
  readonly entries: readonly Entry[];
  readonly left: readonly LeftThing[];
}

/** Entries of the estate file for permission sets, sorted by name. What AWS gives by default is left out. */
export function permissionSetEntries(sets: readonly DeployedSet[], partition: string): Entries<PermissionSetEntry> {
  const sorted = sets.toSorted((a, b) => compareText(a.name, b.name));
  return {
    entries: sorted.map((set) => entryOf(set.name, set, partition)),
    left: sorted.flatMap((set) => [...unreadablePolicy(set), ...systemTags(set)]),
  };
}

function unreadablePolicy(set: DeployedSet): readonly LeftThing[] {
  if (set.inlinePolicy === undefined || isObject(set.inlinePolicy)) return [];
  return [{ reason: 'inline-policy', subject: `the inline policy of permission set ${set.name}` }];
}

function systemTags(set: DeployedSet): readonly LeftThing[] {
  return Object.entries(set.tags)
    .filter(([key]) => isSystemTag(key))
    .map(([key, value]) => ({ reason: 'system-tag', subject: `${key}=${value} of permission set ${set.name}` }));
}

/** Reason of the policies that an import finds: who keeps them is for a person to say. */
const FOUND = 'It was in the accounts when the estate was imported.';

/**
 * Entries of the estate file for customer-managed policies: those that it has, as they are written, then those that sets
 * refer to besides, sorted by path and name.
 */
export function policyEntries(sets: readonly DeployedSet[], written: readonly PolicyEntry[] = []): PolicyEntry[] {
  const known = new Set(written.map(({ path = '/', name }) => `${path}${name}`));
  const boundaries = sets.flatMap(({ permissionsBoundary: boundary = 'arn:' }) => boundary);
  const found = [...sets.flatMap(({ customerManagedPolicies }) => customerManagedPolicies), ...boundaries];
  const added = [...new Set(found)].filter((policy) => !policy.startsWith('arn:') && !known.has(policy));
  return [
    ...written,
    ...added.toSorted(compareText).map((policy) => ({ ...referenceOf(policy), managedElsewhere: FOUND })),
  ];
}

/** Entries of the estate file for attributes for access control, sorted by key. */
export function attributeEntries(attributes: DeployedAccess['attributes']): Entries<AttributeEntry> {
  const sorted = Object.entries(attributes).toSorted(([a], [b]) => compareText(a, b));
  return {
    entries: sorted.flatMap(([key, [source]]) => (source === undefined ? [] : [{ key, source }])),
    left: sorted
      .filter(([, sources]) => sources.length !== 1)
      .map(([key, sources]) => ({
        reason: 'attribute-sources',
        subject: `attribute ${key} with ${sources.length} sources${sources.length > 1 ? `: all but ${sources[0] ?? ''}` : ''}`,
      })),
  };
}

/** Identifiers by logical id, as `cdk import --resource-mapping` reads them. */
export type ResourceMapping = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Resources of a stack's template that exist, and how CloudFormation finds them: permission sets by name, and the
 * attributes for access control. Nested stacks can't be imported, nor what is in them.
 */
export function resourceMapping(template: JsonObject, deployed: DeployedAccess, instanceArn: string): ResourceMapping {
  const arns = new Map(deployed.permissionSets.map(({ name, arn }) => [name, arn]));
  const resources = isObject(template['Resources']) ? template['Resources'] : {};
  const mapped = Object.entries(resources).flatMap(([logicalId, resource]): [string, Record<string, string>][] => {
    const identifier = isObject(resource) ? identifierOf(resource, { arns, deployed }) : undefined;
    return identifier === undefined ? [] : [[logicalId, { InstanceArn: instanceArn, ...identifier }]];
  });
  return Object.fromEntries(mapped);
}

interface Known {
  readonly arns: ReadonlyMap<string, string>;
  readonly deployed: DeployedAccess;
}

function identifierOf(resource: JsonObject, { arns, deployed }: Known): Record<string, string> | undefined {
  const properties = isObject(resource['Properties']) ? resource['Properties'] : {};
  switch (resource['Type']) {
    case 'AWS::SSO::PermissionSet': {
      const arn = arns.get(String(properties['Name']));
      return arn === undefined ? undefined : { PermissionSetArn: arn };
    }
    case 'AWS::SSO::InstanceAccessControlAttributeConfiguration':
      return Object.keys(deployed.attributes).length > 0 ? {} : undefined;
    default:
      return undefined;
  }
}
