import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { unknown } from '@pulumi/pulumi/output';

// Defaults that a sign-in depends on. Where a program leaves one out, azuread accepts the value that it finds in the directory, so
// a value that somebody changed would stay, and no preview would show it.

/** Settings of an application that proves its identity with a secret or a certificate only. */
export const CONFIDENTIAL = {
  fallbackPublicClientEnabled: false,
  deviceOnlyAuthEnabled: false,
} as const satisfies Partial<azuread.ApplicationArgs>;

/** Settings of a service principal that gets tokens without an assignment. */
export const OPEN = {
  accountEnabled: true,
  appRoleAssignmentRequired: false,
} as const satisfies Partial<azuread.ServicePrincipalArgs>;

/** Mark of the engine for a value that is not known yet, of whatever type. */
const UNKNOWN = unknown as unknown as string;

/**
 * First owner of what is made: the identity that deploys. A preview does not know it, since it may run as another one: an update by
 * its plan, as a pipeline makes it, is refused where a value is not the planned one.
 */
export function firstOwner(caller: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(caller).apply((id) => (pulumi.runtime.isDryRun() ? UNKNOWN : id));
}

/** Client id of Microsoft Graph, the same in every tenant. */
export const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000';

/**
 * Ids of Microsoft Graph's delegated permissions, the same in every tenant.
 * Source: https://learn.microsoft.com/graph/permissions-reference
 */
export const GRAPH_SCOPE_IDS = {
  openid: '37f7f235-527c-4136-accd-4a02d197296e',
  offline_access: '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
} as const;

/**
 * Object id of Microsoft Graph's service principal in the directory. It is looked up: `azuread.ServicePrincipal` with
 * `useExisting` would overwrite Microsoft's own object, and send a DELETE for it when the stack is destroyed.
 */
export function microsoftGraphObjectId(opts: pulumi.InvokeOutputOptions): pulumi.Output<string> {
  return azuread.getServicePrincipalOutput({ clientId: MICROSOFT_GRAPH }, opts).objectId;
}
