import {
  boundaryName,
  type Detail,
  pathAndName,
  policyChanges,
} from '../../estate/sections/access/sets/policy-changes';
import { accountsWith } from '../../estate/sections/access/plan/rollouts';
import { ownPolicy, policyReferences } from '../../estate/sections/access/policy-document';
import type { OwnPolicy, PermissionSet } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { Account } from '../../estate/source/organization';
import type { ComparedSide } from '../compared-side';
import type { ReportPlace } from '../places';
import { type BriefAccounts, briefAccounts } from './describe-access';

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

export function kindOf(old: object | undefined, now: object | undefined): PolicyChange['kind'] {
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
export function referredChanges(
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
