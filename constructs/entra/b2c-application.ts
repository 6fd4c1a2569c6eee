import * as azuread from '@pulumi/azuread';
import type * as pulumi from '@pulumi/pulumi';

export interface B2cApplicationArgs {
  readonly displayName: string;
  /**
   * Object id of the identity that deploys: it becomes the only owner when the application is made. Without an owner azuread takes the caller out again by a
   * request that fails where a replica lags, and `Application.ReadWrite.OwnedBy` would not do for the next deployment.
   */
  readonly owner: pulumi.Input<string>;
  /** Scopes that it defines. @default none */
  readonly scopes?: readonly azuread.types.input.ApplicationApiOauth2PermissionScope[];
  /** What else is particular to the application. */
  readonly settings: Pick<azuread.ApplicationArgs, 'identifierUris' | 'requiredResourceAccesses' | 'web'>;
}

export interface B2cApplication {
  readonly application: azuread.Application;
  readonly servicePrincipal: azuread.ServicePrincipal;
}

/**
 * An application for the customers of a B2C directory, with its service principal; children `<name>-application` and
 * `<name>-service-principal`.
 *
 * Source: https://learn.microsoft.com/azure/active-directory-b2c/application-types
 */
export function createB2cApplication(
  name: string,
  { displayName, owner, scopes = [], settings }: B2cApplicationArgs,
  { parent }: Pick<pulumi.CustomResourceOptions, 'parent'>,
): B2cApplication {
  // Who previews need not be who deploys, and must not show as another owner.
  const opts = { ...(parent !== undefined && { parent }), ignoreChanges: ['owners'] };
  const application = new azuread.Application(
    `${name}-application`,
    {
      ...settings,
      displayName,
      owners: [owner],
      signInAudience: 'AzureADandPersonalMicrosoftAccount',
      // Graph refuses the audience with version 1, which is azuread's default.
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [...scopes] },
      // A state that was lost must not lead to a second application of the name: it is to be imported. Azuread does not
      // escape the name in its search for one, so that it fails for a name with an apostrophe.
      preventDuplicateNames: !displayName.includes("'"),
    },
    opts,
  );
  const servicePrincipal = new azuread.ServicePrincipal(
    `${name}-service-principal`,
    { clientId: application.clientId, owners: [owner] },
    opts,
  );
  return { application, servicePrincipal };
}
