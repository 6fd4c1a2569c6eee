import { policyName } from '../policy-power';
import type { CustomerManagedPolicy, PermissionSet } from '../../estate';
import { canonicalJson, type Detail, type Effect, policyChanges } from './policy-changes';

/** Finds what changed in one property of a permission set. */
export type Comparison = (before: PermissionSet, after: PermissionSet) => readonly Detail[];

/** Names of managed policies, so that a change from name to ARN is none. */
export const managedPolicyChanges: Comparison = (before, after) =>
  listChanges('managed policy', before.managedPolicies.map(policyKey), after.managedPolicies.map(policyKey));

export const customerPolicyChanges: Comparison = (before, after) =>
  listChanges(
    'customer-managed policy',
    before.customerManagedPolicies.map(pathAndName),
    after.customerManagedPolicies.map(pathAndName),
  );

export const inlinePolicyChanges: Comparison = (before, after) =>
  policyChanges(before.inlinePolicy, after.inlinePolicy);

export const boundaryChanges: Comparison = (before, after) => {
  const [old, now] = [before, after].map(({ permissionsBoundary: boundary }) => boundary && boundaryName(boundary));
  if (old === now) return [];
  if (now === undefined) return [{ effect: 'widened', text: `permissions boundary ${old ?? ''} removed` }];
  if (old === undefined) return [{ effect: 'narrowed', text: `permissions boundary ${now} added` }];
  return [{ effect: 'either', text: `permissions boundary changed from ${old} to ${now}` }];
};

export const sessionChanges: Comparison = (before, after) => {
  const { text: from, seconds: old } = before.sessionDuration;
  const { text: to, seconds: now } = after.sessionDuration;
  if (from === to) return [];
  const effect = now > old ? 'widened' : 'narrowed';
  return old === now
    ? [{ effect: 'neutral', text: `session written ${to} instead of ${from}` }]
    : [{ effect, text: `session ${now > old ? 'longer' : 'shorter'}: ${to} instead of ${from}` }];
};

/** Compares a property that does not decide what people may do. */
export function neutralChanges(label: string, read: (set: PermissionSet) => unknown): Comparison {
  return (before, after) => {
    const [old, now] = [read(before) ?? null, read(after) ?? null];
    if (canonicalJson(old) === canonicalJson(now)) return [];
    return [{ effect: 'neutral', text: `${label} ${verbOf(old, now)}` }];
  };
}

/** The name of a managed policy in whatever way it is written, in every partition. */
export function policyKey(policy: string): string {
  return policy.startsWith('arn:') ? policy.replace(/^arn:[^:]*:iam::aws:policy\//, '') : policy;
}

/** Path and name of a customer managed policy: `/team/Operator`. */
export function pathAndName({ path, name }: CustomerManagedPolicy): string {
  return `${path}${name}`;
}

/** Name or ARN of the boundary's policy; a customer-managed one with its path. */
export function boundaryName(boundary: NonNullable<PermissionSet['permissionsBoundary']>): string {
  return boundary.kind === 'managed' ? boundary.policy : pathAndName(boundary.policy);
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

function verbOf(before: unknown, after: unknown): string {
  const isNone = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);
  if (isNone(before)) return 'added';
  return isNone(after) ? 'removed' : 'changed';
}
