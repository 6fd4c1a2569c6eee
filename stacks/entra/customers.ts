import * as azuread from '@pulumi/azuread';
import type * as pulumi from '@pulumi/pulumi';
import { B2cAdminConsent } from '../../constructs/entra/b2c-admin-consent';
import { B2cApiApplication } from '../../constructs/entra/b2c-api-application';
import { B2cUserFlows } from '../../constructs/entra/b2c-user-flows';
import { B2cWebApplication } from '../../constructs/entra/b2c-web-application';
import { GraphProvider } from '../../constructs/graph/provider';
import type { ManualStep } from '../../constructs/graph/user-flow';
import { authorityOf, type Customers, type FlowUse, redirectUrisOf } from '../../model/customers';
import type { Estate } from '../../model/estate';
import { type ProgramContext, sectionOf } from './program';

/** A user flow, as an application is configured with it. */
export interface FlowOutput {
  /** `B2C_1_signupsignin1`. */
  readonly id: string;
  /** Prefix of its endpoints. */
  readonly authority: string;
  /** Its OpenID Connect discovery document. */
  readonly metadataUrl: string;
}

/** What the customers program leaves for others to read with `pulumi stack output`. */
export interface CustomersOutputs {
  readonly tenantId: string;
  readonly apiClientId: pulumi.Output<string>;
  readonly webClientId: pulumi.Output<string>;
  /** Client secret of the web application; a secret. */
  readonly clientSecret: pulumi.Output<string>;
  /** When it ends. A deployment in the next period makes the next one, while this one lives on for a whole period. */
  readonly clientSecretExpires: string;
  /** By what the applications use them for. */
  readonly userFlows: Readonly<Partial<Record<FlowUse, FlowOutput>>>;
  /** Full names of the API's scopes, sorted. */
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** What a person still has to do in the portal, by id of the user flow. */
  readonly pendingManualSteps: Readonly<Record<string, pulumi.Output<readonly ManualStep[]>>>;
  readonly [name: string]: unknown;
}

/** The customers program: the applications and the user flows of the B2C directory. */
export function customers(estate: Estate, { now }: ProgramContext): CustomersOutputs {
  const section = sectionOf(estate, 'customers');
  const { apiApplication, webApplication } = section;
  const owner = azuread.getClientConfigOutput().objectId;
  const redirectUris = redirectUrisOf(webApplication);

  const api = new B2cApiApplication('api', { ...apiApplication, owner });
  const secretRotation = webApplication.clientSecret;
  const { displayName } = webApplication;
  const web = new B2cWebApplication('web', { displayName, redirectUris, api, secretRotation, now, owner });
  new B2cAdminConsent('consent', { web, api });
  const flows = new B2cUserFlows(
    'flows',
    { flows: section.userFlows, manualSteps: section.manualSteps },
    { providers: [new GraphProvider('graph')] },
  );

  return {
    tenantId: section.tenantId,
    apiClientId: api.clientId,
    webClientId: web.clientId,
    clientSecret: web.clientSecrets.current,
    clientSecretExpires: web.clientSecrets.expires,
    userFlows: flowOutputs(section),
    scopes: api.scopes.map(({ fullName }) => fullName),
    redirectUris: redirectUris.toSorted(),
    pendingManualSteps: flows.pendingManualSteps,
  };
}

function flowOutputs(section: Customers): CustomersOutputs['userFlows'] {
  const entries = section.userFlows.map(({ id, use }): readonly [FlowUse, FlowOutput] => {
    const authority = authorityOf(section, id);
    return [use, { id, authority, metadataUrl: `${authority}/v2.0/.well-known/openid-configuration` }];
  });
  return Object.fromEntries(entries);
}
