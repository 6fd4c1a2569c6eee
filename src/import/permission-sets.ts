import type { DeployedSet } from '../clouds/facts/access-facts';
import { entryOf, isSystemTag, referenceOf } from '../estate/sections/access/sets/set-properties';
import { compareText } from '../estate/source/finding';
import { isObject } from '../estate/sections/access/json';
import type { AttributeEntry } from '../estate/sections/access/set-rules';
import type { AccessEntry, PermissionSetEntry } from '../estate/sections/access/schema';
import type { DeployedAccess, LeftThing } from './adopt';

type PolicyEntry = NonNullable<AccessEntry['policies']>[number];

/** Entries of the estate, and what it can't say. */
export interface Entries<Entry> {
  readonly entries: readonly Entry[];
  readonly left: readonly LeftThing[];
}

/** Entries of the estate file for permission sets, sorted by name. What AWS gives by default is left out. */
export function permissionSetEntries(sets: readonly DeployedSet[], partition: string): Entries<PermissionSetEntry> {
  const sorted = sets.toSorted((a, b) => compareText(a.name, b.name));
  return {
    entries: sorted.map((set) => entryOf(set.name, set, partition)),
    left: sorted.flatMap((set) => [...unreadablePolicy(set), ...systemTags(set)]),
  };
}

function unreadablePolicy(set: DeployedSet): readonly LeftThing[] {
  if (set.inlinePolicy === undefined || isObject(set.inlinePolicy)) return [];
  return [{ reason: 'inline-policy', subject: `the inline policy of permission set ${set.name}` }];
}

function systemTags(set: DeployedSet): readonly LeftThing[] {
  return Object.entries(set.tags)
    .filter(([key]) => isSystemTag(key))
    .map(([key, value]) => ({ reason: 'system-tag', subject: `${key}=${value} of permission set ${set.name}` }));
}

/** Reason of the policies that an import finds: who keeps them is for a person to say. */
const FOUND = 'It was in the accounts when the estate was imported.';

/**
 * Entries of the estate file for customer-managed policies: those that it has, as they are written, then those that sets
 * refer to besides, sorted by path and name.
 */
export function policyEntries(sets: readonly DeployedSet[], written: readonly PolicyEntry[] = []): PolicyEntry[] {
  const known = new Set(written.map(({ path = '/', name }) => `${path}${name}`));
  const boundaries = sets.flatMap(({ permissionsBoundary: boundary = 'arn:' }) => boundary);
  const found = [...sets.flatMap(({ customerManagedPolicies }) => customerManagedPolicies), ...boundaries];
  const added = [...new Set(found)].filter((policy) => !policy.startsWith('arn:') && !known.has(policy));
  return [
    ...written,
    ...added.toSorted(compareText).map((policy) => ({ ...referenceOf(policy), managedElsewhere: FOUND })),
  ];
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
