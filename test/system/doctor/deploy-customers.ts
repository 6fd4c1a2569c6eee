import type { GraphEmulator } from '../../../apps/emulator/graph';
import { setInPortal } from '../../../apps/emulator/graph/resources/user-flows/portal';
import { openDirectory } from '../../../src/clouds/graph/directory';
import { secretPeriodsAt } from '../../../constructs/entra/periods';
import { type Customers, redirectUrisOf } from '../../../src/estate/sections/customers/customers';
import { UserFlowInputs, withDefaults } from '../../../provider/user-flow/inputs';
import { userFlow } from '../../../provider/user-flow/user-flow';
import { type Call, idOf } from '../../support/apps/emulator/support/client';
import {
  create,
  GRAPH_PRINCIPAL,
  makeOwner,
  register,
  type Registered,
  scope,
} from '../apps/emulator/support/use-emulator';

export interface DeployedCustomers {
  readonly api: Registered;
  readonly web: Registered;
  /** Paths of the grants: of the API's scopes, and of Graph's. */
  readonly grants: readonly [string, string];
}

/** Makes in the B2C directory's stand-in what the customers program registers. */
export async function deployCustomers(
  { emulator, call }: { readonly emulator: GraphEmulator; readonly call: Call },
  customers: Customers,
  now: Date,
): Promise<DeployedCustomers> {
  const { apiApplication, webApplication, userFlows, tenantId } = customers;
  const scopes = apiApplication.scopes.map(({ value }, index) =>
    scope(value, `0a0a0a0a-0000-4000-8000-00000000000${index}`),
  );
  const api = await register(call, {
    displayName: apiApplication.displayName,
    identifierUris: [apiApplication.identifierUri],
    api: { oauth2PermissionScopes: scopes },
  });
  const web = await register(call, {
    displayName: webApplication.displayName,
    web: { redirectUris: [...redirectUrisOf(webApplication)] },
  });
  for (const made of [api, web]) await makeOwner(call, made, emulator);
  const { current, previous } = secretPeriodsAt(webApplication.clientSecret, now);
  for (const { slot, endDate } of [previous, current]) await addSecret(call, web, { displayName: slot, endDate });
  const grants = await grantAll(
    call,
    { api, web },
    apiApplication.scopes.map(({ value }) => value),
  );
  const directory = openDirectory('customers', tenantId, emulator.env);
  for (const { id, type, attributes, identityProviders } of userFlows) {
    const inputs = withDefaults({
      userFlowId: id,
      userFlowType: type,
      identityProviders,
      ...(attributes.length > 0 && {
        attributes: attributes.map((one) => ({
          attribute: one.id,
          isOptional: one.optional,
          requiresVerification: one.requiresVerification,
        })),
      }),
    });
    await userFlow.create(UserFlowInputs.parse(inputs), directory.context);
  }
  directory.close();
  for (const flow of userFlows) setByHand(emulator, flow);
  return { api, web, grants };
}

/** What a person sets in the portal. */
function setByHand({ directory }: GraphEmulator, { id, multifactor, claims }: Customers['userFlows'][number]): void {
  const method = multifactor?.method === 'email' ? 'email' : 'phone';
  setInPortal(directory, id, { multifactor: multifactor?.state ?? 'off', multifactorMethod: method, claims });
}

export async function addSecret(
  call: Call,
  { applicationId }: Registered,
  { displayName, endDate }: { readonly displayName: string; readonly endDate: string },
): Promise<void> {
  const passwordCredential = { displayName, endDateTime: endDate };
  const { status, text } = await call(`POST /v1.0/applications/${applicationId}/addPassword`, { passwordCredential });
  if (status !== 200) throw new Error(text);
}

async function grantAll(
  call: Call,
  { api, web }: Pick<DeployedCustomers, 'api' | 'web'>,
  scopes: readonly string[],
): Promise<DeployedCustomers['grants']> {
  const grant = async (resourceId: string, granted: readonly string[]): Promise<string> => {
    const body = { clientId: web.principalId, resourceId, consentType: 'AllPrincipals', scope: granted.join(' ') };
    return `/v1.0/oauth2PermissionGrants/${idOf(await create(call, '/v1.0/oauth2PermissionGrants', body))}`;
  };
  return [await grant(api.principalId, scopes), await grant(GRAPH_PRINCIPAL, ['openid', 'offline_access'])];
}
