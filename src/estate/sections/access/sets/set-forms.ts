import { isDeepStrictEqual } from 'node:util';
import type { PermissionSetEntry } from '../schema';
import type { PermissionSet } from '../../estate';
import type { Detail } from './policy-changes';
import { type Comparison, neutralChanges } from './set-comparisons';
import {
  DEPLOYED_PROPERTIES,
  type DeployedProperties,
  type DeployedProperty,
  GUARD_RAILS,
  type Meaning,
  type Property,
  type ReportedProperties,
  type SetProperty,
  type Shown,
} from './set-properties';

const KEYS = Object.keys(DEPLOYED_PROPERTIES) as readonly DeployedProperty[];
const MEANINGS: Readonly<Record<SetProperty, Meaning>> = { ...DEPLOYED_PROPERTIES, ...GUARD_RAILS };

/** A permission set as the service has it once it is deployed. */
export function deployedForm(set: PermissionSet, partition: string): Readonly<Record<DeployedProperty, unknown>> {
  const values = KEYS.map((key) => [key, DEPLOYED_PROPERTIES[key].deployed(set, partition)]);
  return Object.fromEntries(values) as Record<DeployedProperty, unknown>;
}

/** A permission set as a report has it. */
export function reportedForm(set: PermissionSet): ReportedProperties {
  const values = KEYS.map((key) => [key, DEPLOYED_PROPERTIES[key].reported(set)]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as ReportedProperties;
}

/** Properties of a set that are not as declared. */
export function driftedProperties(
  declared: PermissionSet,
  found: DeployedProperties,
  partition: string,
): readonly DeployedProperty[] {
  return KEYS.filter((key) => !isThere(key, DEPLOYED_PROPERTIES[key].deployed(declared, partition), found[key]));
}

function isThere<Key extends DeployedProperty>(
  key: Key,
  declared: DeployedProperties[Key] | undefined,
  found: DeployedProperties[Key],
): boolean {
  const { isSame }: Property<Key> = DEPLOYED_PROPERTIES[key];
  return declared === undefined || isSame === undefined ? isDeepStrictEqual(declared, found) : isSame(declared, found);
}

/** The entry of the estate file for a set. What AWS gives by default is left out. */
export function entryOf(name: string, set: DeployedProperties, partition: string): PermissionSetEntry {
  const entry = <Key extends DeployedProperty>(key: Key): readonly [Key, unknown] => {
    const property: Property<Key> = DEPLOYED_PROPERTIES[key];
    return [key, property.entry(set[key], partition)];
  };
  return { name, ...Object.fromEntries(KEYS.map((key) => entry(key)).filter(([, value]) => value !== undefined)) };
}

type Decision = Meaning['decides'];
const IN_CHANGES: Readonly<Record<Decision, number>> = { actions: 0, session: 1, nothing: 2 };
const ON_PAGES: Readonly<Record<Decision, number>> = { session: 0, actions: 1, nothing: 2 };

/** Changes of a set that both sides have; what decides about access comes first. */
export function setDetails(before: PermissionSet, after: PermissionSet): readonly Detail[] {
  const keys = Object.keys(MEANINGS) as readonly SetProperty[];
  return sorted(keys, IN_CHANGES).flatMap((key) => comparisonOf(key)(before, after));
}

function comparisonOf(key: SetProperty): Comparison {
  const meaning = MEANINGS[key];
  if (meaning.decides !== 'nothing') return meaning.changes;
  return neutralChanges(meaning.label, meaning.compared ?? ((set) => set[key]));
}

export type ShownProperty = Shown & { readonly title: string };

/** Form of a set in a report. */
export function shownProperties(set: ReportedProperties): readonly ShownProperty[] {
  const show = <Key extends DeployedProperty>(key: Key): readonly [Key, Shown | undefined] => {
    const { shown }: Property<Key> = DEPLOYED_PROPERTIES[key];
    return [key, shown(set[key])];
  };
  return sorted(KEYS, ON_PAGES)
    .map((key) => show(key))
    .flatMap(([key, form]) => (form === undefined ? [] : [{ title: titleOf(key), ...form }]));
}

function titleOf(key: DeployedProperty): string {
  const { label, title } = DEPLOYED_PROPERTIES[key];
  return title ?? label.slice(0, 1).toUpperCase() + label.slice(1);
}

function sorted<Key extends SetProperty>(
  keys: readonly Key[],
  order: Readonly<Record<Decision, number>>,
): readonly Key[] {
  return keys.toSorted((a, b) => order[MEANINGS[a].decides] - order[MEANINGS[b].decides]);
}
