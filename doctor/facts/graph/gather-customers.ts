import pMap from 'p-map';
import { authorityOf, type Customers } from '../../../model/customers';
import { failed, type Reading, within } from '../../reading';
import type { CustomersFacts } from '../customers-facts';
import { readDiscovery } from '../web/read-discovery';
import { type Directory, readGraph } from './directory';
import type { WorkforceOptions } from './gather-workforce';
import { readConsents, readRegistered, readUserFlow } from './read-customers';

export interface CustomersOptions extends WorkforceOptions {
  /** Origin of a stand-in for B2C's sign-in. @default the directory's own, at b2clogin.com */
  readonly signInOrigin?: string;
}

/** Reads what a B2C directory has of the estate's customers. */
export async function gatherCustomers(
  directory: Directory,
  customers: Customers,
  options: CustomersOptions,
): Promise<CustomersFacts> {
  const { timeoutSeconds, concurrency, onProgress } = options;
  const read = <T>(permission: string, task: () => Promise<T>): Promise<Reading<T>> =>
    within(timeoutSeconds, readGraph(permission, task));
  onProgress('applications of the B2C directory');
  const { apiApplication, webApplication, userFlows } = customers;
  const [api, web] = await Promise.all([
    read('Application.Read.All', () =>
      readRegistered(directory, apiApplication.displayName, ({ identifierUris }) =>
        identifierUris.includes(apiApplication.identifierUri),
      ),
    ),
    read('Application.Read.All', () => readRegistered(directory, webApplication.displayName)),
  ]);
  const consents = await readConsentsOf(web, (id) => read('Directory.Read.All', () => readConsents(directory, id)));
  onProgress('user flows of the B2C directory');
  const flows = await pMap(
    userFlows,
    async (flow) => [flow.id, await read('IdentityUserFlow.Read.All', () => readUserFlow(directory, flow))] as const,
    { concurrency },
  );
  const discoveries = await pMap(
    userFlows,
    async ({ id }) =>
      [id, await read('', () => readDiscovery(directory, signInAuthority(customers, id, options)))] as const,
    { concurrency },
  );
  return { api, web, consents, flows: new Map(flows), discoveries: new Map(discoveries) };
}

function signInAuthority(customers: Customers, flow: string, { signInOrigin }: CustomersOptions): string {
  const { origin, pathname } = new URL(authorityOf(customers, flow));
  return `${signInOrigin ?? origin}${pathname}`;
}

async function readConsentsOf(
  web: CustomersFacts['web'],
  read: (principalId: string) => Promise<CustomersFacts['consents']>,
): Promise<CustomersFacts['consents']> {
  if (web.state !== 'known') return web;
  const principalId = web.value?.principalId;
  return principalId === undefined ? failed('the web application has no service principal') : read(principalId);
}
