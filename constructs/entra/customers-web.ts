import * as pulumi from '@pulumi/pulumi';
import type { DirectoryType, SecretRotation } from '../../src/estate/sections/customers/customers';
import { ClientSecrets } from './client-secrets';
import type { CustomersApi } from './customers-api';
import { componentType, createCustomersApplication, optionalClaims } from './customers-application';
import { GRAPH_SCOPE_IDS, MICROSOFT_GRAPH } from './microsoft-graph';

export interface CustomersWebArgs {
  readonly directoryType: DirectoryType;
  /** Shown in the portal. Another one renames the application in place. */
  readonly displayName: string;
  /** Addresses to which sign-ins may come back: https, or http for localhost. In any order. */
  readonly redirectUris: readonly string[];
  /** True where an API gives its tokens claims, which an external tenant alone has. @default false */
  readonly hasMappedClaims?: boolean;
  /** APIs that it calls: it asks for all scopes of each. */
  readonly apis: readonly CustomersApi[];
  /** @default the secrets that it has stay, and none is made */
  readonly secretRotation?: Pick<SecretRotation, 'start' | 'periodDays'>;
  /** Decides which client secret is the current one. */
  readonly now: Date;
  /** Object id of the identity that deploys. */
  readonly owner: pulumi.Input<string>;
}

/** Claims that the web shows of a person, and the time at which the person proved who they are. */
const CLAIMS = ['auth_time', 'email', 'family_name', 'given_name'];

/**
 * The web application of the customers: it signs people in by the code flow, and calls the API for them. With its service
 * principal and its client secrets.
 */
export class CustomersWeb extends pulumi.ComponentResource {
  /** Client id (appId), with which it signs people in. */
  readonly clientId: pulumi.Output<string>;
  /** The same, once its service principal is there too. */
  readonly enterpriseClientId: pulumi.Output<string>;
  /** Object id of its service principal, which consents name. */
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** Its client secrets, of which one is current. Absent where the application keeps those that it has. */
  readonly clientSecrets?: ClientSecrets;

  constructor(name: string, args: CustomersWebArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentType(args.directoryType, 'WebApplication'), name, {}, opts);
    const { directoryType, displayName, owner, hasMappedClaims = false, secretRotation: rotation, now } = args;
    const { application, servicePrincipal } = createCustomersApplication(
      name,
      { directoryType, displayName, owner, hasMappedClaims, settings: settingsOf(args) },
      { parent: this },
    );
    this.clientId = application.clientId;
    this.enterpriseClientId = servicePrincipal.clientId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    if (rotation !== undefined) {
      const secrets = { applicationId: application.id, rotation, now };
      this.clientSecrets = new ClientSecrets(`${name}-secrets`, secrets, { parent: this });
    }
    this.registerOutputs({ clientId: this.clientId });
  }
}

function settingsOf({ directoryType, apis, redirectUris }: CustomersWebArgs) {
  return {
    web: {
      // Here and not in an ApplicationRedirectUris: the next update of the application would take those away.
      redirectUris: redirectUris.toSorted(),
      implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
    },
    requiredResourceAccesses: [
      { resourceAppId: MICROSOFT_GRAPH, resourceAccesses: Object.values(GRAPH_SCOPE_IDS).map(delegated) },
      ...apis.map((api) => ({
        resourceAppId: api.clientId,
        resourceAccesses: api.scopes.map(({ id }) => delegated(id)),
      })),
    ],
    ...optionalClaims(directoryType, 'idTokens', CLAIMS),
  };
}

/** A permission that the application uses for the person who signed in. */
function delegated(id: string) {
  return { id, type: 'Scope' };
}
