import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { createApplication, MICROSOFT_GRAPH, microsoftGraphObjectId } from './applications';
import type { LeaversTrust } from '../../src/estate/sections/workforce/watch';

export interface LeaversReaderArgs {
  readonly displayName: string;
  /** The role that the function has; AWS names it in the tokens that it signs. */
  readonly trust: LeaversTrust;
  /** Object id of the application's owner: who deploys. */
  readonly owner: pulumi.Input<string>;
}

/** User.Read.All, to be had without a user. The same id in every tenant: Microsoft Graph permissions reference. */
const READ_USERS = 'df021288-bdef-4463-88db-98f22de89214';

/**
 * The application as which a function in AWS reads who exists in the tenant. It has no secret: it trusts one role of one
 * account, which AWS attests. Source: Microsoft Entra Workload ID, 'Workload identity federation'.
 */
export class LeaversReader extends pulumi.ComponentResource {
  /** Client id (appId), with which the function signs in. */
  readonly clientId: pulumi.Output<string>;

  constructor(name: string, args: LeaversReaderArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:LeaversReader', name, {}, opts);
    const { displayName, owner, trust } = args;
    const { application, servicePrincipal: principal } = createApplication(
      name,
      {
        ...{ displayName, owner },
        signInAudience: 'AzureADMyOrg',
        requiredResourceAccesses: [
          { resourceAppId: MICROSOFT_GRAPH, resourceAccesses: [{ id: READ_USERS, type: 'Role' }] },
        ],
      },
      this,
    );
    new azuread.ApplicationFederatedIdentityCredential(
      `${name}-trust`,
      {
        applicationId: application.id,
        displayName: trust.name,
        description: 'The function that looks for leavers, by its role in AWS',
        issuer: trust.issuer,
        subject: trust.subject,
        audiences: [...trust.audiences],
      },
      { parent: this },
    );
    new azuread.AppRoleAssignment(
      `${name}-read-users`,
      {
        appRoleId: READ_USERS,
        principalObjectId: principal.objectId,
        resourceObjectId: microsoftGraphObjectId({ parent: this }),
      },
      { parent: this },
    );
    this.clientId = application.clientId;
    this.registerOutputs({ clientId: this.clientId });
  }
}
