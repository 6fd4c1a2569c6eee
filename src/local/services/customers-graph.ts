import { type B2cEmulatorOptions, registrationsFromGraph } from '../../../apps/emulator/b2c';
import { type GraphEmulator, type GraphEmulatorOptions, startGraphEmulator } from '../../../apps/emulator/graph';
import { writeEnvironment } from '../../../apps/emulator/graph/environment';
import { createUser } from '../../../apps/emulator/graph/resources/users/users';
import type { LocalRegistrations } from '../registrations-file';
import { SEED_USERS } from '../seed-users';

/** Graph of the customers' directory: whoever is made there signs in. */
export interface CustomersGraph extends Pick<GraphEmulator, 'stop'> {
  readonly findAccount: B2cEmulatorOptions['registrations']['findAccount'];
}

/** Starts it with the made-up customers, and writes what a client needs beside the certificate of its authority. */
export async function startCustomersGraph(
  { directory: label, directoryType, tenantId: id }: LocalRegistrations,
  options: Pick<GraphEmulatorOptions, 'data' | 'authority' | 'graphPort' | 'tlsPort'>,
): Promise<CustomersGraph> {
  const domain = `${label}.onmicrosoft.com`;
  const kind = directoryType === 'b2c' ? 'AAD B2C' : 'CIAM';
  const quirks = { lag: 'none', throttling: 'none' } as const;
  const graph = await startGraphEmulator({ ...options, tenant: { id, domain, kind }, quirks });
  const { findAccount } = registrationsFromGraph(graph.directory);
  for (const user of SEED_USERS) if (findAccount?.(user.email) === undefined) addCustomer(graph, user);
  writeEnvironment(graph);
  return { findAccount, stop: graph.stop };
}

function addCustomer({ directory, store }: GraphEmulator, user: (typeof SEED_USERS)[number]): void {
  const { email, password, displayName, givenName, surname } = user;
  store.transaction(() => {
    createUser(directory, {
      ...{ displayName, givenName, surname, accountEnabled: true },
      identities: [{ signInType: 'emailAddress', issuer: directory.tenant.domain, issuerAssignedId: email }],
      passwordProfile: { password, forceChangePasswordNextSignIn: false },
      passwordPolicies: 'DisablePasswordExpiration',
    });
  });
}
