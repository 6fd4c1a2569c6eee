import type { Issue, Path } from '../source/finding';
import type { Output } from '../source/located';
import type { NameSet } from '../../text/suggest';
import type { AccessEntry, CustomerManagedPolicyEntry } from './access/schema';
import type { Azure } from './azure/schema';
import type { Customers, CustomersParts } from './customers/customers';
import type { Emergency } from './emergency/emergency';
import type { HostingEntry } from './hosting/schema';
import type { PipelineEntry } from './pipeline/schema';
import type { Workforce } from './workforce/workforce';

export type { UserHolder } from './access/grant-schema';
export type { Holder } from './access/holder';
export type { PermissionsBoundary } from './access/schema';
export type { Selector } from './access/grant-schema';

/** A JSON object such as an IAM policy document. */
export type JsonObject = Readonly<Record<string, unknown>>;

type WrittenAccess = Output<typeof AccessEntry>;
type WrittenSet = WrittenAccess['permissionSets'][number];

/** AWS account that deploys IAM Identity Center. */
export type DeployFrom = WrittenAccess['deployFrom'];
export type CustomerManagedPolicy = Output<typeof CustomerManagedPolicyEntry>;

/** An IAM policy document and where it was written: in the estate file, or in a file of its own. */
export type InlinePolicy =
  | { readonly kind: 'inline'; readonly document: JsonObject }
  | { readonly kind: 'file'; readonly file: string; readonly document: JsonObject };

export type Grant = WrittenAccess['grants'][number];
/** The union of `include` less the union of `exclude`. */
export type Selection = Grant['accounts'];
/** A rule of the policy checks that is broken on purpose, and why. */
export type Acknowledgement = Grant['acknowledgements'][number];
/** An account that no grant reaches for now, and why. */
export type ExcludedAccount = WrittenAccess['excludedAccounts'][number];
/** An attribute for access control (ABAC): a session tag taken from the user's record. */
export type AccessControlAttribute = WrittenAccess['attributes'][number];

/** Settings of the instance of IAM Identity Center that its administrators make. */
export type IdentityCenterSettings = NonNullable<WrittenAccess['identityCenter']>;

/** An application of IAM Identity Center, and the groups that may use it. */
export type Application = WrittenAccess['applications'][number];

/** Access that others manage: it does not count as drift. */
export type ManagedElsewhere = WrittenAccess['managedElsewhere'];

/** A permission set whose policy has been read. */
export type PermissionSet = Omit<WrittenSet, 'inlinePolicy' | 'inlinePolicyFile'> & {
  readonly inlinePolicy?: InlinePolicy;
  /** Name of the set in the file whose copy for the management account this is. @default it is in the file itself */
  readonly copyOf?: string;
};

type WrittenEntry = NonNullable<WrittenAccess['policies']>[number];

/** A customer-managed policy of the estate, which comes to the accounts before permission sets refer to it. */
export interface OwnPolicy extends Pick<WrittenEntry, 'at' | 'name' | 'path' | 'description'> {
  readonly kind: 'own';
  readonly document: InlinePolicy;
  readonly accounts: Selection;
}

/** A customer-managed policy that somebody else keeps in the accounts, and why. */
export interface ForeignPolicy extends Pick<WrittenEntry, 'at' | 'name' | 'path' | 'description'> {
  readonly kind: 'elsewhere';
  readonly reason: string;
  /** @default every account */
  readonly accounts?: Selection;
}

export type AccessPolicy = OwnPolicy | ForeignPolicy;

export type Access = Omit<WrittenAccess, 'permissionSets' | 'policies'> & {
  readonly permissionSets: readonly PermissionSet[];
  /** Absent where the estate says nothing of the policies that its sets refer to. */
  readonly policies?: readonly AccessPolicy[];
  /** Exceptions whose last day is over: they give nothing, and their assignments keep their places. @default none */
  readonly endedGrants?: readonly Grant[];
};

/** The typed content of `estate.yaml`. A section that the file lacks is undefined, and its stacks are not built. */
export interface Estate {
  /** Name of the estate's folder, and the prefix of its stacks' names. */
  readonly name: string;
  /** Groups of people at work, and their way to AWS. */
  readonly workforce?: Workforce;
  /** Permission sets, and who holds them in which accounts. */
  readonly access?: Access;
  /** Absent where there is no way to AWS besides IAM Identity Center. */
  readonly emergency?: Emergency;
  /** Applications and user flows of the customers' directory. */
  readonly customers?: Customers;
  /** Pulumi's state, and the identities that deploy. */
  readonly azure?: Azure;
  /** The pipeline that plans and deploys, and its roles in AWS. */
  readonly pipeline?: Output<typeof PipelineEntry>;
  /** The application of the customers, hosted on AWS. */
  readonly hosting?: Output<typeof HostingEntry>;
  /** Names of items that were set aside as faulty, so that a reference to one is not reported as dangling too. */
  readonly setAside: { readonly permissionSets: NameSet; readonly groups: NameSet; readonly policies: NameSet };
}

/** An estate file as far as it could be read. */
export interface ParsedEstate {
  readonly estate: Estate;
  /** Parts of the customers' section that could be read; the estate has it only if it is whole. */
  readonly customers?: CustomersParts;
  readonly issues: readonly Issue[];
  /** Tells whether something at this place, around it or below it was set aside as faulty. */
  readonly isSetAside: (path: Path) => boolean;
}

/** AWS managed policy ARN from a name (`job-function/ViewOnlyAccess`) or an ARN, in the instance's partition. */
export function managedPolicyArn(policy: string, partition: string): string {
  return policy.startsWith('arn:') ? policy : `arn:${partition}:iam::aws:policy/${policy}`;
}
