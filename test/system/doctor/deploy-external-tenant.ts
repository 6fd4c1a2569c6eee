import { secretPeriodsAt } from '../../../constructs/entra/periods';
import { openDirectory } from '../../../src/clouds/graph/directory';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import type { JsonObject } from '../../../apps/emulator/graph/json';
import { type Customers, redirectUrisOf } from '../../../src/estate/sections/customers/customers';
import { authenticationEventsFlow, EventsFlowInputs } from '../../../provider/events-flow/events-flow';
import { type Call, idOf } from '../../support/apps/emulator/support/client';
import {
  create,
  GRAPH_PRINCIPAL,
  makeOwner,
  register,
  type Registered,
  scope,
} from '../apps/emulator/support/use-emulator';
import { addSecret } from './deploy-customers';

export interface DeployedExternalTenant {
  readonly api: Registered;
  readonly stepUp: Registered;
  readonly web: Registered;
  readonly policyPath: string;
  readonly flowPath: string;
  /** Of the scopes with a second factor. */
  readonly stepUpGrant: string;
}

type Stand = { readonly emulator: GraphEmulator; readonly call: Call };

/** Makes in the stand-in of an external tenant what the customers program registers. */
export async function deployExternalTenant(
  { emulator, call }: Stand,
  customers: Customers,
  now: Date,
): Promise<DeployedExternalTenant> {
  const { apiApplication, webApplication, stepUp } = customers;
  if (stepUp === undefined) throw new Error('the estate has no second factor');
  const common = { signInAudience: 'AzureADMyOrg' };
  const registerApi = (declared: typeof apiApplication | typeof stepUp, scopes: readonly string[]) =>
    register(call, {
      ...common,
      displayName: declared.displayName,
      identifierUris: [declared.identifierUri],
      api: { oauth2PermissionScopes: scopes.map((value) => scope(value)) },
    });
  const api = await registerApi(apiApplication, ['Accounts.Read']);
  const second = await registerApi(stepUp, stepUp.scopes);
  const web = await register(call, {
    ...common,
    displayName: webApplication.displayName,
    web: { redirectUris: [...redirectUrisOf(webApplication)] },
  });
  for (const made of [api, second, web]) await makeOwner(call, made, emulator);
  const { current } = secretPeriodsAt(webApplication.clientSecret, now);
  await addSecret(call, web, { displayName: 'current', endDate: current.endDate });
  const grant = async (resourceId: string, granted: readonly string[]): Promise<string> => {
    const body = { clientId: web.principalId, resourceId, consentType: 'AllPrincipals', scope: granted.join(' ') };
    return `/v1.0/oauth2PermissionGrants/${idOf(await create(call, '/v1.0/oauth2PermissionGrants', body))}`;
  };
  await grant(api.principalId, ['Accounts.Read']);
  await grant(GRAPH_PRINCIPAL, ['openid', 'offline_access']);
  return {
    api,
    stepUp: second,
    web,
    stepUpGrant: await grant(second.principalId, stepUp.scopes),
    policyPath: await createPolicy(call, policyFor(stepUp.policy, second.appId)),
    flowPath: await createFlow(emulator, customers, web.appId),
  };
}

export function policyFor(displayName: string, appId: string): JsonObject {
  return {
    displayName,
    state: 'enabled',
    conditions: {
      clientAppTypes: ['all'],
      applications: { includeApplications: [appId] },
      users: { includeUsers: ['All'], excludeUsers: [] },
    },
    grantControls: { operator: 'OR', builtInControls: ['mfa'] },
  };
}

async function createPolicy(call: Call, policy: JsonObject): Promise<string> {
  return `${POLICIES}/${idOf(await create(call, POLICIES, policy))}`;
}

const POLICIES = '/v1.0/identity/conditionalAccess/policies';

async function createFlow(emulator: GraphEmulator, customers: Customers, webId: string): Promise<string> {
  const { tenantId, userFlows } = customers;
  const [flow] = userFlows;
  if (flow === undefined) throw new Error('the estate has no user flow');
  const directory = openDirectory('customers', tenantId, emulator.env);
  const inputs = EventsFlowInputs.parse({
    displayName: flow.id,
    isSignUpAllowed: true,
    identityProviders: flow.identityProviders,
    attributes: flow.attributes.map(({ id, optional }) => ({ attribute: id, isOptional: optional })),
    applications: [webId],
  });
  const { id } = await authenticationEventsFlow.create(inputs, directory.context);
  directory.close();
  return `/v1.0/identity/authenticationEventsFlows/${id}`;
}
