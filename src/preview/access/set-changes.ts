import type { Access, PermissionSet } from '../../estate/sections/estate';
import { permissionSetsByName } from '../../estate/sections/access/plan/expand';
import { compareText } from '../../estate/source/finding';
import { statementsOf } from '../../estate/sections/access/policy-document';
import type { ComparedSide } from '../compared-side';
import { stateOf } from './describe-access';
import { canonicalJson, type Detail, type Effect } from '../../estate/sections/access/sets/policy-changes';
import { pathAndName, policyKey } from '../../estate/sections/access/sets/set-comparisons';
import { deployedForm, setDetails } from '../../estate/sections/access/sets/set-forms';
import { referredChanges } from './policy-view';
import type { SetChange } from './set-types';

/** Permission sets that were added, removed or changed; those that allow more now come first. */
export function compareSets(base: ComparedSide, head: ComparedSide): readonly SetChange[] {
  const before = setsOf(base.estate.access);
  const after = setsOf(head.estate.access);
  const counts = countAssignments(head);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .flatMap((name) => {
      const change = compareSet(
        { set: before.get(name), policies: base.estate.access?.policies },
        { set: after.get(name), policies: head.estate.access?.policies },
      );
      if (change === undefined) return [];
      const { set, ...rest } = change;
      const places = rest.kind === 'removed' ? base.places : head.places;
      return [{ name, ...rest, ...counts(name), place: places.of(set.at) }];
    })
    .toSorted((a, b) => ORDER[a.effect] - ORDER[b.effect] || compareText(a.name, b.name));
}

const ORDER: Readonly<Record<Effect, number>> = { widened: 0, either: 1, narrowed: 2, neutral: 3 };

function setsOf(access: Access | undefined): ReadonlyMap<string, PermissionSet> {
  return access === undefined ? new Map() : permissionSetsByName(access);
}

function countAssignments({ access }: ComparedSide): (name: string) => Pick<SetChange, 'assignments' | 'pending'> {
  const bySet = Map.groupBy(access?.expansion.assignments ?? [], ({ permissionSet }) => permissionSet);
  return (name) => {
    const assignments = bySet.get(name) ?? [];
    return { assignments: assignments.length, pending: assignments.filter((one) => stateOf(one) === 'pending').length };
  };
}

interface ComparedSet {
  readonly set: PermissionSet;
  readonly kind: SetChange['kind'];
  readonly effect: Effect;
  readonly details: readonly Detail[];
}

/** The effect of an added or removed set is neutral: who gains or loses by it stands among the changes of access. */
interface SetSide {
  readonly set: PermissionSet | undefined;
  readonly policies: Access['policies'];
}

function compareSet(
  { set: before, policies: earlier }: SetSide,
  { set: after, policies }: SetSide,
): ComparedSet | undefined {
  if (after === undefined) {
    return before && { set: before, kind: 'removed', effect: 'neutral', details: [] };
  }
  if (before === undefined) return { set: after, kind: 'added', effect: 'neutral', details: [] };
  const details = [
    ...setDetails(before, after),
    ...referredChanges({ set: before, policies: earlier }, { set: after, policies }),
  ];
  if (details.length === 0) return undefined;
  return { set: after, kind: 'changed', effect: overallEffect(details), details };
}

/** Wider in one respect and narrower in another is `either`. */
function overallEffect(details: readonly Detail[]): Effect {
  const effects = new Set(details.map(({ effect }) => effect));
  if (effects.has('either') || (effects.has('widened') && effects.has('narrowed'))) return 'either';
  if (effects.has('widened')) return 'widened';
  return effects.has('narrowed') ? 'narrowed' : 'neutral';
}

/** Tells whether two sets have a policy or a statement in common, or both have none: one may be the other, edited. */
export function sharesPolicies(a: PermissionSet, b: PermissionSet): boolean {
  const [policies, others] = [partsOf(a), new Set(partsOf(b))];
  if (policies.length === 0 && others.size === 0) return true;
  return policies.some((policy) => others.has(policy));
}

function partsOf(set: PermissionSet): readonly string[] {
  const statements = set.inlinePolicy === undefined ? [] : statementsOf(set.inlinePolicy.document);
  return [
    ...set.managedPolicies.map(policyKey),
    ...set.customerManagedPolicies.map(pathAndName),
    ...statements.map(canonicalJson),
  ];
}

/** Content of a set, without its name and place: two sets with the same content differ in name only. */
export function contentOf(set: PermissionSet): string {
  return canonicalJson({
    ...deployedForm(set, 'aws'),
    managedPolicies: set.managedPolicies.map(policyKey).toSorted(),
    customerManagedPolicies: set.customerManagedPolicies.map(pathAndName).toSorted(),
  });
}
