import { type Detail, type Effect, policyChanges } from '../../estate/sections/access/sets/policy-changes';
import { accountsWith } from '../../estate/sections/access/plan/rollouts';
import { boundaryName, pathAndName } from '../../estate/sections/access/sets/set-comparisons';
import { ownPolicy, policyReferences } from '../../estate/sections/access/attached-policies';
import type { Access, AccessPolicy, OwnPolicy, PermissionSet } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { Account } from '../../estate/source/organization';
import type { ComparedSide } from '../compared-side';
import { briefAccounts } from './describe-access';
import type { BriefAccounts, PolicyChange } from './policy-types';

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

function kindOf(old: Rolled | undefined, now: Rolled | undefined): PolicyChange['kind'] {
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

type Policies = Access['policies'];

/** Changes of what a set allows by documents of policies that it refers to before and after. */
export function referredChanges(
  { set: before, policies: earlier }: { readonly set: PermissionSet; readonly policies: Policies },
  { set: after, policies: now }: { readonly set: PermissionSet; readonly policies: Policies },
): readonly Detail[] {
  const known = new Set(policyReferences(before).map(pathAndName));
  const boundary = after.permissionsBoundary && boundaryName(after.permissionsBoundary);
  return policyReferences(after).flatMap((reference) => {
    const name = pathAndName(reference);
    const [old, current] = [ownPolicy(earlier, reference), ownPolicy(now, reference)];
    if (!known.has(name)) return [];
    if (old === undefined || current === undefined) return hiddenChange(name, [old, current], now);
    return documentChanges(old, current, `${name === boundary ? 'permissions boundary' : 'policy'} ${name}`);
  });
}

/** Change from a document that is known to one that is not, or the other way. */
function hiddenChange(
  name: string,
  [old, now]: readonly [OwnPolicy | undefined, OwnPolicy | undefined],
  policies: readonly AccessPolicy[] | undefined,
): readonly Detail[] {
  if (old === undefined && now === undefined) return [];
  const isElsewhere = now === undefined && policies?.some((policy) => pathAndName(policy) === name);
  const effect: Effect = 'either';
  if (now !== undefined) return [{ effect, text: `policy ${name} is kept by the estate from now on` }];
  return [{ effect, text: `policy ${name} is ${isElsewhere ? 'managed elsewhere' : 'not of the estate'} from now on` }];
}
