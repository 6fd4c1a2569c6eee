import { isDeepStrictEqual } from 'node:util';
import { isManagedPolicy } from '../policy-power';
import { isObject } from '../../../source/located';
import type { PermissionSetEntry } from '../schema';
import { managedPolicyArn, type PermissionSet } from '../../estate';
import { DEFAULT_SESSION, INLINE_POLICY_CHARACTERS } from '../../limits';
import { deployedDocument } from '../policy-document';
import { durationWords } from '../../durations';
import { compareText } from '../../../source/finding';
import {
  boundaryChanges,
  boundaryName,
  type Comparison,
  customerPolicyChanges,
  type Detail,
  inlinePolicyChanges,
  managedPolicyChanges,
  neutralChanges,
  pathAndName,
  sessionChanges,
} from './policy-changes';

/** Keys of a permission set, besides its names and what the checks are told. */
export type SetProperty = Exclude<keyof PermissionSet, 'at' | 'name' | 'previousNames' | 'copyOf' | 'acknowledgements'>;
/** Keys that IAM Identity Center has. */
export type DeployedProperty = Exclude<SetProperty, 'grantable'>;

/** Properties that the estate, the service and a report have in the same words. */
interface PlainProperties {
  readonly description?: string;
  readonly sessionDuration: string;
  readonly relayState?: string;
}

/** Properties of a permission set as the service has them. */
export interface DeployedProperties extends PlainProperties {
  /** ARNs. */
  readonly managedPolicies: readonly string[];
  /** Path and name: `/identity/WorkforceBoundary`. */
  readonly customerManagedPolicies: readonly string[];
  /** The document; absent where there is none. */
  readonly inlinePolicy?: unknown;
  /** An ARN of a managed policy, or path and name of a customer managed one. */
  readonly permissionsBoundary?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Properties of a permission set as a report has them. */
export interface ReportedProperties extends PlainProperties {
  readonly managedPolicies: readonly string[];
  /** Path and name: `/claims/ClaimsDeveloper`. */
  readonly customerManagedPolicies: readonly string[];
  readonly inlinePolicy?: { readonly file?: string; readonly document: unknown };
  readonly permissionsBoundary?: string;
  /** `key=value`, in the order of the file. */
  readonly tags: readonly string[];
}

/** Form in which a report shows a property. */
export type Shown =
  /** Above the others, without a title. */
  | { readonly as: 'lead'; readonly text: string }
  | { readonly as: 'text'; readonly text: string }
  /** Names as AWS has them; nothing where there are none. */
  | { readonly as: 'names'; readonly names: readonly string[] }
  /** JSON, below the others, with the name of its file. */
  | { readonly as: 'document'; readonly document: unknown; readonly file: string | undefined };

/** Label of a property, and what of people's access it decides. */
export type Meaning = { readonly label: string } & (
  | {
      readonly decides: 'nothing';
      /** Value that is compared. @default the property as the estate has it */
      readonly compared?: (set: PermissionSet) => unknown;
    }
  | { readonly decides: 'actions' | 'session'; readonly changes: Comparison }
);

export type Property<Key extends DeployedProperty> = Meaning & {
  /** Value at the service once the set is deployed. */
  readonly deployed: (set: PermissionSet, partition: string) => DeployedProperties[Key] | undefined;
  /** Tells whether what is declared is there. @default both are equal */
  readonly isSame?: (declared: DeployedProperties[Key], found: DeployedProperties[Key]) => boolean;
  /** Entry of the estate file for the value of the service; undefined where none is needed. */
  readonly entry: (value: DeployedProperties[Key], partition: string) => PermissionSetEntry[Key];
  readonly reported: (set: PermissionSet) => ReportedProperties[Key] | undefined;
  readonly shown: (value: ReportedProperties[Key]) => Shown | undefined;
  /** Title in a report. @default the label */
  readonly title?: string;
};

type Names = readonly string[] | undefined;
const sameItems = (a: Names, b: Names): boolean => isDeepStrictEqual(a?.toSorted(), b?.toSorted());
const asNames = (names: readonly string[]): Shown => ({ as: 'names', names });

/** In the order of the schema. A property of `PermissionSet` that is missing here does not compile. */
export const DEPLOYED_PROPERTIES: { readonly [Key in DeployedProperty]: Property<Key> } = {
  description: {
    label: 'description',
    decides: 'nothing',
    ...asWritten('description'),
    entry: (text) => text,
    shown: (text) => (text === undefined ? undefined : { as: 'lead', text }),
  },
  sessionDuration: {
    label: 'session duration',
    title: 'Session',
    decides: 'session',
    changes: sessionChanges,
    deployed: ({ sessionDuration }) => sessionDuration.text,
    reported: ({ sessionDuration }) => sessionDuration.text,
    entry: (duration) => (duration === DEFAULT_SESSION ? undefined : duration),
    shown: (text) => ({ as: 'text', text: durationWords(text) }),
  },
  relayState: {
    label: 'relay state',
    decides: 'nothing',
    ...asWritten('relayState'),
    entry: (address) => address,
    shown: (address) => (address === undefined ? undefined : asNames([address])),
  },
  managedPolicies: {
    label: 'managed policies',
    title: 'AWS managed policies',
    decides: 'actions',
    changes: managedPolicyChanges,
    deployed: ({ managedPolicies }, partition) => managedPolicies.map((one) => managedPolicyArn(one, partition)),
    isSame: sameItems,
    entry: (arns, partition) => unlessEmpty(arns.map((arn) => policyName(arn, partition)).toSorted(compareText)),
    reported: ({ managedPolicies }) => managedPolicies,
    shown: asNames,
  },
  customerManagedPolicies: {
    label: 'customer managed policies',
    title: 'Customer-managed policies',
    decides: 'actions',
    changes: customerPolicyChanges,
    deployed: ({ customerManagedPolicies }) => customerManagedPolicies.map(pathAndName),
    isSame: sameItems,
    entry: (names) => unlessEmpty(names.map(referenceOf)),
    reported: ({ customerManagedPolicies }) => customerManagedPolicies.map(pathAndName),
    shown: asNames,
  },
  inlinePolicy: {
    label: 'inline policy',
    decides: 'actions',
    changes: inlinePolicyChanges,
    deployed: ({ inlinePolicy }) => inlinePolicy && deployedDocument(inlinePolicy.document, INLINE_POLICY_CHARACTERS),
    entry: (document) => (isObject(document) ? (document as PermissionSetEntry['inlinePolicy']) : undefined),
    reported: ({ inlinePolicy }) =>
      inlinePolicy && {
        ...(inlinePolicy.kind === 'file' && { file: inlinePolicy.file }),
        document: inlinePolicy.document,
      },
    shown: (policy) => policy && { as: 'document', document: policy.document, file: policy.file },
  },
  permissionsBoundary: {
    label: 'permissions boundary',
    decides: 'actions',
    changes: boundaryChanges,
    deployed: ({ permissionsBoundary: boundary }, partition) => {
      if (boundary === undefined) return undefined;
      return boundary.kind === 'managed' ? managedPolicyArn(boundary.policy, partition) : pathAndName(boundary.policy);
    },
    entry: (policy, partition) => {
      if (policy === undefined) return undefined;
      return policy.startsWith('arn:')
        ? { managedPolicy: policyName(policy, partition) }
        : { customerManagedPolicy: referenceOf(policy) };
    },
    reported: ({ permissionsBoundary: boundary }) => boundary && boundaryName(boundary),
    shown: (policy) => (policy === undefined ? { as: 'text', text: 'none' } : asNames([policy])),
  },
  tags: {
    label: 'tags',
    decides: 'nothing',
    deployed: ({ tags }) => Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    // A stack's own tags come to its resources as well.
    isSame: (declared, found) => Object.entries(declared).every(([key, value]) => found[key] === value),
    entry: (tags) => {
      const own = Object.entries(tags).filter(([key]) => !isSystemTag(key));
      return own.length === 0 ? undefined : Object.fromEntries(own);
    },
    reported: ({ tags }) => tags.map(({ key, value }) => `${key}=${value}`),
    shown: asNames,
  },
};

/** Properties that the estate alone has. A property of `PermissionSet` that is missing here does not compile. */
export const GUARD_RAILS: Readonly<Record<Exclude<SetProperty, DeployedProperty>, Meaning>> = {
  grantable: { label: 'guard rail (grantable)', decides: 'nothing', compared: guardRail },
};

function asWritten<Key extends 'description' | 'relayState'>(key: Key) {
  const read = (set: PermissionSet): PlainProperties[Key] | undefined => set[key];
  return { deployed: read, reported: read };
}

/** Content of a set's guard rail, without its place. */
function guardRail({ grantable }: PermissionSet): unknown {
  if (grantable === undefined) return null;
  const bare = (selectors: readonly { readonly at: unknown }[] = []): unknown =>
    selectors.map((selector) => ({ ...selector, at: null }));
  const { groups = null, accounts } = grantable;
  return { groups, include: bare(accounts?.include), exclude: bare(accounts?.exclude) };
}

/** AWS writes tags of its own, such as the name of the stack that made a set; only AWS may set them. */
export function isSystemTag(key: string): boolean {
  return /^aws:/i.test(key);
}

/** An AWS managed policy by its name, as the estate has it; any other ARN, and one of a policy newer than the list, as it is. */
function policyName(arn: string, partition: string): string {
  const prefix = `arn:${partition}:iam::aws:policy/`;
  const name = arn.slice(prefix.length);
  return arn.startsWith(prefix) && isManagedPolicy(name) ? name : arn;
}

/** Name and path of a policy from both as one text; a path that is the default is left out. */
export function referenceOf(policy: string): { name: string; path?: string } {
  const cut = policy.lastIndexOf('/') + 1;
  const [path, name] = [policy.slice(0, cut), policy.slice(cut)];
  return path === '/' ? { name } : { name, path };
}

function unlessEmpty<Item>(items: Item[]): Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

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
