import type { FoundFlow } from '../../estate/records/flow-properties';
import type { ApplicationTrust, ClaimsPolicy, FoundApplication, SamlApplication } from './trust-facts';
import type { DirectoryGroup, ProvisioningJob, RoleAssignment, SignInPolicy, UserMapping } from './workforce-facts';
import type { ObjectId } from '../../estate/source/ids';
import type { Reading } from '../reading';

// What a directory has, whoever made it: enough to write an estate, and to have Pulumi take it over.

export interface TenantGroup extends DirectoryGroup {
  /** Object ids of the groups in it. */
  readonly nested: readonly ObjectId[];
  /** True if it has members other than groups. */
  readonly hasDirectMembers: boolean;
  /** Groups of its display name, itself among them. */
  readonly namesakes: number;
}

export interface TenantJob extends Pick<ProvisioningJob, 'id' | 'templateId' | 'isRunning'> {
  /** Mappings of users that differ from the template's; one without an attribute stands for a mapping that is gone as well. */
  readonly mappings: readonly Pick<UserMapping, 'target' | 'attribute'>[];
}

/** Way to AWS that a tenant of the organization's own people has. */
export interface WorkforceTenant {
  readonly tenantId: string;
  readonly application: SamlApplication;
  /** Permissions of the application, and who may do it through it. */
  readonly trust: ApplicationTrust;
  readonly assignments: readonly RoleAssignment[];
  /** Groups that are assigned, or left out by a policy. */
  readonly groups: readonly TenantGroup[];
  readonly claims: Reading<readonly ClaimsPolicy[]>;
  readonly jobs: Reading<readonly TenantJob[]>;
  readonly policies: Reading<readonly SignInPolicy[]>;
}

/** Consent of an administrator for everybody. */
export interface TenantGrant {
  readonly id: string;
  readonly clientId: ObjectId;
  readonly resourceId: ObjectId;
}

/** Directory of an organization's customers. */
export interface CustomersTenant {
  readonly tenantId: string;
  readonly type: 'b2c' | 'external-id';
  /** `contoso.onmicrosoft.com`. */
  readonly initialDomain: Reading<string>;
  readonly applications: readonly FoundApplication[];
  /** Permissions of the applications that are imported, and who may do it through them. */
  readonly trusts: ReadonlyMap<ObjectId, ApplicationTrust>;
  readonly flows: readonly FoundFlow[];
  readonly grants: Reading<readonly TenantGrant[]>;
  readonly policies: Reading<readonly SignInPolicy[]>;
  /** Service principal of Microsoft Graph in this directory. */
  readonly microsoftGraph: ObjectId | undefined;
}
