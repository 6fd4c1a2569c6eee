import pMap from 'p-map';
import { CONNECTORS, toldOf } from '../../../provider/api-connector/api-connector';
import { EXTENSIONS, toldOf as toldExtension } from '../../../provider/custom-extension/custom-extension';
import { readListeners } from '../../../provider/custom-extension/event-listener';
import { findFlowByName, readEventsFlow } from '../../../provider/events-flow/events-flow';
import { flowPath, readCalled } from '../../../provider/user-flow/links';
import { UserFlowInputs, withDefaults } from '../../../provider/user-flow/inputs';
import { readFlow } from '../../../provider/user-flow/read-flow';
import { textOf } from '../../../provider/values';
import { comparedFlow, type FoundFlow } from '../../estate/records/flow-properties';
import {
  apisOf,
  authorityOf,
  clientsOf,
  type Customers,
  type DeclaredApi,
  type DeclaredClient,
  standingFlows,
  type UserFlow,
} from '../../estate/sections/customers/customers';
import type { FoundApplication } from '../facts/trust-facts';
import type {
  B2cFacts,
  CustomersFacts,
  DeployedConnector,
  DeployedExtension,
  DeployedProvider,
  ExternalIdFacts,
  FlowCalls,
  RegisteredFacts,
} from '../facts/customers-facts';
import { known, type TimedReadingOptions } from '../reading';
import { readDiscovery } from './web/discovery';
import { type Directory, readerWithin, type ReadPart } from './directory';
import { findApplication } from './read-application';
import { readSignInPolicies } from './read-sign-in-policies';
import { readTrust } from './read-trust';

export interface CustomersOptions extends TimedReadingOptions {
  /** Origin of a stand-in for the sign-in service. @default the directory's own, at b2clogin.com or ciamlogin.com */
  readonly signInOrigin?: string;
}

interface Gathering {
  readonly directory: Directory;
  readonly customers: Customers;
  readonly read: ReadPart;
  readonly concurrency: number;
}

/** Reads what a directory has of the estate's customers. */
export async function gatherCustomers(
  directory: Directory,
  customers: Customers,
  options: CustomersOptions,
): Promise<CustomersFacts> {
  const { timeoutSeconds, concurrency, onProgress } = options;
  const gathering: Gathering = { directory, customers, read: readerWithin(timeoutSeconds), concurrency };
  const { read } = gathering;
  onProgress("applications of the customers' directory");
  const registered = new Map(
    await pMap(
      [...apisOf(customers), ...clientsOf(customers)],
      async (one) => [one.name, await readRegistered(gathering, one)] as const,
      { concurrency },
    ),
  );
  onProgress("user flows of the customers' directory");
  const discoveries = await ofFlows(gathering, ({ id }) =>
    read('', () => readDiscovery(directory, signInAuthority(customers, id, options))),
  );
  const facts = customers.directoryType === 'b2c' ? await gatherB2c(gathering) : await gatherExternalTenant(gathering);
  const identityProviders =
    customers.identityProviders.length === 0
      ? known([])
      : await read('IdentityProvider.Read.All', () => readProviders(directory));
  return { registered, identityProviders, discoveries, directory: facts };
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
  const { customExtensions } = customers;
  const isCalling = customExtensions.length > 0;
  return {
    type: 'external-id',
    flows: await ofFlows(gathering, (flow) => read('EventListener.Read.All', () => readExternalFlow(directory, flow))),
    extensions: isCalling
      ? await read('CustomAuthenticationExtension.Read.All', () => readExtensions(directory))
      : known([]),
    listeners: isCalling ? await read('EventListener.Read.All', () => readListeners(directory.context)) : known([]),
    policies: await read('Policy.Read.All', () => readSignInPolicies(directory)),
  };
}

/** Of several applications of this name the one that has the declared URI, or that sign-ins come back to. */
async function readRegistered(
  { directory, read }: Gathering,
  declared: DeclaredApi | DeclaredClient,
): Promise<RegisteredFacts> {
  const isIt =
    'identifierUri' in declared
      ? ({ identifierUris }: FoundApplication) => identifierUris.includes(declared.identifierUri)
      : ({ redirectUris, otherRedirectUris }: FoundApplication) =>
          [...redirectUris, ...otherRedirectUris].some((uri) => declared.redirectUris.includes(uri));
  const found = await read('Application.Read.All', () => findApplication(directory, declared.displayName, isIt));
  const trust = await readTrust(directory, found.state === 'known' ? found.value : undefined, read);
  return { found, trust };
}

async function ofFlows<T>(
  { customers, concurrency }: Gathering,
  look: (flow: UserFlow) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  const entries = await pMap(standingFlows(customers), async (flow) => [flow.id, await look(flow)] as const, {
    concurrency,
  });
  return new Map(entries);
}

function signInAuthority(customers: Customers, flow: string, { signInOrigin }: CustomersOptions): string {
  const { origin, pathname } = new URL(authorityOf(customers, flow));
  return `${signInOrigin ?? origin}${pathname}`;
}

/** A user flow of B2C with what the estate declares of it; what it calls has a permission of its own. @throws GraphError */
async function readUserFlow({ context }: Directory, flow: UserFlow): Promise<FoundFlow | undefined> {
  const inputs = UserFlowInputs.parse(withDefaults({ userFlowId: flow.id, ...comparedFlow(flow) }));
  const live = await readFlow(flow.id, { inputs, outputs: {} }, context);
  return live && { id: flow.id, inputs: live.inputs };
}

/** Identity providers of a directory. @throws GraphError */
async function readProviders({ context }: Directory): Promise<readonly DeployedProvider[]> {
  const found = await context.graph.list('/beta/identity/identityProviders');
  return found.map(({ id, displayName, clientId }) => ({
    id: textOf(id),
    displayName: textOf(displayName),
    clientId: clientId === undefined ? undefined : textOf(clientId),
  }));
}

/** API connectors of a directory. @throws GraphError */
async function readApiConnectors({ context }: Directory): Promise<readonly DeployedConnector[]> {
  const found = await context.graph.list(CONNECTORS);
  return found.map((one) => {
    const { authentication, username } = toldOf(one);
    return {
      id: textOf(one['id']),
      displayName: textOf(one['displayName']),
      targetUrl: textOf(one['targetUrl']),
      authentication: textOf(authentication),
      username: username === undefined ? undefined : textOf(username),
    };
  });
}

/** Custom authentication extensions of a tenant. @throws GraphError */
async function readExtensions({ context }: Directory): Promise<readonly DeployedExtension[]> {
  const found = await context.graph.list(EXTENSIONS);
  return found.flatMap((one) => {
    const told = toldExtension(one);
    if (told === undefined) return [];
    const { event, description, resourceId, claims, behaviorOnError } = told;
    const { timeoutInMilliseconds: timeoutMilliseconds, maximumRetries: retries } = told;
    const named = { id: textOf(one['id']), displayName: textOf(told['displayName']), url: textOf(told['targetUrl']) };
    return [{ ...named, event, description, resourceId, claims, behaviorOnError, timeoutMilliseconds, retries }];
  });
}

/** APIs that a B2C user flow calls. @throws GraphError */
async function readCalls({ context }: Directory, { id }: UserFlow): Promise<FlowCalls> {
  const called = await readCalled(context, flowPath(id));
  return called.map(({ step, connector }) => ({
    step,
    connector: textOf(connector['id']),
    displayName: textOf(connector['displayName']),
  }));
}

/** A user flow of an external tenant, by its name. @throws GraphError */
async function readExternalFlow({ context }: Directory, { id: name }: UserFlow): Promise<FoundFlow | undefined> {
  const id = textOf((await findFlowByName(context, name))?.['id']);
  const live = id === '' ? undefined : await readEventsFlow(id, undefined, context);
  return live && { id, inputs: live.inputs };
}
