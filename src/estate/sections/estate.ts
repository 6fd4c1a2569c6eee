import type { Azure } from './azure/azure';
import type { Customers } from './customers/customers';
import type { Emergency } from './emergency/emergency';
import type { Path } from '../source/finding';
import type { Hosting } from './hosting/hosting';
import type { Pipeline } from './pipeline/pipeline';
import type { NameSet } from '../source/suggest';
import type { Workforce } from './workforce/workforce';

/** A JSON object such as an IAM policy document. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Which AWS account deploys IAM Identity Center. */
export type DeployFrom = 'management' | 'delegated-admin';

export interface CustomerManagedPolicy {
  readonly name: string;
  /** `/` or `/team/`. */
  readonly path: string;
}

export type PermissionsBoundary =
  | { readonly kind: 'managed'; readonly policy: string }
  | { readonly kind: 'customer-managed'; readonly policy: CustomerManagedPolicy };

/** An IAM policy document and where it was written: in the estate file, or in a file of its own. */
export type InlinePolicy =
  | { readonly kind: 'inline'; readonly document: JsonObject }
  | { readonly kind: 'file'; readonly file: string; readonly document: JsonObject };

/** A rule of the policy checks that is broken on purpose, and why. */
export interface Acknowledgement {
  readonly at: Path;
  readonly rule: string;
  readonly reason: string;
}

/** One way to name accounts. `id` and an exact `name` are narrow; all others are broad. */
export type Selector =
  | { readonly kind: 'ou'; readonly at: Path; readonly ou: string; readonly descendants: boolean }
  | { readonly kind: 'id'; readonly at: Path; readonly id: string }
  | { readonly kind: 'name'; readonly at: Path; readonly name: string }
  | { readonly kind: 'tags'; readonly at: Path; readonly tags: readonly Tag[] }
  | { readonly kind: 'all'; readonly at: Path };

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The union of `include` less the union of `exclude`. */
export interface Selection {
  readonly include: readonly Selector[];
  readonly exclude: readonly Selector[];
}

export interface PermissionSet {
  readonly at: Path;
  readonly name: string;
  readonly description?: string;
  /** ISO 8601; `PT1H` unless the estate says otherwise. */
  readonly sessionDuration: string;
  readonly relayState?: string;
  /** Names or ARNs of AWS managed policies, as written. */
  readonly managedPolicies: readonly string[];
  readonly customerManagedPolicies: readonly CustomerManagedPolicy[];
  readonly inlinePolicy?: InlinePolicy;
  readonly permissionsBoundary?: PermissionsBoundary;
  readonly tags: readonly Tag[];
  readonly grantable?: { readonly groups?: readonly string[]; readonly accounts?: Selection };
  readonly acknowledgements: readonly Acknowledgement[];
}

export interface Grant {
  readonly at: Path;
  readonly group: string;
  readonly permissionSets: readonly string[];
  readonly accounts: Selection;
  readonly acknowledgements: readonly Acknowledgement[];
}

/** An attribute for access control (ABAC): a session tag taken from the user's record. */
export interface AccessControlAttribute {
  readonly at: Path;
  readonly key: string;
  readonly source: string;
}

export interface Access {
  readonly deployFrom: DeployFrom;
  readonly attributes: readonly AccessControlAttribute[];
  readonly permissionSets: readonly PermissionSet[];
  readonly grants: readonly Grant[];
}

/** The typed content of `estate.yaml`. A section that the file lacks is undefined, and its stacks are not built. */
export interface Estate {
  /** Name of the estate's folder, and the prefix of its stacks' names. */
  readonly name: string;
  readonly customers?: Customers;
  readonly workforce?: Workforce;
  readonly access?: Access;
  /** Absent where there is no way to AWS besides IAM Identity Center. */
  readonly emergency?: Emergency;
  readonly azure?: Azure;
  readonly pipeline?: Pipeline;
  readonly hosting?: Hosting;
  /** Names of items that were set aside as faulty, so that a reference to one is not reported as dangling too. */
  readonly setAside: { readonly permissionSets: NameSet; readonly groups: NameSet };
}

/** AWS managed policy ARN from a name (`job-function/ViewOnlyAccess`) or an ARN, in the instance's partition. */
export function managedPolicyArn(policy: string, partition: string): string {
  return policy.startsWith('arn:') ? policy : `arn:${partition}:iam::aws:policy/${policy}`;
}
