import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { unknown } from '@pulumi/pulumi/output';

export interface OwnApplicationArgs extends azuread.ApplicationArgs {
  readonly displayName: string;
  /**
   * Object id of the identity that deploys: it becomes the only owner when the application is made. Without an owner azuread takes
   * the caller out again by a request that fails where a replica lags, and `Application.ReadWrite.OwnedBy` would not do for the
   * next deployment.
   */
  readonly owner: pulumi.Input<string>;
}

/**
 * An application that proves its identity with a secret or a certificate only, and its service principal, which gets tokens without
 * an assignment; children `<name>-application` and `<name>-service-principal`. Defaults that a sign-in depends on are given: where
 * a program leaves one out, azuread accepts the value that it finds in the directory, and no preview shows it.
 */
export function createApplication(name: string, { owner, ...settings }: OwnApplicationArgs, parent: pulumi.Resource) {
  const owners = [firstOwner(owner)];
  // Who previews need not be who deploys, and must not show as another owner.
  const opts = { parent, ignoreChanges: ['owners'] };
  // A state that was lost must not lead to a second application of the name: it is to be imported. Azuread does not
  // escape the name in its search for one, at a new name too, so that it fails for a name with an apostrophe.
  const preventDuplicateNames = !settings.displayName.includes("'");
  // An application that was imported does not have it. Where it must go, it goes.
  const ignoreChanges = [...opts.ignoreChanges, ...(preventDuplicateNames ? ['preventDuplicateNames'] : [])];
  const confidential = { fallbackPublicClientEnabled: false, deviceOnlyAuthEnabled: false };
  const application = new azuread.Application(
    `${name}-application`,
    { ...settings, ...confidential, owners, preventDuplicateNames },
    { ...opts, ignoreChanges },
  );
  const servicePrincipal = new azuread.ServicePrincipal(
    `${name}-service-principal`,
    { clientId: application.clientId, owners, accountEnabled: true, appRoleAssignmentRequired: false },
    opts,
  );
  return { application, servicePrincipal };
}

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
