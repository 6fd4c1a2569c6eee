import type { PermissionSet } from '../../estate/sections/estate';
import { permissionSetsByName } from '../../estate/sections/access/plan/expand';
import { compareText } from '../../estate/source/finding';
import { statementsOf } from '../../estate/sections/access/policy-document';
import type { ComparedSide } from '../compared-side';
import { stateOf } from './describe-access';
import {
  canonicalJson,
  type Detail,
  type Effect,
  pathAndName,
  policyKey,
} from '../../estate/sections/access/sets/policy-changes';
import { deployedForm, setDetails } from '../../estate/sections/access/sets/set-properties';
import { kindOf, referredChanges } from './policy-view';

export type SetChange = ReturnType<typeof compareSets>[number];

/** Permission sets that were added, removed or changed; those that allow more now come first. */
export function compareSets(base: ComparedSide, head: ComparedSide) {
  const [before, after] = [setsOf(base), setsOf(head)];
  const assignments = Map.groupBy(head.access?.expansion.assignments ?? [], ({ permissionSet }) => permissionSet);
  return [...new Set([...before.keys(), ...after.keys()])]
    .flatMap((name) => {
      const [old, now] = [before.get(name), after.get(name)];
      const set = now ?? old;
      const details =
        old === undefined || now === undefined
          ? []
          : [...setDetails(old, now), ...referredChanges(old, now, [base, head])];
      if (set === undefined || (old !== undefined && now !== undefined && details.length === 0)) return [];
      const own = assignments.get(name) ?? [];
      return [
        {
          name,
          kind: kindOf(old, now),
          // Who gains or loses by a set that is added or removed stands among the changes of access.
          effect: overallEffect(details),
          details,
          /** Assignments of the set at head, with the pending ones. */
          assignments: own.length,
          /** Those of `assignments` that wait for their group to be synchronized. */
          pending: own.filter((one) => stateOf(one) === 'pending').length,
          place: (now === undefined ? base : head).places.of(set.at),
        },
      ];
    })
    .toSorted((a, b) => ORDER[a.effect] - ORDER[b.effect] || compareText(a.name, b.name));
}

const ORDER: Readonly<Record<Effect, number>> = { widened: 0, either: 1, narrowed: 2, neutral: 3 };

export function setsOf({ estate }: ComparedSide): ReadonlyMap<string, PermissionSet> {
  return estate.access === undefined ? new Map() : permissionSetsByName(estate.access);
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
