import { type Leavers, leaversReaderName, leaversTrust } from '../../../src/estate/sections/workforce/watch';
import type { Call } from '../../support/apps/emulator/support/client';
import { create, GRAPH_PRINCIPAL, register, type Registered } from '../apps/emulator/support/use-emulator';

/** User.Read.All of Microsoft Graph. */
const READ_USERS = 'df021288-bdef-4463-88db-98f22de89214';

/** Makes in Entra's stand-in what the workforce program registers for the leavers function. */
export async function deployLeaversReader(call: Call, estateName: string, { signIn }: Leavers): Promise<Registered> {
  if (signIn.kind !== 'federated') throw new Error('the function signs in with a secret');
  const made = await register(call, { displayName: leaversReaderName(estateName), signInAudience: 'AzureADMyOrg' });
  const credential = leaversTrust(estateName, signIn);
  await create(call, `/v1.0/applications/${made.applicationId}/federatedIdentityCredentials`, { ...credential });
  const assignment = { appRoleId: READ_USERS, principalId: made.principalId, resourceId: GRAPH_PRINCIPAL };
  await create(call, `/v1.0/servicePrincipals/${made.principalId}/appRoleAssignments`, assignment);
  return made;
}
