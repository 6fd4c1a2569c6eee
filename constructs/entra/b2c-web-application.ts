import * as pulumi from '@pulumi/pulumi';
import type { SecretRotation } from '../../model/customers';
import type { B2cApiApplication } from './b2c-api-application';
import { createB2cApplication } from './b2c-application';
import { ClientSecrets } from './client-secrets';
import { GRAPH_SCOPE_IDS, MICROSOFT_GRAPH } from './microsoft-graph';

export interface B2cWebApplicationArgs {
  /** Shown in the portal. Another one renames the application in place. */
  readonly displayName: string;
  /** Where sign-ins may come back to: https, or http for localhost. In any order. */
  readonly redirectUris: readonly string[];
  /** What it calls: it asks for all scopes of the API. */
  readonly api: B2cApiApplication;
  readonly secretRotation: Pick<SecretRotation, 'start' | 'periodDays'>;
  /** Decides which client secret is the current one. */
  readonly now: Date;
  /** Object id of the identity that deploys. */
  readonly owner: pulumi.Input<string>;
}

/**
 * The web application of a B2C directory: it signs people in by the code flow, and calls the API for them. With its service
 * principal and its client secrets.
 */
export class B2cWebApplication extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  readonly clientSecrets: ClientSecrets;

  constructor(name: string, args: B2cWebApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:B2cWebApplication', name, {}, opts);
    const { displayName, owner, secretRotation: rotation, now } = args;
    const { application, servicePrincipal } = createB2cApplication(
      name,
      { displayName, owner, settings: settingsOf(args) },
      { parent: this },
    );
    this.clientId = application.clientId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    const secrets = { applicationId: application.id, rotation, now };
    this.clientSecrets = new ClientSecrets(`${name}-secrets`, secrets, { parent: this });
    this.registerOutputs({ clientId: this.clientId });
  }
}

function settingsOf({ api, redirectUris }: B2cWebApplicationArgs) {
  return {
    web: {
      // Here and not in an ApplicationRedirectUris: the next update of the application would take those away.
      redirectUris: redirectUris.toSorted(),
      implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
    },
    requiredResourceAccesses: [
      { resourceAppId: MICROSOFT_GRAPH, resourceAccesses: Object.values(GRAPH_SCOPE_IDS).map(delegated) },
      { resourceAppId: api.clientId, resourceAccesses: api.scopes.map(({ id }) => delegated(id)) },
    ],
  };
}

/** A permission that the application uses for the person who signed in. */
function delegated(id: string) {
  return { id, type: 'Scope' };
}
