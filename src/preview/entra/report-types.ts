import type { ApplicationValues } from '../../estate/records/application-values';
import type { ShownFlow } from '../../estate/records/flows';
import type { ReportApiConnector, ReportCustomExtension } from './call-types';
import type { ResourceKind } from './facts';
import type { PulumiKind } from '../../estate/plan/stacks/stacks';

/** Resources that the Pulumi programs of an estate would register, on one day. */
export interface EntraReport {
  /** The day in UTC, `2026-01-31`: which secret and which certificate is the current one goes by it. */
  readonly day: string;
  /** In the order of deployment. */
  readonly programs: readonly ReportProgram[];
}

/** Directories and the resource group of Azure that the estate names. */
export interface ReportClouds {
  readonly workforce?: ReportDirectory;
  readonly customers?: ReportDirectory;
  readonly azure?: { readonly resourceGroup: string; readonly location: string };
}

export interface ReportDirectory {
  readonly product: 'Entra ID' | 'Azure AD B2C' | 'Entra External ID';
  /** First label of the initial domain, where the estate has it. */
  readonly name?: string;
}

export interface ReportProgram {
  readonly program: PulumiKind;
  /** Name of its Pulumi stack. */
  readonly stack: string;
  /** Reason why it can't be deployed; then the lists are what it registered until then. */
  readonly failure?: string;
  /** Facts to know of the product behind the directory, in sentences. */
  readonly notes: readonly string[];
  /** Sorted by display name. */
  readonly applications: readonly ReportApplication[];
  /** Sorted by client and resource. */
  readonly consents: readonly ReportConsent[];
  /** Sorted by name. */
  readonly identityProviders: readonly ReportIdentityProvider[];
  /** Sorted by name. */
  readonly customAttributes: readonly ReportCustomAttribute[];
  /** Sorted by name. */
  readonly apiConnectors: readonly ReportApiConnector[];
  /** Sorted by name. */
  readonly customExtensions: readonly ReportCustomExtension[];
  /** Sorted by id. */
  readonly userFlows: readonly ReportUserFlow[];
  /** Sorted by name. */
  readonly groups: readonly ReportDirectoryGroup[];
  readonly provisioning: readonly ReportProvisioning[];
  /** Sorted by name. */
  readonly conditionalAccess: readonly ReportConditionalAccess[];
  /** Everything, sorted by key; components and lookups too. */
  readonly resources: readonly ReportResource[];
}

/** Values of an application that are there, by its record; its secrets and certificates are resources of their own. */
export interface ReportApplication extends Omit<Partial<ApplicationValues>, 'scopes' | 'secrets' | 'certificates'> {
  readonly name: string;
  /** `api`: defines scopes. `enterprise`: made from a template of the gallery, or of a non-gallery application. */
  readonly kind: 'api' | 'client' | 'enterprise';
  readonly identifierUris: readonly string[];
  readonly redirectUris: readonly string[];
  readonly notificationEmails: readonly string[];
  readonly scopes: readonly ReportScope[];
  /** Client secrets. Their values are known to the deployment alone. */
  readonly secrets: readonly ReportSecret[];
  /** Certificates that sign SAML answers. */
  readonly certificates: readonly ReportCertificate[];
  /** Names of the groups that are assigned to it, sorted. */
  readonly assignedGroups: readonly string[];
}

export type ReportScope = Omit<ApplicationValues['scopes'][number], 'id'>;

export interface ReportSecret {
  readonly name: string;
  /** Day in UTC; absent where only the deployment knows it. */
  readonly expires?: string;
}

export interface ReportCertificate {
  /** Subject. */
  readonly name: string;
  /** Day in UTC. */
  readonly expires?: string;
  /** True if it is the one that signs. */
  readonly isActive: boolean;
}

/** Consent that an administrator gives for everybody. */
export interface ReportConsent {
  readonly client: string;
  readonly resource: string;
  /** Sorted. */
  readonly scopes: readonly string[];
}

export interface ReportUserFlow extends ShownFlow {
  readonly id: string;
  /** Use by the applications, as the estate says. */
  readonly use?: string;
}

/** An identity provider that the program makes. Its secret is known to the deployment alone. */
export interface ReportIdentityProvider {
  readonly name: string;
  /** `Google`, `apple`, `openIdConnect`. */
  readonly kind: string;
  /** Client id, or the service of Apple. */
  readonly clientId?: string;
  /** Absent where the directory keeps the secret that it has. */
  readonly secretVersion?: string;
}

/** A user attribute that the program makes. */
export interface ReportCustomAttribute {
  readonly name: string;
  readonly dataType: string;
  readonly description: string;
}

export interface ReportDirectoryGroup {
  readonly name: string;
  readonly description?: string;
  /** `adopted`: it exists already and is only looked up. */
  readonly origin: 'created' | 'adopted';
  /** Rule that decides who is a member; absent where people are added. */
  readonly membershipRule?: string;
  /** User principal names, sorted; empty where whoever creates it owns it. */
  readonly owners: readonly string[];
  /** True if roles of Entra ID may be assigned to it. */
  readonly assignableToRoles: boolean;
  /** Groups that are members of it, sorted. */
  readonly nestedGroups: readonly string[];
  /** Applications that it is assigned to, sorted. */
  readonly assignedTo: readonly string[];
}

export interface ReportProvisioning {
  readonly application: string;
  readonly endpoint?: string;
  /** Template of the job. */
  readonly template: string;
  readonly isRunning: boolean;
  /** Mappings that differ from the template's. */
  readonly mappings: readonly ReportMapping[];
}

/** Conditional Access policy, and what it would mean. */
export interface ReportConditionalAccess {
  readonly name: string;
  readonly application: string;
  /** Otherwise it only reports. */
  readonly isEnforced: boolean;
  /** `mfa`, or an authentication strength. */
  readonly requires: string;
  /** `every 8 hours`; absent where the tenant's own holds. */
  readonly signInFrequency?: string;
  /** Groups that may sign in and are asked, sorted; `everybody` where no assignment is needed. */
  readonly covered: readonly string[];
  /** Groups whose members are not asked, also if they are in a group that is, sorted. */
  readonly excluded: readonly string[];
}

export interface ReportMapping {
  readonly target: string;
  readonly source: string;
}

export interface ReportResource {
  /** URN; unique in its program. */
  readonly key: string;
  readonly kind: ResourceKind;
  /** Type token: `azuread:index/group:Group`. */
  readonly type: string;
  /** Type in words: `group`. */
  readonly what: string;
  /** Name for people: the display name, where it has one. */
  readonly label: string;
  readonly component?: string;
  /** Keys of what it needs. */
  readonly dependsOn: readonly string[];
  /** Inputs as text, sorted by name; secrets are `[secret]`. */
  readonly inputs: readonly { readonly name: string; readonly value: string }[];
}

/** Differences from the base in the programs. */
export interface EntraChanges {
  /** Reason why nothing could be compared. */
  readonly notCompared?: string;
  readonly counts: {
    readonly created: number;
    readonly updated: number;
    readonly replaced: number;
    readonly deleted: number;
  };
  /** Stacks that the base deploys and head does not: nothing deletes them. In sentences. */
  readonly abandoned: readonly string[];
  /** The dangerous ones first. */
  readonly resources: readonly ResourceChange[];
}

export interface ResourceChange {
  readonly action: 'create' | 'update' | 'replace' | 'delete';
  readonly program: PulumiKind;
  readonly what: string;
  readonly label: string;
  readonly key: string;
  /** Inputs that differ; of a created or deleted resource, none. */
  readonly inputs: readonly InputChange[];
  /** Consequences that must not be overlooked, in sentences. */
  readonly dangers: readonly string[];
  /** Other facts to know of it, in sentences. */
  readonly notes: readonly string[];
}

export interface InputChange {
  /** `displayName`, `web.redirectUris`. */
  readonly name: string;
  /** Absent where the base has no such input. Of lists on both sides, here and in `after`, only the items that differ. */
  readonly before?: string;
  readonly after?: string;
  /** True if the provider can't change it in place. */
  readonly forcesReplacement: boolean;
}
