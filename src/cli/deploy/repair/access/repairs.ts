import type { EstatePlan } from '../../../../estate/plan/planner';
import type { AccessPlan } from '../../../../estate/sections/access/plan/access-plan';
import { type Caller, permissionSetOfSession } from '../../../../clouds/aws/account-credentials';
import type { AccessFacts, DeployedAssignment, DeployedSet } from '../../../../clouds/facts/access-facts';
import {
  type ApplicationDrift,
  applicationDrift,
  type DeployedAccess,
  missingAssignments,
  setNames,
  unknownSets,
  whyLeftAlone,
} from '../../../../clouds/facts/access-drift';
import { principalTypeOf } from '../../../../estate/sections/access/holder';
import { elsewhereOf, type Ownership, principalNames } from '../../../../clouds/facts/ownership';
import { together } from '../../../../clouds/reading';
import { divided, endedException, endedExceptions } from '../../../../doctor/checks/access/assignments';
import { type Origins, originsOf } from '../../../../doctor/checks/access/permission-sets';
import { type ByOwner, byOwner, type Postponed, postponedOf } from './postponed';

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

export interface RepairOptions {
  readonly plan: EstatePlan;
  readonly access: AccessPlan;
  readonly facts: AccessFacts;
  readonly caller: Caller;
  /** True if permission sets go that the estate neither has nor had, with all that they give. */
  readonly others: boolean;
}

/** Repairs of what differs; undefined where it could not be read. */
export function repairsOf(options: RepairOptions): Repairs | undefined {
  const { plan, access, facts, others } = options;
  const { permissionSets, assignments } = facts;
  const both = together({ permissionSets, assignments });
  if (both.state !== 'known') return undefined;
  const deployed: DeployedAccess = { ...both.value, names: principalNames(facts) };
  const origins = originsOf(plan, facts);
  const { ownership } = origins;
  const elsewhere = elsewhereOf(access, deployed.names);
  const all = unwanted(options, deployed, origins);
  const going = goingOf(
    plan,
    { access, deployed, ownership },
    all.filter((one) => !elsewhere.isUnclear(one)),
  );
  const coming = byOwner(creationsOf(access, deployed), ownership.ofAssignment);
  const applications = applicationsOf(access, facts, ownership);
  const gone = new Set(going.none);
  const stillAssigned = new Set(deployed.assignments.filter((one) => !gone.has(one)).map(({ set }) => set));
  const leftBehind = unknownSets(access, deployed).filter((set) => others || origins.isOwn(set));
  const sets = byOwner(leftBehind, ownership.ofSet);
  const setNames = new Map(deployed.permissionSets.map(({ arn, name }) => [arn, name]));
  return {
    deletions: going.none,
    unclear: all.filter(elsewhere.isUnclear),
    creations: coming.stack,
    postponed: postponedOf({ access, setNames }, { going, coming, applications, sets }),
    applications: { unknown: applications.unknown.none, missing: applications.missing.stack },
    sets: sets.none.filter((set) => !stillAssigned.has(set.arn)),
    outdated: deployed.permissionSets.filter(
      ({ name, outdatedIn }) =>
        !elsewhere.isSet(name) && outdatedIn.some((account) => whyLeftAlone(access, account) === undefined),
    ),
  };
}

/** Assignments that the estate does not have, of accounts that can be changed, but those by which the caller is signed in. */
function unwanted(
  { access, caller, others }: RepairOptions,
  deployed: DeployedAccess,
  origins: Origins,
): readonly DeployedAssignment[] {
  const { own, other } = divided({ access, deployed, origins });
  const names = setNames(deployed);
  const session = permissionSetOfSession(caller);
  // Without it, the caller could not finish.
  const isSession = ({ account, set }: DeployedAssignment): boolean =>
    session !== undefined && account === caller.account && names.get(set) === session;
  return [...own, ...(others ? other : [])].filter((one) => !isSession(one) && isUsable(access, one.account));
}

interface Found {
  readonly access: AccessPlan;
  readonly deployed: DeployedAccess;
  readonly ownership: Ownership;
}

/** Assignments by who has them. An exception ends by its day, with no deployment; the next one takes it out of the stack. */
function goingOf(
  plan: EstatePlan,
  { access, deployed, ownership }: Found,
  all: readonly DeployedAssignment[],
): ByOwner<DeployedAssignment> {
  const ended = endedExceptions(plan);
  const names = setNames(deployed);
  return byOwner(all, (one) =>
    endedException(one, { access, setNames: names, ended }) === undefined ? ownership.ofAssignment(one) : 'none',
  );
}

const NO_DRIFT: ApplicationDrift = { missing: [], unknown: [] };

/** Differences of applications by who has them; none where they could not be read, which the check tells. */
function applicationsOf(access: AccessPlan, facts: AccessFacts, { ofApplication }: Ownership) {
  const { missing, unknown } = applicationDriftOf(access, facts);
  return { missing: byOwner(missing, ofApplication), unknown: byOwner(unknown, ofApplication) };
}

function applicationDriftOf(access: AccessPlan, facts: AccessFacts): ApplicationDrift {
  const { applications } = facts;
  if (applications?.state !== 'known') return NO_DRIFT;
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

/** Access in an account that is not active can't be used, and can't be changed. */
function isUsable({ organization }: AccessPlan, account: string): boolean {
  return (organization.accountById.get(account)?.state ?? 'ACTIVE') === 'ACTIVE';
}
