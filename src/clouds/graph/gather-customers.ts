import pMap from 'p-map';
import { readListeners } from '../../../provider/custom-extension/event-listener';
import {
  authorityOf,
  type Customers,
  redirectUrisOf,
  type UserFlow,
  type WebApplication,
} from '../../estate/sections/customers/customers';
import type { ObjectId } from '../../estate/source/ids';
import { failed, known, type Reading, within } from '../reading';
import type { FoundApplication } from '../facts/application-facts';
import type { B2cFacts, CustomersFacts, ExternalIdFacts } from '../facts/customers-facts';
import type { ApplicationTrust } from '../facts/trust-facts';
import { readDiscovery } from '../web/read-discovery';
import { type Directory, readGraph } from './directory';
import type { WorkforceOptions } from './gather-workforce';
import { findApplication } from './read-application';
import {
  readApiConnectors,
  readCalls,
  readConsents,
  readExtensions,
  readExternalFlow,
  readProviders,
  readUserFlow,
} from './read-customers';
import { readSignInPolicies } from './read-sign-in-policies';
import { readTrust } from './read-trust';

export interface CustomersOptions extends WorkforceOptions {
  /** Origin of a stand-in for the sign-in service. @default the directory's own, at b2clogin.com or ciamlogin.com */
  readonly signInOrigin?: string;
}

interface Gathering {
  readonly directory: Directory;
  readonly customers: Customers;
  readonly read: <T>(permission: string, task: () => Promise<T>) => Promise<Reading<T>>;
  readonly concurrency: number;
}

/** Reads what a directory has of the estate's customers. */
export async function gatherCustomers(
  directory: Directory,
  customers: Customers,
  options: CustomersOptions,
): Promise<CustomersFacts> {
  const { timeoutSeconds, concurrency, onProgress } = options;
  const gathering: Gathering = {
    directory,
    customers,
    read: (permission, task) => within(timeoutSeconds, readGraph(permission, task)),
    concurrency,
  };
  const { read } = gathering;
  onProgress("applications of the customers' directory");
  const { apiApplication, webApplication } = customers;
  const [api, web] = await Promise.all([
    readApi(gathering, apiApplication),
    read('Application.Read.All', () => findApplication(directory, webApplication.displayName, isWeb(webApplication))),
  ]);
  const consents = await readConsentsOf(web, (id) => read('Directory.Read.All', () => readConsents(directory, id)));
  onProgress("user flows of the customers' directory");
  const discoveries = await ofFlows(gathering, ({ id }) =>
    read('', () => readDiscovery(directory, signInAuthority(customers, id, options))),
  );
  const facts = customers.directoryType === 'b2c' ? await gatherB2c(gathering) : await gatherExternalTenant(gathering);
  const trusts = {
    api: await readTrustOf(api, gathering),
    web: await readTrustOf(web, gathering),
    ...(facts.type === 'external-id' &&
      customers.stepUp !== undefined && { stepUp: await readTrustOf(facts.stepUp, gathering) }),
  };
  const identityProviders =
    customers.identityProviders.length === 0
      ? known([])
      : await read('IdentityProvider.Read.All', () => readProviders(directory));
  return { api, web, consents, trusts, identityProviders, discoveries, directory: facts };
}

async function gatherB2c(gathering: Gathering): Promise<B2cFacts> {
  const { directory, read, customers } = gathering;
  const flows = await ofFlows(gathering, (flow) =>
    read('IdentityUserFlow.Read.All', () => readUserFlow(directory, flow)),
  );
  const { apiConnectors, userFlows } = customers;
  const callers = userFlows.filter((flow) => flow.apiConnectors !== undefined);
  const connectors =
    apiConnectors.length === 0
      ? known([])
      : await read('APIConnectors.ReadWrite.All', () => readApiConnectors(directory));
  const calls = await ofFlows({ ...gathering, customers: { ...customers, userFlows: callers } }, (flow) =>
    read('IdentityUserFlow.ReadWrite.All', () => readCalls(directory, flow)),
  );
  return { type: 'b2c', flows, connectors, calls };
}

async function gatherExternalTenant(gathering: Gathering): Promise<ExternalIdFacts> {
  const { directory, read, customers } = gathering;
  const { stepUp, customExtensions } = customers;
  const isCalling = customExtensions.length > 0;
  return {
    type: 'external-id',
    flows: await ofFlows(gathering, (flow) => read('EventListener.Read.All', () => readExternalFlow(directory, flow))),
    stepUp: stepUp === undefined ? known(undefined) : await readApi(gathering, stepUp),
    extensions: isCalling
      ? await read('CustomAuthenticationExtension.Read.All', () => readExtensions(directory))
      : known([]),
    listeners: isCalling ? await read('EventListener.Read.All', () => readListeners(directory.context)) : known([]),
    policies: await read('Policy.Read.All', () => readSignInPolicies(directory)),
  };
}

/** Of several applications of this name the one that sign-ins come back to. */
function isWeb(declared: WebApplication): (found: FoundApplication) => boolean {
  const uris = redirectUrisOf(declared);
  return ({ redirectUris }) => redirectUris.some((uri) => uris.includes(uri));
}

function readTrustOf(application: CustomersFacts['api'], { directory, read }: Gathering): Promise<ApplicationTrust> {
  const found = application.state === 'known' ? application.value : undefined;
  const servicePrincipalId = found?.servicePrincipalId;
  const ids = found && servicePrincipalId !== undefined ? { objectId: found.objectId, servicePrincipalId } : undefined;
  return readTrust(directory, ids, read);
}

/** Of several applications of this name the one that has the declared URI. */
function readApi(
  { directory, read }: Gathering,
  { displayName, identifierUri }: { readonly displayName: string; readonly identifierUri: string },
): Promise<CustomersFacts['api']> {
  return read('Application.Read.All', () =>
    findApplication(directory, displayName, ({ identifierUris }) => identifierUris.includes(identifierUri)),
  );
}

async function ofFlows<T>(
  { customers, concurrency }: Gathering,
  look: (flow: UserFlow) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  const entries = await pMap(customers.userFlows, async (flow) => [flow.id, await look(flow)] as const, {
    concurrency,
  });
  return new Map(entries);
}

function signInAuthority(customers: Customers, flow: string, { signInOrigin }: CustomersOptions): string {
  const { origin, pathname } = new URL(authorityOf(customers, flow));
  return `${signInOrigin ?? origin}${pathname}`;
}

async function readConsentsOf(
  web: CustomersFacts['web'],
  read: (servicePrincipalId: ObjectId) => Promise<CustomersFacts['consents']>,
): Promise<CustomersFacts['consents']> {
  if (web.state !== 'known') return web;
  const id = web.value?.servicePrincipalId;
  return id === undefined ? failed('the web application has no service principal') : read(id);
}
