import * as azuread from '@pulumi/azuread';
import type * as pulumi from '@pulumi/pulumi';

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
