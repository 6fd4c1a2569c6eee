import { runsServices } from '../../estate/sections/hosting/hosting';
import { distance } from 'fastest-levenshtein';
import { type AwsHome, HOSTING_KINDS, stackName, stackNameOf } from '../../estate/plan/stacks/stacks';
import { holderKey, holderText } from '../../estate/sections/access/holder';
import type { AssignmentKey, StackRole } from '../../estate/sections/access/placement/placement';
import type { AccessPlan, AccessStack } from '../../estate/sections/access/plan/access-plan';
import type { Assignment } from '../../estate/sections/access/plan/expand';
import { type EmergencyPlan, emergencyStacks } from '../../estate/sections/emergency/emergency-plan';
import type { Estate, PermissionSet } from '../../estate/sections/estate';
import { compareText, type Finding, type Issue } from '../../estate/source/finding';
import type { FindingCode } from '../../estate/source/finding-codes';
import { stateOf } from './describe-access';
import { contentOf, renamedSets, setsOf, sharesPolicies } from './set-changes';
import { count, listSome } from '../../text/amounts';
import type { PlacementOutcome, PreviewFacts } from '../facts';
import type { ComparedSide, ReportPlace } from '../compared-side';

/** Kinds of replacements, in words. Those of the hosting begin with what customers notice of them. */
export const REPLACEMENT_WORDS = {
  'permission-set-renamed': 'permission set renamed',
  'permission-set-moved': 'permission set moves to another stack',
  'role-named': 'role that other roles name goes, or gets another ARN',
  'assignment-moved': 'assignments move to another stack',
  'group-recreated': 'group was recreated',
  'instance-changed': 'another IAM Identity Center instance',
  'stack-abandoned': 'stack is abandoned, and stays deployed',
  'stack-moved': 'stack moves to another account',
  'resource-replaced': 'resource replaced',
  'service-replaced': 'service replaced, with another address',
  'service-removed': 'service removed, with its address',
  'data-replaced': 'data replaced',
  'data-removed': 'data removed',
  'topic-replaced': 'alarms go to another topic',
  'hosting-abandoned': 'stack is abandoned, and stays deployed',
  'emergency-abandoned': 'stack is abandoned, and stays deployed',
} as const;

/** Something that is replaced, or that CloudFormation can't do in place. */
export interface Replacement {
  readonly kind: keyof typeof REPLACEMENT_WORDS;
  readonly subject: string;
  /** Event and what follows from it, in sentences. */
  readonly detail: string;
  /** Deployed assignments that it touches. */
  readonly assignments: number;
  readonly place?: ReportPlace;
}

/** Replacements, as far as the model alone tells them. */
export function findReplacements(base: ComparedSide, head: ComparedSide): readonly Replacement[] {
  if (base.access === undefined) return [];
  const abandoned = stacksAbandoned(base, head);
  if (head.access === undefined) return abandoned;
  return [
    ...abandoned,
    ...instanceChanged(base.access, head.access),
    ...stacksMoved(base.access, head.access),
    ...setsRenamed(base, head),
    ...setsMoved(base.access, head.access),
    ...rolesNamed(base, head),
    ...groupsRecreated(base.access, head.access),
    ...assignmentsMoved(base.access, head.access),
  ];
}

function instanceChanged(before: AccessPlan, after: AccessPlan): readonly Replacement[] {
  const [from, subject] = [before.organization.instanceArn, after.organization.instanceArn];
  if (from === subject) return [];
  const detail = `The estate was deployed to ${from}. Every permission set and assignment is created here and removed there.`;
  return [{ kind: 'instance-changed', subject, detail, assignments: deployedOf(after).length }];
}

function stacksMoved(before: AccessPlan, after: AccessPlan): readonly Replacement[] {
  return after.stacks.flatMap((stack): readonly Replacement[] => {
    const { role, account, region } = stack;
    const old = before.stacks.find((one) => one.role === role);
    if (old === undefined || (old.account === account && old.region === region)) return [];
    const detail = `It is deployed to account ${account} (${region}) instead of ${old.account} (${old.region}). The old stack stays and owns everything: the new one fails, for the permission sets exist.`;
    return [{ kind: 'stack-moved', subject: `${role} stack`, detail, assignments: assignmentsOf(stack) }];
  });
}

/**
 * A set that went, and the one that has its name in `previousNames`; else one with the same content under another name, or one that
 * the same groups have in the same accounts and that shares a policy with it. Of several, the nearest name is taken.
 */
function setsRenamed(base: ComparedSide, head: ComparedSide): readonly Replacement[] {
  const [before, after] = [setsOf(base), setsOf(head)];
  const [reachBefore, reachAfter] = [reachesOf(base), reachesOf(head)];
  const added = new Set([...after.values()].filter(({ name }) => !before.has(name)));
  const removed = new Set(
    [...before.values()].filter(({ name }) => !after.has(name)).toSorted((a, b) => compareText(a.name, b.name)),
  );
  const declared = renamedSets(base, head);
  const pair = (isSame: (old: PermissionSet, set: PermissionSet) => boolean): readonly Replacement[] =>
    [...removed].flatMap((old) => {
      const candidates = [...added].filter((set) => isSame(old, set));
      const renamed = nearest(old, candidates);
      if (renamed === undefined) return [];
      added.delete(renamed);
      removed.delete(old);
      return [renameOf(old, renamed, { base, head, isDeclared: declared.has(old.name) })];
    });
  const hasSameReach = (old: PermissionSet, set: PermissionSet): boolean =>
    reachBefore.has(old.name) && reachBefore.get(old.name) === reachAfter.get(set.name) && sharesPolicies(old, set);
  return [
    ...pair((old, set) => declared.get(old.name) === set.name),
    ...pair((old, set) => contentOf(old) === contentOf(set)),
    ...pair(hasSameReach),
  ];
}

function nearest(old: PermissionSet, sets: readonly PermissionSet[]): PermissionSet | undefined {
  return sets.toSorted(
    (a, b) => distance(a.name, old.name) - distance(b.name, old.name) || compareText(a.name, b.name),
  )[0];
}

/** Groups that have a set, and the accounts, as one text for each set that is assigned. */
function reachesOf({ access }: ComparedSide): ReadonlyMap<string, string> {
  const bySet = Map.groupBy(access?.expansion.assignments ?? [], ({ permissionSet }) => permissionSet);
  return new Map(
    [...bySet].map(([name, cells]) => [
      name,
      JSON.stringify(cells.map(({ holder, account }) => [holderKey(holder), account.id])),
    ]),
  );
}

interface Rename {
  readonly base: ComparedSide;
  readonly head: ComparedSide;
  /** True where `previousNames` has the old name. */
  readonly isDeclared: boolean;
}

function renameOf(old: PermissionSet, renamed: PermissionSet, { base, head, isDeclared }: Rename): Replacement {
  const [has, had] = [deployedOf(head.access, renamed.name), deployedOf(base.access, old.name)];
  const advice = isDeclared
    ? ''
    : ` Counted as lost and gained, unless ${renamed.name} has previousNames: [${old.name}].`;
  return {
    kind: 'permission-set-renamed',
    subject: `${old.name} → ${renamed.name}`,
    detail: `AWS can't rename a permission set: ${renamed.name} is made with its assignments, then ${old.name} is removed.${keepersOf(had, has)} Sessions end, and policies and profiles that name its roles (AWSReservedSSO_${old.name}_…) break.${advice}`,
    assignments: has.length,
    place: head.places.of([...renamed.at, 'name']),
  };
}

/** Holders that have an assignment of both, in words. */
function keepersOf(had: readonly Assignment[], has: readonly Assignment[]): string {
  const keyOf = ({ principalId, account }: Assignment): string => `${principalId ?? ''} ${account.id}`;
  const before = new Set(had.map(keyOf));
  const kept = has.filter((one) => before.has(keyOf(one)));
  if (kept.length === 0) return '';
  const holders = [...new Set(kept.map(({ holder }) => holderText(holder)))];
  const accounts = new Set(kept.map(({ account }) => account.id));
  return ` ${listSome(holders, SHOWN_ROLES)} keep it in ${count(accounts.size, 'account')} meanwhile.`;
}

function setsMoved(before: AccessPlan, after: AccessPlan): readonly Replacement[] {
  const old = rolesOf(before);
  const moved = [...rolesOf(after)].flatMap(([subject, role]) => {
    const from = old.get(subject);
    return from === undefined || from === role ? [] : [{ subject, role, from }];
  });
  return moved.map(({ subject, role, from }): Replacement => {
    const [home, homeNow] = [before, after].map(({ stacks }) => stacks.find((one) => one.role === from));
    const isOneWay = home?.account === homeNow?.account && moved.every((one) => one.from === from);
    const remedy = isOneWay ? `deploy the ${from} stack first` : 'remove it in one deployment and add it in the next';
    const detail = `It moves from the ${from} stack to the ${role} stack, which can't make it while the other one has its name: ${remedy}.`;
    return { kind: 'permission-set-moved', subject, detail, assignments: deployedOf(after, subject).length };
  });
}

/**
 * Roles of permission sets that go, and that documents of other roles name. AWS makes one again under another ARN: of another set, of
 * another instance, or once the last assignment in the account is gone ('Referencing permission sets in resource policies').
 */
function rolesNamed(base: ComparedSide, head: ComparedSide): readonly Replacement[] {
  const inventory = head.documents?.roles ?? base.documents?.roles;
  if (inventory === undefined) return [];
  const isSameInstance = base.access?.organization.instanceArn === head.access?.organization.instanceArn;
  const roleOf = ({ permissionSet, account }: Assignment): string => `${permissionSet} ${account.id}`;
  const kept = new Set(isSameInstance ? deployedOf(head.access).map(roleOf) : []);
  const gone = deployedOf(base.access).filter((one) => !kept.has(roleOf(one)));
  const sets = setsOf(head);
  return [...Map.groupBy(gone, ({ permissionSet }) => permissionSet)].flatMap(
    ([subject, cells]): readonly Replacement[] => {
      const accounts = [...new Set(cells.map(({ account }) => account.id))];
      const naming = inventory.naming(subject, accounts, !sets.has(subject));
      if (naming.length === 0) return [];
      const detail = `The policies of these roles name its ARN and no longer mean anybody, also once the set is assigned there again: ${listSome(naming, SHOWN_ROLES)}.`;
      return [{ kind: 'role-named', subject, detail, assignments: cells.length, ...placeOfSet(subject, base, head) }];
    },
  );
}

/** Roles and holders that a report names. */
const SHOWN_ROLES = 12;

function placeOfSet(name: string, base: ComparedSide, head: ComparedSide): Pick<Replacement, 'place'> {
  const [found] = [head, base].flatMap((side) => {
    const set = setsOf(side).get(name);
    return set === undefined ? [] : [side.places.of([...set.at, 'name'])];
  });
  return found === undefined ? {} : { place: found };
}

/** Assignments, of one set where it is named. Pending ones are in no stack, so that nothing happens to them. */
function deployedOf(access: AccessPlan | undefined, set?: string): readonly Assignment[] {
  return (access?.expansion.assignments ?? []).filter(
    (one) => stateOf(one) === 'granted' && (set === undefined || one.permissionSet === set),
  );
}

function rolesOf(plan: AccessPlan): ReadonlyMap<string, StackRole> {
  return new Map(plan.stacks.flatMap(({ role, permissionSets }) => permissionSets.map(({ name }) => [name, role])));
}

/** A group that has another id under the same name: its members are whoever the new group has. */
function groupsRecreated(before: AccessPlan, after: AccessPlan): readonly Replacement[] {
  const toGroups = after.expansion.assignments.filter(({ holder }) => holder.kind === 'group');
  const byGroup = Map.groupBy(toGroups, ({ holder }) => holder.name);
  return [...byGroup].flatMap(([subject, { length }]): readonly Replacement[] => {
    const [from, to] = [before, after].map(({ organization }) => organization.groupByName.get(subject)?.id);
    if (from === undefined || to === undefined || from === to) return [];
    const detail = `The Identity Store has another group of this name (${to} instead of ${from}). Its assignments are replaced, and they are for whoever is a member of the new group.`;
    return [{ kind: 'group-recreated', subject, detail, assignments: length }];
  });
}

/** CloudFormation can't move an assignment between stacks: it creates first, and the second one conflicts. */
function assignmentsMoved(before: AccessPlan, after: AccessPlan): readonly Replacement[] {
  const [old, now] = [homesOf(before), homesOf(after)];
  const moves = [...now].flatMap(([key, to]) => {
    const from = old.get(key);
    return from === undefined || from === to ? [] : [{ key, move: `${from} → ${to}` }];
  });
  return [...Map.groupBy(moves, ({ move }) => move)]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([move, moved]) => ({
      kind: 'assignment-moved',
      subject: move,
      detail: `Assignments change their stack, first ${moved[0]?.key ?? ''}. CloudFormation makes them there before they are gone here and fails: put the lines of placement.lock.json back.`,
      assignments: moved.length,
    }));
}

function homesOf(plan: AccessPlan): ReadonlyMap<AssignmentKey, string> {
  return new Map(
    plan.stacks
      // One that is refused for its size has no places.
      .filter(({ role }) => plan.placement.placement[role].size > 0)
      .flatMap(({ role, shards }) =>
        shards.flatMap(({ number, assignments }) =>
          assignments.map(({ key }): [AssignmentKey, string] => [key, `${role} shard ${number}`]),
        ),
      ),
  );
}

/** Stacks that the base deploys and head does not: nothing deletes them, and their access stays. */
function stacksAbandoned(base: ComparedSide, head: ComparedSide): readonly Replacement[] {
  const stacksOf = ({ access, estate }: ComparedSide) =>
    (access?.stacks ?? []).map((stack) => ({ ...stack, name: stackNameOf(estate.name, stack.role) }));
  return leftBehind(stacksOf(base), stacksOf(head)).map((stack) => {
    const assignments = assignmentsOf(stack);
    const what = ` with its ${count(assignments, 'assignment')}: deploy the removal of its grants first, or ${deletion(stack)} after lifting termination protection`;
    return { ...abandoned('stack-abandoned', stack, what), assignments };
  });
}

/** Stacks of the hosting that the base deploys and head does not, or does elsewhere. */
export function hostingAbandoned(base: Estate, head: Estate): readonly Replacement[] {
  const stacksOf = ({ name, hosting }: Estate): readonly Home[] =>
    hosting === undefined
      ? []
      : HOSTING_KINDS.filter((role) => role !== 'hosting' || runsServices(hosting)).map((role) => ({
          ...hosting,
          name: stackName(name, role),
        }));
  return leftBehind(stacksOf(base), stacksOf(head))
    .toReversed()
    .map((stack) => {
      const what = `, with what it holds and costs: ${deletion(stack)}, in production after lifting termination protection`;
      return abandoned('hosting-abandoned', stack, what);
    });
}

/** Stacks of the emergency access that the base deploys and head does not: nothing deletes what they allow. */
export function emergencyAbandoned(
  base: EmergencyPlan | undefined,
  head: EmergencyPlan | undefined,
): readonly Replacement[] {
  return leftBehind(base ? emergencyStacks(base) : [], head ? emergencyStacks(head) : [])
    .toReversed()
    .map((stack) => {
      const what = `, with its roles and alarms: ${deletion(stack)} after lifting termination protection`;
      return abandoned('emergency-abandoned', stack, what);
    });
}

/** Stacks that are not there any more by their name, account and region, which tell deployed stacks apart. */
function leftBehind<Stack extends Home>(before: readonly Stack[], after: readonly Home[]): readonly Stack[] {
  const keyOf = ({ name, account, region }: Home): string => [name, account, region].join();
  const kept = new Set(after.map(keyOf));
  return before.filter((stack) => !kept.has(keyOf(stack)));
}

/** Place and name of a deployed stack. */
type Home = Required<AwsHome>;

function abandoned(kind: Replacement['kind'], { name, account, region }: Home, what: string): Replacement {
  return {
    kind,
    subject: `${name} in account ${account} (${region})`,
    detail: `The estate no longer deploys it, but it stays in the account${what}.`,
    assignments: 0,
  };
}

function deletion({ name, region }: Home): string {
  return `\`aws cloudformation delete-stack --stack-name ${name} --region ${region}\``;
}

function assignmentsOf({ shards }: AccessStack): number {
  return shards.reduce((sum, { assignments }) => sum + assignments.length, 0);
}

const ABANDONED: readonly Replacement['kind'][] = ['stack-abandoned', 'hosting-abandoned', 'emergency-abandoned'];

/** A warning for every stack that stays, and an error where access would stay with it. */
export function abandonedIssues(replacements: readonly Replacement[], hasAccess: boolean): readonly Issue[] {
  return replacements
    .filter(({ kind, assignments }) => ABANDONED.includes(kind) && (kind !== 'stack-abandoned' || assignments > 0))
    .map(({ kind, subject, detail }) => ({
      severity: kind === 'stack-abandoned' ? 'error' : 'warning',
      code: 'stack-abandoned',
      at: kind === 'stack-abandoned' && hasAccess ? ['access'] : [],
      problem: `leaves the stack ${subject} behind. ${detail}`,
    }));
}

const FAULTS: Readonly<
  Partial<Record<PlacementOutcome, Pick<Finding, 'problem' | 'allowed'> & { readonly code: FindingCode }>>
> = {
  stale: {
    code: 'placement-stale',
    problem: 'does not place the assignments that the estate has now',
    allowed: 'npx --no entra-aws preview writes it; commit it',
  },
  missing: {
    code: 'placement-missing',
    problem: 'there is no such file',
    allowed: 'npx --no entra-aws preview writes it; commit it',
  },
  conflicted: {
    code: 'placement-conflict',
    problem: 'has conflict markers of a merge',
    allowed: 'npx --no entra-aws preview keeps the places of both sides and writes it; commit it',
  },
};

/** A placement file that should have been committed: an error, for whoever deploys would place assignments again. */
export function placementIssues(placement: PreviewFacts['placement']): readonly Finding[] {
  if (placement === undefined) return [];
  const fault = FAULTS[placement.outcome];
  return fault === undefined ? [] : [{ ...AT_TOP, file: placement.file, ...fault }];
}

const AT_TOP = { line: 1, column: 1, severity: 'error', path: '', related: [] } as const;

/**
 * Assignments that are in another shard than where they are deployed: an error, for CloudFormation makes them there before they
 * are gone here. It happens when a removal and a later grant are deployed together.
 */
export function movedIssues(
  placement: PreviewFacts['placement'],
  base: PreviewFacts['base'],
  replacements: readonly Replacement[],
): readonly Finding[] {
  if (placement === undefined || base?.kind !== 'estate' || !base.isDeployed) return [];
  return replacements
    .filter(({ kind }) => kind === 'assignment-moved')
    .map(({ subject, assignments }) => ({
      ...AT_TOP,
      file: placement.file,
      code: 'placement-moved',
      problem: `moves ${count(assignments, 'deployed assignment')} (${subject}), which CloudFormation can't do: it would make each there before it is gone here`,
      allowed: `npx --no entra-aws preview --base ${base.commit} puts them back; commit the file`,
    }));
}
