import * as pulumi from '@pulumi/pulumi';

export interface GetOwnersArgs {
  /** Object id of the application. */
  readonly applicationObjectId: pulumi.Input<string>;
  /** Object id of its service principal. */
  readonly servicePrincipalId: pulumi.Input<string>;
}

export interface GetOwnersResult {
  /** Object ids of those who own both; empty where no one does. */
  readonly objectIds: readonly string[];
}

/**
 * Looks up who owns an application and its service principal, both of them. With `Application.ReadWrite.OwnedBy` an identity
 * changes only what it owns, and Graph names no owner of what an application makes from a template. Needs `Application.Read.All`.
 */
export function getOwnersOutput(
  args: GetOwnersArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetOwnersResult> {
  return pulumi.runtime.invokeOutput('entragraph:index:getOwners', { ...args }, opts);
}
