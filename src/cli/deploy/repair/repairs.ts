import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { Caller } from '../../../clouds/aws/account-credentials';
import type { AccessFacts, DeployedAssignment, DeployedSet } from '../../../clouds/facts/access-facts';
import {
  type ApplicationDrift,
  applicationDrift,
  type AssignedPrincipal,
  type DeployedAccess,
  missingAssignments,
  unknownSets,
  whyLeftAlone,
} from '../../../clouds/facts/access-drift';
import { principalTypeOf } from '../../../estate/sections/access/holder';
import { elsewhereOf, type Owner, principalNames } from '../../../clouds/facts/ownership';
import { together } from '../../../clouds/reading';
import { divided, endedException, endedExceptions } from '../../../doctor/checks/access/assignments';
import { originsOf } from '../../../doctor/checks/access/permission-sets';
import { showValue } from '../../../estate/source/finding';
import { isOfSession, leavingText, type Named, principalText } from '../revoke/leaving';

/** Changes that make the access in AWS what the estate declares, in their order. */
export interface Repairs {
  readonly deletions: readonly DeployedAssignment[];
  /** Assignments that stay, since others may manage them: who has them could not be found out. */
  readonly unclear: readonly DeployedAssignment[];
  readonly creations: readonly DeployedAssignment[];
  /** Differences that only a deployment may make. */
  readonly postponed: readonly Postponed[];
  /** Permission sets that have no assignments once the deletions are made. */
  readonly sets: readonly DeployedSet[];
  /** Permission sets of which accounts lack the latest version. */
  readonly outdated: readonly DeployedSet[];
  /** Assignments of applications to make, and those to take away. */
  readonly applications: ApplicationDrift;
}

interface RepairOptions {
  readonly plan: EstatePlan;
  readonly access: AccessPlan;
  readonly facts: AccessFacts;
  readonly caller: Caller;
  /** True if permission sets go that the estate neither has nor had, with all that they give. */
  readonly others: boolean;
}

/** Repairs of what differs; undefined where it could not be read. */
export function repairsOf({ plan, access, facts, caller, others }: RepairOptions): Repairs | undefined {
  const { permissionSets, assignments } = facts;
  const both = together({ permissionSets, assignments });
  if (both.state !== 'known') return undefined;
  const deployed: DeployedAccess = { ...both.value, names: principalNames(facts) };
  const named = { access, setNames: new Map(deployed.permissionSets.map(({ arn, name }) => [arn, name])) };
  const origins = originsOf(plan, facts);
  const { ofAssignment, ofApplication, ofSet } = origins.ownership;
  const elsewhere = elsewhereOf(access, deployed.names);
  const { own, other } = divided({ access, deployed, origins });
  const all = [...own, ...(others ? other : [])].filter((one) => isRemovable(one, named, caller));
  const certain = all.filter((one) => !elsewhere.isUnclear(one));
  const leftBehind = unknownSets(access, deployed).filter((set) => others || origins.isOwn(set));
  const ended = endedExceptions(plan);
  const drift = applicationDriftOf(access, facts);
  const found = {
    // An exception ends by its day, with no deployment; the next one takes it out of the stack.
    going: byOwner(certain, (one) => (endedException(one, { ...named, ended }) ? 'none' : ofAssignment(one))),
    coming: byOwner(creationsOf(access, deployed), ofAssignment),
    missing: byOwner(drift.missing, ofApplication),
    unknown: byOwner(drift.unknown, ofApplication),
    sets: byOwner(leftBehind, ofSet),
  };
  const gone = new Set(found.going.none);
  const stillAssigned = new Set(deployed.assignments.filter((one) => !gone.has(one)).map(({ set }) => set));
  return {
    deletions: found.going.none,
    unclear: all.filter(elsewhere.isUnclear),
    creations: found.coming.stack,
    postponed: postponedOf(named, found),
    applications: { unknown: found.unknown.none, missing: found.missing.stack },
    sets: found.sets.none.filter((set) => !stillAssigned.has(set.arn)),
    outdated: deployed.permissionSets.filter(
      ({ name, outdatedIn }) =>
        !elsewhere.isSet(name) && outdatedIn.some((account) => whyLeftAlone(access, account) === undefined),
    ),
  };
}

/** Differences of applications; none where they could not be read, which the check tells. */
function applicationDriftOf(access: AccessPlan, facts: AccessFacts): ApplicationDrift {
  const { applications } = facts;
  if (applications?.state !== 'known') return { missing: [], unknown: [] };
  const names = principalNames(facts);
  const { missing, unknown } = applicationDrift(access, applications.value, names);
  const { isUnclear } = elsewhereOf(access, names);
  return { missing, unknown: unknown.filter((one) => !isUnclear(one)) };
}

/** Assignments that are missing; those of a permission set that is missing too wait for a deployment. */
function creationsOf(access: AccessPlan, deployed: DeployedAccess): readonly DeployedAssignment[] {
  const arns = new Map(deployed.permissionSets.map(({ arn, name }) => [name, arn]));
  return missingAssignments(access, deployed).flatMap(({ account, permissionSet, holder, principalId }) => {
    const set = arns.get(permissionSet);
    if (set === undefined || principalId === undefined) return [];
    return [{ set, account: account.id, principalType: principalTypeOf(holder), principalId }];
  });
}

/** Access in an account that is not active can't be changed, and that by which the caller is signed in stays. */
function isRemovable(one: DeployedAssignment, { access, setNames }: Named, caller: Caller): boolean {
  const { state } = access.organization.accountById.get(one.account) ?? { state: 'ACTIVE' };
  return state === 'ACTIVE' && !isOfSession(one, caller, setNames);
}

/** A difference that is left as it is. */
export interface Postponed {
  /** `group "Claims Developers": SecurityAdmin in claims-dev (210000000011)` */
  readonly what: string;
  /** A stack still has what the estate does not, has not yet what the estate has, or it is unknown whether it has it. */
  readonly why: 'goes' | 'comes' | 'unknown';
}

/** Differences by who has what differs. */
type ByOwner<T> = Readonly<Record<Owner, readonly T[]>>;

function byOwner<T>(all: readonly T[], ownerOf: (one: T) => Owner): ByOwner<T> {
  const { stack = [], none = [], unknown = [] } = Object.groupBy(all, ownerOf);
  return { stack, none, unknown };
}

interface Found {
  readonly going: ByOwner<DeployedAssignment>;
  readonly coming: ByOwner<DeployedAssignment>;
  /** Assignments of applications. */
  readonly missing: ByOwner<AssignedPrincipal>;
  readonly unknown: ByOwner<AssignedPrincipal>;
  readonly sets: ByOwner<DeployedSet>;
}

/** Differences that only a deployment may make. */
function postponedOf(named: Named, { going, coming, missing, unknown, sets }: Found): readonly Postponed[] {
  const ofAssignment = (one: DeployedAssignment): string => leavingText(named, one);
  const ofApplication = (one: AssignedPrincipal): string => applicationText(named.access, one);
  return [
    ...left(going, 'goes', ofAssignment),
    ...left(unknown, 'goes', ofApplication),
    ...left(sets, 'goes', ({ name }) => `permission set ${name}`),
    ...left(coming, 'comes', ofAssignment),
    ...left(missing, 'comes', ofApplication),
  ];
}

function left<T>(all: ByOwner<T>, why: 'goes' | 'comes', textOf: (one: T) => string): readonly Postponed[] {
  const waiting = why === 'goes' ? all.stack : all.none;
  return [
    ...waiting.map((one) => ({ what: textOf(one), why })),
    ...all.unknown.map((one) => ({ what: textOf(one), why: 'unknown' as const })),
  ];
}

/** `group "Claims Developers": application "QuickSight"` */
export function applicationText(access: Pick<AccessPlan, 'organization'>, one: AssignedPrincipal): string {
  return `${principalText(access, one)}: application ${showValue(one.application)}`;
}
