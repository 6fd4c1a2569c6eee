import { isDeepStrictEqual } from 'node:util';
import { isManagedPolicy } from '../sections/access/aws-managed-policies';
import { isObject } from '../sections/access/policy-document';
import type { PermissionSetEntry } from '../sections/access/schema';
import type { CustomerManagedPolicy, PermissionSet } from '../sections/estate';
import { managedPolicyArn } from '../sections/estate';
import { DEFAULT_SESSION } from '../sections/limits';
import { compareText } from '../source/finding';

/** Keys of a permission set, besides its name and what the checks are told. */
export type SetProperty = Exclude<keyof PermissionSet, 'at' | 'name' | 'acknowledgements'>;
/** Keys that IAM Identity Center has. */
export type DeployedProperty = Exclude<SetProperty, 'grantable'>;

/** Properties of a permission set as the service has them. */
export interface DeployedProperties {
  readonly description?: string;
  readonly sessionDuration: string;
  readonly relayState?: string;
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

interface Property<Key extends DeployedProperty> {
  /** Name for people. */
  readonly label: string;
  /** Value at the service once the set is deployed. */
  readonly deployed: (set: PermissionSet, partition: string) => DeployedProperties[Key] | undefined;
  /** Entry of the estate file for the value of the service; undefined where none is needed. */
  readonly entry: (value: DeployedProperties[Key], partition: string) => PermissionSetEntry[Key];
  /** Tells whether what is declared is there. @default both are equal */
  readonly isSame?: (declared: DeployedProperties[Key], found: DeployedProperties[Key]) => boolean;
}

type Names = readonly string[] | undefined;
const sameItems = (a: Names, b: Names): boolean => isDeepStrictEqual(a?.toSorted(), b?.toSorted());

/** A property of `PermissionSet` that is missing here does not compile. */
export const DEPLOYED_PROPERTIES: { readonly [Key in DeployedProperty]: Property<Key> } = {
  description: { label: 'description', deployed: ({ description }) => description, entry: (text) => text },
  sessionDuration: {
    label: 'session duration',
    deployed: ({ sessionDuration }) => sessionDuration.text,
    entry: (duration) => (duration === DEFAULT_SESSION ? undefined : duration),
  },
  relayState: { label: 'relay state', deployed: ({ relayState }) => relayState, entry: (address) => address },
  managedPolicies: {
    label: 'managed policies',
    deployed: ({ managedPolicies }, partition) => managedPolicies.map((one) => managedPolicyArn(one, partition)),
    entry: (arns, partition) => unlessEmpty(arns.map((arn) => policyName(arn, partition)).toSorted(compareText)),
    isSame: sameItems,
  },
  customerManagedPolicies: {
    label: 'customer managed policies',
    deployed: ({ customerManagedPolicies }) => customerManagedPolicies.map(pathAndName),
    entry: (names) => unlessEmpty(names.map(referenceOf)),
    isSame: sameItems,
  },
  inlinePolicy: {
    label: 'inline policy',
    deployed: ({ inlinePolicy }) => inlinePolicy?.document,
    entry: (document) => (isObject(document) ? (document as PermissionSetEntry['inlinePolicy']) : undefined),
  },
  permissionsBoundary: {
    label: 'permissions boundary',
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
  },
  tags: {
    label: 'tags',
    deployed: ({ tags }) => Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    entry: (tags) => {
      const own = Object.entries(tags).filter(([key]) => !isSystemTag(key));
      return own.length === 0 ? undefined : Object.fromEntries(own);
    },
    // A stack's own tags come to its resources as well.
    isSame: (declared, found) => Object.entries(declared).every(([key, value]) => found[key] === value),
  },
};

const KEYS = Object.keys(DEPLOYED_PROPERTIES) as readonly DeployedProperty[];

/** A permission set as the service has it once it is deployed. */
export function deployedForm(set: PermissionSet, partition: string): Readonly<Record<DeployedProperty, unknown>> {
  const values = KEYS.map((key) => [key, DEPLOYED_PROPERTIES[key].deployed(set, partition)]);
  return Object.fromEntries(values) as Record<DeployedProperty, unknown>;
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

/** AWS writes tags of its own, such as the name of the stack that made a set; only AWS may set them. */
export function isSystemTag(key: string): boolean {
  return /^aws:/i.test(key);
}

/** Path and name of a customer managed policy: `/team/Operator`. */
export function pathAndName({ path, name }: CustomerManagedPolicy): string {
  return `${path}${name}`;
}

/** An AWS managed policy by its name, as the estate has it; any other ARN, and one of a policy newer than the list, as it is. */
function policyName(arn: string, partition: string): string {
  const prefix = `arn:${partition}:iam::aws:policy/`;
  const name = arn.slice(prefix.length);
  return arn.startsWith(prefix) && isManagedPolicy(name) ? name : arn;
}

function referenceOf(policy: string): { name: string; path?: string } {
  const cut = policy.lastIndexOf('/') + 1;
  const [path, name] = [policy.slice(0, cut), policy.slice(cut)];
  return path === '/' ? { name } : { name, path };
}

function unlessEmpty<Item>(items: Item[]): Item[] | undefined {
  return items.length === 0 ? undefined : items;
}
