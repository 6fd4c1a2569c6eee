import type { DeployedSet } from '../clouds/facts/access-facts';
import { isManagedPolicy } from '../estate/sections/access/aws-managed-policies';
import { compareText } from '../estate/source/finding';
import { DEFAULT_SESSION } from '../estate/sections/limits';
import { isObject } from '../estate/sections/access/policy-document';
import type { AttributeEntry, PermissionSetEntry } from '../estate/sections/access/schema';
import type { DeployedAccess, LeftThing } from './adopt';

/** What the estate says, and what it can't say. */
export interface Entries<Entry> {
  readonly entries: readonly Entry[];
  readonly left: readonly LeftThing[];
}

type Policy = NonNullable<PermissionSetEntry['inlinePolicy']>;

/** Entries of the estate file for permission sets, sorted by name. What AWS gives by default is left out. */
export function permissionSetEntries(sets: readonly DeployedSet[], partition: string): Entries<PermissionSetEntry> {
  const sorted = sets.toSorted((a, b) => compareText(a.name, b.name));
  return {
    entries: sorted.map((set) => entryOf(set, partition)),
    left: sorted.flatMap((set) => [...unreadablePolicy(set), ...systemTags(set)]),
  };
}

function entryOf(set: DeployedSet, partition: string): PermissionSetEntry {
  const { description, relayState, managedPolicies, customerManagedPolicies, boundary } = set;
  const inlinePolicy = policyOf(set);
  const tags = Object.entries(set.tags).filter(([key]) => !isSystemTag(key));
  return {
    name: set.name,
    ...(description !== undefined && { description }),
    ...(set.sessionDuration !== DEFAULT_SESSION && { sessionDuration: set.sessionDuration }),
    ...(relayState !== undefined && { relayState }),
    ...(managedPolicies.length > 0 && {
      managedPolicies: managedPolicies.map((arn) => policyName(arn, partition)).toSorted(compareText),
    }),
    ...(customerManagedPolicies.length > 0 && {
      customerManagedPolicies: customerManagedPolicies.map(referenceOf),
    }),
    ...(inlinePolicy !== undefined && { inlinePolicy }),
    ...(boundary !== undefined && { permissionsBoundary: boundaryOf(boundary, partition) }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
  };
}

/** An AWS managed policy by its name, as the estate has it; any other ARN, and one of a policy newer than the list, as it is. */
function policyName(arn: string, partition: string): string {
  const prefix = `arn:${partition}:iam::aws:policy/`;
  const name = arn.slice(prefix.length);
  return arn.startsWith(prefix) && isManagedPolicy(name) ? name : arn;
}

/** A customer-managed policy from its path and name: `/team/Operator`. */
function referenceOf(pathAndName: string): { name: string; path?: string } {
  const cut = pathAndName.lastIndexOf('/') + 1;
  const [path, name] = [pathAndName.slice(0, cut), pathAndName.slice(cut)];
  return path === '/' ? { name } : { name, path };
}

function boundaryOf(policy: string, partition: string): NonNullable<PermissionSetEntry['permissionsBoundary']> {
  return policy.startsWith('arn:')
    ? { managedPolicy: policyName(policy, partition) }
    : { customerManagedPolicy: referenceOf(policy) };
}

function policyOf({ inlinePolicy }: DeployedSet): Policy | undefined {
  return isObject(inlinePolicy) ? (inlinePolicy as Policy) : undefined;
}

function unreadablePolicy(set: DeployedSet): readonly LeftThing[] {
  if (set.inlinePolicy === undefined || policyOf(set) !== undefined) return [];
  return [{ reason: 'inline-policy', subject: `the inline policy of permission set ${set.name}` }];
}

/** AWS writes tags of its own, such as the name of the stack that made a set; nobody else may set them. */
function isSystemTag(key: string): boolean {
  return /^aws:/i.test(key);
}

function systemTags(set: DeployedSet): readonly LeftThing[] {
  return Object.entries(set.tags)
    .filter(([key]) => isSystemTag(key))
    .map(([key, value]) => ({ reason: 'system-tag', subject: `${key}=${value} of permission set ${set.name}` }));
}

/** Entries of the estate file for attributes for access control, sorted by key. */
export function attributeEntries(attributes: DeployedAccess['attributes']): Entries<AttributeEntry> {
  const sorted = Object.entries(attributes).toSorted(([a], [b]) => compareText(a, b));
  return {
    entries: sorted.flatMap(([key, [source]]) => (source === undefined ? [] : [{ key, source }])),
    left: sorted
      .filter(([, sources]) => sources.length !== 1)
      .map(([key, sources]) => ({
        reason: 'attribute-sources',
        subject: `attribute ${key} with ${sources.length} sources${sources.length > 1 ? `: all but ${sources[0] ?? ''}` : ''}`,
      })),
  };
}
