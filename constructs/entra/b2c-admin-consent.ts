import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { B2cApiApplication } from './b2c-api-application';
import type { B2cWebApplication } from './b2c-web-application';
import { GRAPH_SCOPE_IDS, microsoftGraphObjectId } from './microsoft-graph';

export interface B2cAdminConsentArgs {
  /** Who is granted the scopes. */
  readonly web: B2cWebApplication;
  /** Whose scopes are granted, all of them; Microsoft Graph's `openid` and `offline_access` besides. */
  readonly api: B2cApiApplication;
}

/**
 * Consent of an administrator, for everybody: people in a B2C directory can't give their own. One grant for each resource with
 * all its scopes, since Graph takes no second one for the same client and resource.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant. Needs `DelegatedPermissionGrant.ReadWrite.All`.
 */
export class B2cAdminConsent extends pulumi.ComponentResource {
  constructor(name: string, { web, api }: B2cAdminConsentArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:B2cAdminConsent', name, {}, opts);
    const grant = (resource: string, to: pulumi.Input<string>, claimValues: readonly string[]) =>
      new azuread.ServicePrincipalDelegatedPermissionGrant(
        `${name}-${resource}`,
        {
          servicePrincipalObjectId: web.servicePrincipalObjectId,
          resourceServicePrincipalObjectId: to,
          claimValues: claimValues.toSorted(),
        },
        { parent: this },
      );
    grant('microsoft-graph', microsoftGraphObjectId({ parent: this }), Object.keys(GRAPH_SCOPE_IDS));
    grant(
      'api',
      api.servicePrincipalObjectId,
      api.scopes.map(({ value }) => value),
    );
    this.registerOutputs({});
  }
}
