import type { Access, PermissionSet } from '../../estate/sections/estate';
import { permissionSetsByName } from '../../estate/plan/expand';
import { compareText } from '../../estate/source/finding';
import { statementsOf } from '../../estate/sections/access/policy-document';
import type { ComparedSide } from '../compared-side';
import { describeBoundary, stateOf } from './describe-access';
import { canonicalJson, policyChanges } from './policy-changes';
import { deployedForm, pathAndName, type SetProperty } from '../../estate/plan/set-properties';
import type { Effect, SetChange } from './set-types';
import { policyName } from '../../estate/sections/access/policy-power';

type Detail = SetChange['details'][number];

/** Permission sets that were added, removed or changed; those that allow more now come first. */
export function compareSets(base: ComparedSide, head: ComparedSide): readonly SetChange[] {
  const before = setsOf(base.estate.access);
  const after = setsOf(head.estate.access);
  const counts = countAssignments(head);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .flatMap((name) => {
      const change = compareSet(before.get(name), after.get(name));
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
function compareSet(before: PermissionSet | undefined, after: PermissionSet | undefined): ComparedSet | undefined {
  if (after === undefined) {
    return before && { set: before, kind: 'removed', effect: 'neutral', details: [] };
  }
  if (before === undefined) return { set: after, kind: 'added', effect: 'neutral', details: [] };
  const details = detailsOf(before, after);
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

function detailsOf(before: PermissionSet, after: PermissionSet): readonly Detail[] {
  return Object.values(COMPARISONS).flatMap((compare) => compare(before, after));
}

type Comparison = (before: PermissionSet, after: PermissionSet) => readonly Detail[];

/** In the order of the report. A property of `PermissionSet` that is missing here does not compile. */
const COMPARISONS: Readonly<Record<SetProperty, Comparison>> = {
  managedPolicies: managedPolicyChanges,
  customerManagedPolicies: (before, after) =>
    listChanges('customer-managed policy', customerPolicies(before), customerPolicies(after)),
  inlinePolicy: (before, after) => policyChanges(before.inlinePolicy, after.inlinePolicy),
  permissionsBoundary: boundaryChanges,
  sessionDuration: sessionChanges,
  description: neutral('description', ({ description }) => description),
  relayState: neutral('relay state', ({ relayState }) => relayState),
  tags: neutral('tags', ({ tags }) => tags),
  grantable: neutral('guard rail (grantable)', guardRail),
};

/** Names of managed policies, so that a change from name to ARN is none. */
function managedPolicyChanges(before: PermissionSet, after: PermissionSet): readonly Detail[] {
  return listChanges('managed policy', before.managedPolicies.map(policyKey), after.managedPolicies.map(policyKey));
}

function policyKey(policy: string): string {
  return policy.startsWith('arn:') ? policy.replace(/^arn:[^:]*:iam::aws:policy\//, '') : policy;
}

function customerPolicies(set: PermissionSet): readonly string[] {
  return set.customerManagedPolicies.map(pathAndName);
}

/** AWS managed policies that only deny: adding one takes permissions away. */
const DENYING_POLICIES: ReadonlySet<string> = new Set(['AWSDenyAll']);

function listChanges(what: string, before: readonly string[], after: readonly string[]): readonly Detail[] {
  const effectOf = (policy: string, added: boolean): Effect =>
    DENYING_POLICIES.has(policyName(policy)) === added ? 'narrowed' : 'widened';
  return [
    ...after
      .filter((policy) => !before.includes(policy))
      .map((policy) => ({ effect: effectOf(policy, true), text: `${what} ${policy} added` })),
    ...before
      .filter((policy) => !after.includes(policy))
      .map((policy) => ({ effect: effectOf(policy, false), text: `${what} ${policy} removed` })),
  ];
}

function boundaryChanges(before: PermissionSet, after: PermissionSet): readonly Detail[] {
  const [old, now] = [before, after].map(({ permissionsBoundary: boundary }) => boundary && describeBoundary(boundary));
  if (old === now) return [];
  if (now === undefined) return [{ effect: 'widened', text: `permissions boundary ${old ?? ''} removed` }];
  if (old === undefined) return [{ effect: 'narrowed', text: `permissions boundary ${now} added` }];
  return [{ effect: 'either', text: `permissions boundary changed from ${old} to ${now}` }];
}

function sessionChanges(before: PermissionSet, after: PermissionSet): readonly Detail[] {
  const { text: from, seconds: old } = before.sessionDuration;
  const { text: to, seconds: now } = after.sessionDuration;
  if (from === to) return [];
  const effect = now > old ? 'widened' : 'narrowed';
  return old === now
    ? [{ effect: 'neutral', text: `session written ${to} instead of ${from}` }]
    : [{ effect, text: `session ${now > old ? 'longer' : 'shorter'}: ${to} instead of ${from}` }];
}

/** Compares a property that does not decide what people may do. */
function neutral(name: string, read: (set: PermissionSet) => unknown): Comparison {
  return (before, after) => {
    const [old, now] = [read(before) ?? null, read(after) ?? null];
    if (canonicalJson(old) === canonicalJson(now)) return [];
    return [{ effect: 'neutral', text: `${name} ${verbOf(old, now)}` }];
  };
}

/** Guard rail of a set, without its place. */
function guardRail({ grantable }: PermissionSet): unknown {
  if (grantable === undefined) return null;
  const bare = (selectors: readonly { readonly at: unknown }[] = []): unknown =>
    selectors.map((selector) => ({ ...selector, at: null }));
  const { groups = null, accounts } = grantable;
  return { groups, include: bare(accounts?.include), exclude: bare(accounts?.exclude) };
}

function verbOf(before: unknown, after: unknown): string {
  const isNone = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);
  if (isNone(before)) return 'added';
  return isNone(after) ? 'removed' : 'changed';
}

/** Tells whether two sets have a policy or a statement in common, or both have none: one may be the other, edited. */
export function sharesPolicies(a: PermissionSet, b: PermissionSet): boolean {
  const [policies, others] = [partsOf(a), new Set(partsOf(b))];
  if (policies.length === 0 && others.size === 0) return true;
  return policies.some((policy) => others.has(policy));
}

function partsOf(set: PermissionSet): readonly string[] {
  const statements = set.inlinePolicy === undefined ? [] : statementsOf(set.inlinePolicy.document);
  return [...set.managedPolicies.map(policyKey), ...customerPolicies(set), ...statements.map(canonicalJson)];
}

/** Content of a set, without its name and place: two sets with the same content differ in name only. */
export function contentOf(set: PermissionSet): string {
  return canonicalJson({
    ...deployedForm(set, 'aws'),
    managedPolicies: set.managedPolicies.map(policyKey).toSorted(),
    customerManagedPolicies: customerPolicies(set).toSorted(),
  });
}
