import type { Context } from '../resource';
import { isProperties, mappingsIn, type Properties, satisfies, textOf } from '../values';
import type { UserFlowInputs } from './inputs';
import { convergeReferences, type LinksGoal, readAgreed } from '../graph/steps';
import { GraphError } from '../graph/error';
import { CONNECTOR_STEPS, type ConnectorStep } from '../limits';

/** Path of a flow. */
export function flowPath(id: string): string {
  return `/beta/identity/b2cUserFlows/${encodeURIComponent(id)}`;
}

/** Properties that Graph documents for PATCH, in the order in which they need one another. */
export const SETTINGS = ['isLanguageCustomizationEnabled', 'defaultLanguageTag'] as const;

/** Makes a setting of a flow as declared, and waits until it reads so. */
export async function convergeSetting(
  { graph, waiter }: Context,
  flow: string,
  wanted: Pick<UserFlowInputs, (typeof SETTINGS)[number]>,
): Promise<void> {
  await waiter.until(`${Object.keys(wanted).join()} of ${flow}`, async () => {
    const actual = await graph.send({ method: 'GET', path: flow, missing: 'lags' });
    if (satisfies(actual, wanted)) return true;
    await graph.send({ method: 'PATCH', path: flow, body: wanted, missing: 'lags' });
    return undefined;
  });
}

// Identity providers and languages of a user flow: sets of names.

/**
 * Asks for the identity providers with the flow itself. Their own list needs the permission to change flows (Microsoft Graph,
 * 'List userFlowIdentityProviders'), the flow with what it is expanded by the one to read them ('Get b2cIdentityUserFlow').
 */
export const WITH_IDENTITY_PROVIDERS = { $expand: 'userFlowIdentityProviders' };

/** Ids of the identity providers with which people can sign in. @throws Error where the flow was read without them */
export function identityProvidersOf(flow: Properties): readonly string[] {
  const providers = flow['userFlowIdentityProviders'];
  if (Array.isArray(providers))
    return mappingsIn(providers)
      .map(({ id }) => textOf(id))
      .toSorted();
  throw new Error(`Graph must answer user flow '${textOf(flow['id'])}' with userFlowIdentityProviders, got none`);
}

interface Goal extends LinksGoal {
  /** Path of the flow. */
  readonly flow: string;
}

/** Makes the flow offer exactly these identity providers. */
export function convergeIdentityProviders(context: Context, { flow, ...goal }: Goal): Promise<void> {
  const links = { path: `${flow}/userFlowIdentityProviders`, collection: '/beta/identity/identityProviders' };
  return convergeReferences(context, links, goal);
}

/** Tags of the languages that the flow shows. */
export async function readLanguages({ graph }: Context, flow: string): Promise<readonly string[]> {
  const items = await graph.list(`${flow}/languages`, { missing: 'lags' });
  return items
    .filter(({ isEnabled }) => isEnabled === true)
    .map(({ id }) => textOf(id))
    .toSorted();
}

/** Makes the flow show exactly these languages. */
export async function convergeLanguages(context: Context, { flow, wanted, known }: Goal): Promise<void> {
  const current = await readAgreed(context, {
    what: `the languages of ${flow}`,
    read: () => readLanguages(context, flow),
    lacks: (found) => known.filter((tag) => wanted.includes(tag) && !found.includes(tag)),
  });
  const put = (tag: string, isEnabled: boolean) =>
    context.graph.send({
      method: 'PUT',
      path: `${flow}/languages/${tag}`,
      body: { id: tag, isEnabled },
      missing: 'lags',
    });
  for (const tag of wanted.filter((one) => !current.includes(one))) await put(tag, true);
  for (const tag of current.filter((one) => !wanted.includes(one))) await put(tag, false);
}

/** An API connector that a flow calls. */
export interface FlowConnector {
  readonly step: ConnectorStep;
  /** Id of the connector. */
  readonly connector: string;
}

/** Of the version of the references: Microsoft Graph has user flows in beta alone. */
const CONNECTORS = '/beta/identity/apiConnectors';

const configurationPath = (flow: string): string => `${flow}/apiConnectorConfiguration`;

/** Connectors of a flow, by the order of its steps. */
export async function readConnectors(context: Context, flow: string): Promise<readonly FlowConnector[]> {
  const found = await readCalled(context, flow);
  return found.map(({ step, connector }) => ({ step, connector: textOf(connector['id']) }));
}

/** The same with what each of them is. */
export async function readCalled(
  { graph }: Context,
  flow: string,
): Promise<readonly { readonly step: ConnectorStep; readonly connector: Properties }[]> {
  const query = { $expand: CONNECTOR_STEPS.join(',') };
  const found = await graph.send({ method: 'GET', path: configurationPath(flow), query, missing: 'lags' });
  return CONNECTOR_STEPS.flatMap((step) => {
    const connector = found[step];
    return isProperties(connector) ? [{ step, connector }] : [];
  });
}

/**
 * The same of a flow that nothing is known of; undefined where the permission to change flows is missing, which Microsoft's
 * table asks for (Microsoft Graph, 'Get userFlowApiConnectorConfiguration').
 */
export async function findConnectors(context: Context, flow: string): Promise<readonly FlowConnector[] | undefined> {
  try {
    return await readConnectors(context, flow);
  } catch (error) {
    if (error instanceof GraphError && error.status === 403) return undefined;
    throw error;
  }
}

/** Makes the flow call exactly these connectors, and waits until it reads so. */
export async function convergeConnectors(
  context: Context,
  flow: string,
  wanted: readonly FlowConnector[],
): Promise<void> {
  const { graph, waiter } = context;
  const at = (all: readonly FlowConnector[], step: ConnectorStep): string | undefined =>
    all.find((one) => one.step === step)?.connector;
  await waiter.until(`API connectors of ${flow}`, async () => {
    const current = await readConnectors(context, flow);
    const differing = CONNECTOR_STEPS.filter((step) => at(current, step) !== at(wanted, step));
    for (const step of differing) {
      const id = at(wanted, step);
      // An empty body takes the connector away: Microsoft Graph, 'Configure userFlowApiConnectorConfiguration', example 3.
      const body =
        id === undefined ? {} : { '@odata.id': await graph.reference(`${CONNECTORS}/${encodeURIComponent(id)}`) };
      await graph.send({ method: 'PUT', path: `${configurationPath(flow)}/${step}/$ref`, body, missing: 'lags' });
    }
    return differing.length === 0 ? true : undefined;
  });
}
