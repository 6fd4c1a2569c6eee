import { GraphError } from '../graph/error';
import { CONNECTOR_STEPS, type ConnectorStep } from '../limits';
import type { Context } from '../resource';
import { isProperties, type Properties, textOf } from '../values';

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

interface Goal {
  /** Path of the flow. */
  readonly flow: string;
  readonly wanted: readonly FlowConnector[];
}

/** Makes the flow call exactly these connectors, and waits until it reads so. */
export async function convergeConnectors(context: Context, { flow, wanted }: Goal): Promise<void> {
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
