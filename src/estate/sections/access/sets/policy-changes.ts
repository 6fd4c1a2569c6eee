import type { CustomerManagedPolicy, InlinePolicy, JsonObject, PermissionSet } from '../../estate';
import { asList } from '../../../../permissions/policy';
import { isObject } from '../../../source/located';
import { durationWords } from '../../durations';
import { compareText } from '../../../source/finding';
import { policyName } from '../policy-power';

/** `either`: wider in one respect and narrower in another, or not to be known from here. */
export type Effect = 'widened' | 'narrowed' | 'either' | 'neutral';

/** A change in a permission set, and what it means for those who have the set. */
export interface Detail {
  readonly effect: Effect;
  readonly text: string;
}

/**
 * Changes of a policy document, statement by statement, each behind the label. Two statements with one `Sid` are compared part by part;
 * whatever can't be told for sure counts as `either`.
 */
export function policyChanges(
  before: InlinePolicy | undefined,
  after: InlinePolicy | undefined,
  label = 'inline policy',
): readonly Detail[] {
  const old = statementsByText(before);
  const now = statementsByText(after);
  const removed = [...old].filter(([text]) => !now.has(text)).map(([, statement]) => statement);
  const added = [...now].filter(([text]) => !old.has(text)).map(([, statement]) => statement);
  const pairs = removed.flatMap((statement) => {
    const partner = added.find((candidate) => isSameStatement(statement, candidate));
    return partner === undefined ? [] : [{ old: statement, now: partner }];
  });
  const paired = new Set(pairs.flatMap((pair) => [pair.old, pair.now]));
  return [
    ...pairs.flatMap((pair) => statementChanges(pair.old, pair.now)),
    ...added.filter((one) => !paired.has(one)).map((one) => wholeStatement(one, 'added')),
    ...removed.filter((one) => !paired.has(one)).map((one) => wholeStatement(one, 'removed')),
  ].map(({ effect, text }) => ({ effect, text: `${label}: ${text}` }));
}

function statementsByText(policy: InlinePolicy | undefined): ReadonlyMap<string, JsonObject> {
  const statements = asList(policy?.document['Statement']).filter(isObject);
  return new Map(statements.map((statement) => [canonicalJson(statement), statement]));
}

/** JSON with sorted keys: equal for equal values, in whatever order they were written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => compareText(a, b))) : item,
  );
}

function isSameStatement(a: JsonObject, b: JsonObject): boolean {
  return typeof a['Sid'] === 'string' && a['Sid'] === b['Sid'] && a['Effect'] === b['Effect'];
}

function nameOf(statement: JsonObject): string {
  const { Sid: sid, Effect: effect } = statement;
  const actions = asList(statement['Action'] ?? statement['NotAction']).map(String);
  const label = typeof sid === 'string' ? `statement ${sid}` : `statement ${actions.slice(0, 3).join(', ')}`;
  return `${label} (${String(effect)})`;
}

function wholeStatement(statement: JsonObject, what: 'added' | 'removed'): Detail {
  const allows = statement['Effect'] === 'Allow';
  return {
    effect: allows === (what === 'added') ? 'widened' : 'narrowed',
    text: `${nameOf(statement)} ${what}`,
  };
}

/** Parts of a statement that list what it applies to: more of them means that the statement covers more. */
const COVERING = ['Action', 'Resource'] as const;

function statementChanges(old: JsonObject, now: JsonObject): readonly Detail[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].toSorted(compareText);
  return keys
    .filter((key) => canonicalJson(old[key] ?? null) !== canonicalJson(now[key] ?? null))
    .flatMap((key) => partChanges(key, old, now));
}

function partChanges(key: string, old: JsonObject, now: JsonObject): readonly Detail[] {
  const name = nameOf(now);
  const allows = now['Effect'] === 'Allow';
  if (COVERING.some((part) => part === key) && key in old && key in now) {
    return listChanges(`${name}: ${key}`, [old[key], now[key]], allows);
  }
  if (key === 'Condition' && !(key in old && key in now)) {
    const covers = key in old;
    return [
      {
        effect: covers === allows ? 'widened' : 'narrowed',
        text: `${name}: Condition ${covers ? 'removed' : 'added'}`,
      },
    ];
  }
  return [{ effect: 'either', text: `${name}: ${key} changed` }];
}

function listChanges(what: string, [old, now]: readonly [unknown, unknown], allows: boolean): readonly Detail[] {
  const [before, after] = [asList(old).map(String), asList(now).map(String)];
  const added = after.filter((item) => !before.includes(item));
  const removed = before.filter((item) => !after.includes(item));
  const detail = (items: readonly string[], verb: string, effect: Effect): readonly Detail[] =>
    items.length === 0 ? [] : [{ effect, text: `${what} ${verb} ${items.join(', ')}` }];
  return [
    ...detail(added, 'added', allows ? 'widened' : 'narrowed'),
    ...detail(removed, 'removed', allows ? 'narrowed' : 'widened'),
  ];
}

/** Finds what changed in one property of a permission set. */
export type Comparison = (before: PermissionSet, after: PermissionSet) => readonly Detail[];

/** Names of managed policies, so that a change from name to ARN is none. */
export const managedPolicyChanges: Comparison = (before, after) =>
  policyListChanges('managed policy', before.managedPolicies.map(policyKey), after.managedPolicies.map(policyKey));

export const customerPolicyChanges: Comparison = (before, after) =>
  policyListChanges(
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
    : [
        {
          effect,
          text: `session ${now > old ? 'longer' : 'shorter'}: ${durationWords(to)} instead of ${durationWords(from)}`,
        },
      ];
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

function policyListChanges(what: string, before: readonly string[], after: readonly string[]): readonly Detail[] {
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
