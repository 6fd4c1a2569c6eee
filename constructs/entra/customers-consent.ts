import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { DirectoryType } from '../../src/estate/sections/customers/customers';
import type { CustomersApi } from './customers-api';
import { componentType } from './customers-application';
import type { CustomersWeb } from './customers-web';
import { GRAPH_SCOPE_IDS, microsoftGraphObjectId } from './microsoft-graph';

export interface CustomersConsentArgs {
  readonly directoryType: DirectoryType;
  /** Application that is granted the scopes. */
  readonly web: CustomersWeb;
  /**
   * APIs of which all scopes are granted, by the name of the grant; Microsoft Graph's `openid` and `offline_access`
   * besides.
   */
  readonly apis: Readonly<Record<string, CustomersApi>>;
}

/**
 * Consent of an administrator, for everybody: customers can't give their own. One grant for each resource with all its scopes,
 * since Graph takes no second one for the same client and resource.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant. Needs `DelegatedPermissionGrant.ReadWrite.All`.
 */
export class CustomersConsent extends pulumi.ComponentResource {
  constructor(
    name: string,
    { directoryType, web, apis }: CustomersConsentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(componentType(directoryType, 'AdminConsent'), name, {}, opts);
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
    for (const [resource, api] of Object.entries(apis)) {
      grant(
        resource,
        api.servicePrincipalObjectId,
        api.scopes.map(({ value }) => value),
      );
    }
    this.registerOutputs({});
  }
}
