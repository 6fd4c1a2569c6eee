import { ownPolicy, policyReferences, statementsOf } from '../../estate/sections/access/policy-document';
import { expandAccess, permissionSetsByName } from '../../estate/sections/access/plan/expand';
import { accountsWith } from '../../estate/sections/access/plan/rollouts';
import {
  boundaryName,
  canonicalJson,
  type Detail,
  type Effect,
  pathAndName,
  policyChanges,
  policyKey,
} from '../../estate/sections/access/sets/policy-changes';
import { deployedForm, setDetails } from '../../estate/sections/access/sets/set-properties';
import type { Access, OwnPolicy, PermissionSet } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { Account } from '../../estate/source/organization';
import { type BriefAccounts, briefAccounts, stateOf } from './describe-access';
import type { ComparedSide, ReportPlace } from '../compared-side';

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

/** A customer-managed policy that comes, goes or changes. */
export interface PolicyChange {
  /** Path and name: `/identity/WorkforceBoundary`. */
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Accounts that the estate brings it to, and did not before. */
  readonly gains: BriefAccounts;
  /** Accounts that it is taken away from. */
  readonly loses: BriefAccounts;
  readonly details: readonly Detail[];
  readonly place: ReportPlace;
}

interface Rolled {
  readonly policy: OwnPolicy;
  readonly accounts: readonly Account[];
}

/** Policies of the estate that are not rolled out as before, sorted by name. */
export function comparePolicies(base: ComparedSide, head: ComparedSide): readonly PolicyChange[] {
  const [before, after] = [rolledOut(base), rolledOut(head)];
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted(compareText);
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    const { policy } = now ?? old ?? {};
    if (policy === undefined) return [];
    const change = {
      gains: missingFrom(old, now),
      loses: missingFrom(now, old),
      details: old && now ? documentChanges(old.policy, now.policy, 'document') : [],
    };
    const isSame = change.gains.length + change.loses.length + change.details.length === 0;
    if (old && now && isSame) return [];
    const place = (now === undefined ? base : head).places.of(policy.at);
    return [{ name, kind: kindOf(old, now), ...change, place }];
  });
}

function rolledOut({ access }: ComparedSide): ReadonlyMap<string, Rolled> {
  if (access === undefined) return new Map();
  const { organization, rollouts } = access;
  return new Map(
    rollouts.map((rollout) => {
      const { policy } = rollout;
      return [pathAndName(policy), { policy, accounts: accountsWith(rollout, organization) }];
    }),
  );
}

function kindOf(old: object | undefined, now: object | undefined): PolicyChange['kind'] {
  if (old === undefined) return 'added';
  return now === undefined ? 'removed' : 'changed';
}

/** Accounts of the second that the first lacks. */
function missingFrom(first: Rolled | undefined, second: Rolled | undefined): BriefAccounts {
  const known = new Set(first?.accounts.map(({ id }) => id));
  return briefAccounts((second?.accounts ?? []).filter(({ id }) => !known.has(id)));
}

function documentChanges(before: OwnPolicy, after: OwnPolicy, label: string): readonly Detail[] {
  return policyChanges(before.document, after.document, label);
}

/** Changes of what a set allows by documents of policies that it refers to before and after. */
function referredChanges(
  before: PermissionSet,
  after: PermissionSet,
  [base, head]: readonly [ComparedSide, ComparedSide],
): readonly Detail[] {
  const [earlier, policies] = [base.estate.access?.policies, head.estate.access?.policies];
  const known = new Set(policyReferences(before).map(pathAndName));
  const boundary = after.permissionsBoundary && boundaryName(after.permissionsBoundary);
  return policyReferences(after).flatMap((reference) => {
    const name = pathAndName(reference);
    if (!known.has(name)) return [];
    const [old, now] = [ownPolicy(earlier, reference), ownPolicy(policies, reference)];
    if (old && now)
      return documentChanges(old, now, `${name === boundary ? 'permissions boundary' : 'policy'} ${name}`);
    if (old === undefined && now === undefined) return [];
    // A document that was known is not any more, or the other way round.
    const isElsewhere = policies?.some((policy) => pathAndName(policy) === name);
    const what = now ? 'kept by the estate' : isElsewhere ? 'managed elsewhere' : 'not of the estate';
    return [{ effect: 'either', text: `policy ${name} is ${what} from now on` }];
  });
}

/** Names of permission sets at head by their names at the base, where `previousNames` has those. */
export function renamedSets(base: ComparedSide, head: ComparedSide): ReadonlyMap<string, string> {
  const [before, after] = [setsOf(base), setsOf(head)];
  const added = [...after.values()].filter(({ name }) => !before.has(name));
  return new Map(
    added.flatMap(({ name, previousNames }) => {
      const old = previousNames.find((one) => before.has(one) && !after.has(one));
      return old === undefined ? [] : [[old, name] as const];
    }),
  );
}

/** The base with the names that its permission sets have at head, so that a renamed one is compared with itself. */
export function withRenamedSets(base: ComparedSide, head: ComparedSide): ComparedSide {
  const { estate, access } = base;
  const names = renamedSets(base, head);
  if (names.size === 0 || estate.access === undefined || access === undefined) return base;
  const renamed = renamedAccess(estate.access, (name) => names.get(name) ?? name);
  const now = { ...estate, access: renamed };
  return { ...base, estate: now, access: { ...access, expansion: expandAccess(now, renamed, access.organization) } };
}

function renamedAccess({ permissionSets, grants, ...access }: Access, nameOf: (name: string) => string): Access {
  return {
    ...access,
    permissionSets: permissionSets.map(({ copyOf, ...set }) => {
      return { ...set, name: nameOf(set.name), ...(copyOf !== undefined && { copyOf: nameOf(copyOf) }) };
    }),
    grants: grants.map((grant) => ({ ...grant, permissionSets: grant.permissionSets.map(nameOf) })),
  };
}
