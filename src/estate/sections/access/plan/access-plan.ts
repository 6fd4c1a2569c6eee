import type { EstateFolder } from '../../../source/estate-folder';
import { compareText, type Finding, hasErrors, type Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type {
  Access,
  AccessControlAttribute,
  Application,
  DeployFrom,
  Estate,
  ManagedElsewhere,
  PermissionSet,
} from '../../estate';
import { MAX_RESOURCES_OF_STACK } from '../../limits';
import {
  grantedUsers,
  type Assignment,
  expandAccess,
  type Expansion,
  knownGroups,
  permissionSetsByName,
} from './expand';
import { PlacementReader, type PlacementState } from '../placement/placement-file';
import { type PolicyRollout, rolloutsOf } from './rollouts';
import type { AccountId, PrincipalId } from '../../../source/ids';
import {
  type AssignmentKey,
  placeAssignments,
  type Placement,
  SHARD_CAPACITY,
  type StackLock,
  type StackPlacement,
  type StackRole,
} from '../placement/placement';

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

/** Text that the placement file has to get; undefined where it matches, and where the estate has errors, which come first. */
export function stalePlacement(plan: {
  readonly access?: Pick<AccessPlan, 'placement'> | undefined;
  readonly findings: readonly Finding[];
}): string | undefined {
  const { placement } = plan.access ?? {};
  return placement === undefined || placement.state === 'fresh' || hasErrors(plan.findings)
    ? undefined
    : placement.text;
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
    placement: file.stateOf(
      placement,
      stacks.every(({ role, shards }) => shards.length === 0 || placement[role].size > 0),
    ),
  };
  return { plan, issues };
}

/** An assignment of a synchronized group or user, with the key that it is placed by. */
export interface PlacedAssignment {
  readonly key: AssignmentKey;
  readonly principalId: PrincipalId;
  readonly assignment: Assignment;
}

/** An assignment in a shard. */
export interface ShardAssignment extends PlacedAssignment {
  /** Lane of the shard, from 1 on: assignments of a lane wait for one another. */
  readonly lane: number;
}

/** An assignment of a synchronized group to an application, with the key that its resource is named by. */
export interface PlacedApplication extends ApplicationAssignment {
  readonly key: string;
  readonly principalId: PrincipalId;
}

/** A nested stack of assignments. */
export interface Shard {
  readonly number: number;
  /** Sorted by key. */
  readonly assignments: readonly ShardAssignment[];
}

/** Contents of one CDK stack. */
export interface AccessStack {
  readonly role: StackRole;
  /** The AWS account that the stack is deployed to. */
  readonly account: AccountId;
  readonly region: string;
  /** Sorted by name. */
  readonly permissionSets: readonly PermissionSet[];
  readonly attributes: readonly AccessControlAttribute[];
  /** Groups that are assigned to applications, sorted by key. */
  readonly applications: readonly PlacedApplication[];
  readonly shards: readonly Shard[];
}

/** Grants of the estate, expanded and divided among stacks. */
export interface ExpandedAccess {
  readonly organization: Organization;
  readonly expansion: Expansion;
  readonly applications: readonly ApplicationAssignment[];
  readonly stacks: readonly AccessStack[];
  /** Customer-managed policies of the estate, and the accounts that they come to. */
  readonly rollouts: readonly PolicyRollout[];
}

/** Tells whether the stack has no resource of the estate. */
export function isEmpty(stack: AccessStack): boolean {
  return [stack.permissionSets, stack.shards, stack.attributes, stack.applications].every(({ length }) => length === 0);
}

export interface AccessStacks {
  readonly stacks: readonly AccessStack[];
  readonly placement: Placement;
}

/** More than this no stack holds, however they are placed: each shard is a stack, and a resource of its parent. */
const MOST_ASSIGNMENTS = MAX_RESOURCES_OF_STACK ** 2;

interface AccessContext {
  readonly organization: Organization;
  /** Known places of a stack's assignments. */
  readonly lockOf: (role: StackRole, keys: readonly AssignmentKey[]) => StackLock;
  /** Assignments of exceptions that have ended: not deployed, but the file that places them stays right on the day after. */
  readonly kept: readonly Assignment[];
  readonly applications: readonly ApplicationAssignment[];
}

/** `<account id>/<permission set>/<principal id>` */
export function assignmentKey(assignment: Assignment, principalId: PrincipalId): AssignmentKey {
  return `${assignment.account.id}/${assignment.permissionSet}/${principalId}` as AssignmentKey;
}

/** Names of the sets that are granted in the management account. */
function managementSets(assignments: readonly Assignment[], organization: Organization): ReadonlySet<string> {
  const { managementAccountId } = organization;
  return new Set(
    assignments
      .filter((assignment) => assignment.account.id === managementAccountId)
      .map((assignment) => assignment.permissionSet),
  );
}

/**
 * Divides permission sets and assignments among stacks. From the management account, one stack holds everything. A
 * delegated administrator may not touch a set that is provisioned in the management account, so such sets and their
 * assignments form a second stack, deployed to the management account. That stack exists even when it is empty: a stack that
 * the app no longer has would stay deployed with the access that was taken away.
 */
export function divideAccess(access: Access, expansion: Expansion, context: AccessContext): AccessStacks {
  const { organization, lockOf, kept, applications } = context;
  const roleOf = roleFinder(access.deployFrom, managementSets([...expansion.assignments, ...kept], organization));
  const byRole = (all: readonly Assignment[]): ReadonlyMap<StackRole, readonly Assignment[]> =>
    Map.groupBy(
      all.filter(({ principalId }) => principalId !== undefined),
      ({ permissionSet }) => roleOf(permissionSet),
    );
  const [assigned, alsoPlaced] = [byRole(expansion.assignments), byRole(kept)];
  const part = (role: StackRole): StackPart =>
    divide(assigned.get(role) ?? [], alsoPlaced.get(role) ?? [], (keys) => lockOf(role, keys));
  const parts = { access: part('access'), management: part('management') };
  const placement: Placement = { access: parts.access.placement, management: parts.management.placement };
  const stack = (role: StackRole, account: AccountId): AccessStack => ({
    role,
    account,
    region: organization.region,
    permissionSets: setsOf(access, (name) => roleOf(name) === role),
    attributes: role === 'access' ? access.attributes : [],
    applications: role === 'access' ? placedApplications(applications) : [],
    shards: parts[role].shards,
  });
  const { managementAccountId, delegatedAdministrator } = organization;
  if (access.deployFrom === 'management') return { stacks: [stack('access', managementAccountId)], placement };
  const deployer = delegatedAdministrator ?? managementAccountId;
  return { stacks: [stack('access', deployer), stack('management', managementAccountId)], placement };
}

function roleFinder(deployFrom: DeployFrom, management: ReadonlySet<string>): (permissionSet: string) => StackRole {
  return (permissionSet) =>
    deployFrom === 'delegated-admin' && management.has(permissionSet) ? 'management' : 'access';
}

function deployable(assignments: readonly Assignment[]): readonly PlacedAssignment[] {
  return assignments.flatMap((assignment): PlacedAssignment[] => {
    const { principalId } = assignment;
    return principalId === undefined ? [] : [{ key: assignmentKey(assignment, principalId), principalId, assignment }];
  });
}

function placedApplications(all: readonly ApplicationAssignment[]): readonly PlacedApplication[] {
  return all
    .flatMap(({ principalId, ...one }) =>
      principalId === undefined ? [] : [{ ...one, principalId, key: applicationKey(one.application, principalId) }],
    )
    .toSorted((a, b) => compareText(a.key, b.key));
}

function setsOf(access: Access, belongs: (name: string) => boolean): readonly PermissionSet[] {
  return [...permissionSetsByName(access).values()]
    .filter((set) => belongs(set.name))
    .toSorted((a, b) => compareText(a.name, b.name));
}

interface StackPart {
  readonly placement: StackPlacement;
  readonly shards: readonly Shard[];
}

/** Places the assignments of a stack, those that are kept among them, and divides them among shards. */
function divide(
  assignments: readonly Assignment[],
  kept: readonly Assignment[],
  lockOf: (keys: readonly AssignmentKey[]) => StackLock,
): StackPart {
  if (assignments.length > MOST_ASSIGNMENTS) return { placement: new Map(), shards: undividedShards(assignments) };
  const placed = deployable(assignments);
  const keys = [...new Set([...placed, ...deployable(kept)].map(({ key }) => key))];
  const placement = placeAssignments(keys, lockOf(keys));
  return { placement, shards: shardsOf(placed, placement) };
}

/** Shards of a stack that is refused for its size: as many as its assignments fill, without a place for each. */
function undividedShards(assignments: readonly Assignment[]): readonly Shard[] {
  return Array.from({ length: Math.ceil(assignments.length / SHARD_CAPACITY) }, (_, index) => ({
    number: index + 1,
    get assignments() {
      const some = assignments.slice(index * SHARD_CAPACITY, (index + 1) * SHARD_CAPACITY);
      return deployable(some).map((one): ShardAssignment => ({ ...one, lane: 1 }));
    },
  }));
}

function shardsOf(placed: readonly PlacedAssignment[], placement: StackPlacement): readonly Shard[] {
  const slots = placed.flatMap((one) => {
    const slot = placement.get(one.key);
    return slot === undefined ? [] : [{ one, slot }];
  });
  return [...Map.groupBy(slots, ({ slot }) => slot.shard)]
    .map(([number, ofShard]) => ({
      number,
      assignments: ofShard
        .map(({ one, slot: { lane } }): ShardAssignment => ({ ...one, lane }))
        .toSorted((a, b) => compareText(a.key, b.key)),
    }))
    .toSorted((a, b) => a.number - b.number);
}

/** A group is assigned to an application. */
export interface ApplicationAssignment {
  readonly application: Application;
  readonly group: string;
  /** Identity Store id of the group; undefined while the group is not synchronized. */
  readonly principalId: PrincipalId | undefined;
}

/**
 * Assignments of groups to applications: sorted by the application's name and the group, each once. Groups that are unknown
 * are left out; `checkApplications` reports them.
 */
export function expandApplications(
  estate: Estate,
  { applications }: Access,
  organization: Organization,
): readonly ApplicationAssignment[] {
  const known = knownGroups(estate, organization);
  const byArn = new Map(applications.toReversed().map((one) => [one.arn, one]));
  return [...byArn.values()]
    .toSorted((a, b) => compareText(a.name, b.name))
    .flatMap((application) =>
      [...new Set(application.groups)]
        .filter((group) => known.has(group))
        .toSorted(compareText)
        .map((group) => ({ application, group, principalId: organization.groupByName.get(group)?.id })),
    );
}

/** `apl-0123456789abcdef/<principal id>`: what an assignment of an application is, by a text without its account and instance. */
export function applicationKey({ arn }: Application, principalId: PrincipalId): string {
  return `${arn.slice(arn.lastIndexOf('/') + 1)}/${principalId}`;
}
