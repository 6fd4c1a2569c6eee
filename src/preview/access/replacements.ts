import { distance } from 'fastest-levenshtein';
import type { PermissionSet } from '../../estate/sections/estate';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { Assignment } from '../../estate/sections/access/plan/expand';
import { holderKey } from '../../estate/sections/access/holder';
import { compareText } from '../../estate/source/finding';
import type { AssignmentKey, StackRole } from '../../estate/sections/access/placement/placement';
import { assignmentsOf, stacksAbandoned } from '../stacks/abandoned-stacks';
import type { ComparedSide } from '../compared-side';
import { stateOf } from './describe-access';
import type { Replacement } from '../replacement';
import { contentOf, setsOf, sharesPolicies } from './set-changes';

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
 * A set that went, and one with the same content under another name, or else one that the same groups have in the same
 * accounts and that shares a policy with it. Of several, the nearest name is taken.
 */
function setsRenamed(base: ComparedSide, head: ComparedSide): readonly Replacement[] {
  const [before, after] = [setsOf(base), setsOf(head)];
  const [reachBefore, reachAfter] = [reachesOf(base), reachesOf(head)];
  const added = new Set([...after.values()].filter(({ name }) => !before.has(name)));
  const removed = new Set(
    [...before.values()].filter(({ name }) => !after.has(name)).toSorted((a, b) => compareText(a.name, b.name)),
  );
  const pair = (isSame: (old: PermissionSet, set: PermissionSet) => boolean): readonly Replacement[] =>
    [...removed].flatMap((old) => {
      const candidates = [...added].filter((set) => isSame(old, set));
      const renamed = nearest(old, candidates);
      if (renamed === undefined) return [];
      added.delete(renamed);
      removed.delete(old);
      return [renameOf(old, renamed, head)];
    });
  const hasSameReach = (old: PermissionSet, set: PermissionSet): boolean =>
    reachBefore.has(old.name) && reachBefore.get(old.name) === reachAfter.get(set.name) && sharesPolicies(old, set);
  return [...pair((old, set) => contentOf(old) === contentOf(set)), ...pair(hasSameReach)];
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

function renameOf(old: PermissionSet, renamed: PermissionSet, head: ComparedSide): Replacement {
  return {
    kind: 'permission-set-renamed',
    subject: `${old.name} → ${renamed.name}`,
    detail: `A name can't be changed in place: ${old.name} is destroyed with its assignments and ${renamed.name} is made. Sessions end, and the role names (AWSReservedSSO_${old.name}_…) change in every account: policies and profiles that name them break.`,
    assignments: deployedOf(head.access, renamed.name).length,
    place: head.places.of([...renamed.at, 'name']),
  };
}

function setsMoved(before: AccessPlan, after: AccessPlan): readonly Replacement[] {
  const old = rolesOf(before);
  return [...rolesOf(after)].flatMap(([subject, role]): readonly Replacement[] => {
    const from = old.get(subject);
    if (from === undefined || from === role) return [];
    const detail = `It moves from the ${from} stack to the ${role} stack. CloudFormation makes it there before it is gone here and fails, for the name is taken: remove it in one deployment and add it in the next.`;
    return [{ kind: 'permission-set-moved', subject, detail, assignments: deployedOf(after, subject).length }];
  });
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
    plan.stacks.flatMap(({ role, shards }) =>
      shards.flatMap(({ number, assignments }) =>
        assignments.map(({ key }): [AssignmentKey, string] => [key, `${role} shard ${number}`]),
      ),
    ),
  );
}
