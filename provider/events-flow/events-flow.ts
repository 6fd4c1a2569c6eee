import { idsIn, type LinksGoal } from '../graph/links';
import { deleteUntilGone, takeOverOrCreate } from '../graph/steps';
import { type Context, type Created, type Known, knownInputs, type ResourceType } from '../resource';
import { type Properties, textOf } from '../values';
import { collectionOf, inputsOn, isSamePage } from './attributes';
import { repeatedAttributes } from '../inputs';
import { EventsFlowInputs, withDefaults } from './inputs';
import { convergeApplications, convergeIdentityProviders } from './links';
import { COLLECTION_TYPE, FLOW_TYPE, flowPath, FLOWS, METHODS_TYPE, START_TYPE } from './paths';
import { findFlow, isSignUpAllowed, readEventsFlow } from './read-events-flow';

/**
 * User flows of an external tenant: https://learn.microsoft.com/graph/api/resources/externalusersselfservicesignupeventsflow
 */
export const authenticationEventsFlow: ResourceType<EventsFlowInputs> = {
  schema: EventsFlowInputs,
  replaceOn: [],
  withDefaults,
  rules: repeatedAttributes,
  create,
  read: readEventsFlow,
  update: (id, { olds, news }, context) => converge(context, id, { inputs: news, olds }),
  delete: (id, _, context) => deleteUntilGone(context, flowPath(id)),
};

function create(inputs: EventsFlowInputs, context: Context): Promise<Created> {
  return takeOverOrCreate(context, {
    what: `the user flow '${inputs.displayName}'`,
    find: () => findFlowByName(context, inputs.displayName),
    post: () => post(context, inputs),
    settle: (id) => converge(context, id, { inputs }),
  });
}

/** The flow of a name, which no other has: what an earlier, interrupted attempt left, or the one that is meant. */
export async function findFlowByName({ graph }: Context, displayName: string): Promise<Properties | undefined> {
  const flows = await graph.list(FLOWS, { missing: 'lags' });
  return flows.find((flow) => flow['displayName'] === displayName);
}

async function post(context: Context, inputs: EventsFlowInputs): Promise<Properties> {
  const { displayName, description, identityProviders } = inputs;
  // Also where no attributes are declared: Graph changes later only what a flow was created with.
  const { attributes, inputs: page } = await collectionOf(context, inputs.attributes ?? EMAIL_ALONE);
  const body = {
    '@odata.type': FLOW_TYPE,
    displayName,
    ...(description !== undefined && { description }),
    onInteractiveAuthFlowStart: startOf(inputs),
    onAuthenticationMethodLoadStart: {
      '@odata.type': METHODS_TYPE,
      identityProviders: identityProviders.map((id) => ({ id })),
    },
    onAttributeCollection: { ...pageOf(page), attributes },
  };
  return context.graph.send({ method: 'POST', path: FLOWS, body, once: true, missing: 'lags' });
}

const EMAIL_ALONE = [{ attribute: 'email', isOptional: false }];

function startOf({ isSignUpAllowed: isAllowed }: EventsFlowInputs): Properties {
  return { '@odata.type': START_TYPE, isSignUpAllowed: isAllowed };
}

function pageOf(inputs: readonly Properties[]): Properties {
  return { '@odata.type': COLLECTION_TYPE, attributeCollectionPage: { views: [{ inputs }] } };
}

interface Goal {
  readonly inputs: EventsFlowInputs;
  /** @default the state knows nothing of the flow yet */
  readonly olds?: Known<Properties>;
}

/** Makes an existing flow as declared, and waits until it reads so. It has no outputs. */
async function converge(context: Context, id: string, { inputs, olds }: Goal): Promise<Properties> {
  const { identityProviders, applications } = inputs;
  await convergeProperties(context, id, inputs);
  const goal = (key: keyof EventsFlowInputs, wanted: readonly string[]): LinksGoal => ({
    wanted,
    known: idsIn(knownInputs(olds), key),
  });
  await convergeIdentityProviders(context, id, goal('identityProviders', identityProviders));
  if (applications) await convergeApplications(context, id, goal('applications', applications));
  return {};
}

async function convergeProperties(context: Context, id: string, inputs: EventsFlowInputs): Promise<void> {
  const { graph, waiter } = context;
  const page = inputs.attributes && (await collectionOf(context, inputs.attributes)).inputs;
  let isSent = false;
  await waiter.until(`the user flow '${inputs.displayName}' as declared`, async () => {
    const flow = await findFlow(context, id);
    if (flow === undefined) return undefined;
    const changes = changesOf(flow, inputs, page);
    if (Object.keys(changes).length === 0) return true;
    if (isSent) return undefined;
    const body = { '@odata.type': FLOW_TYPE, ...changes };
    await graph.send({ method: 'PATCH', path: flowPath(id), body, missing: 'lags' });
    isSent = true;
    return undefined;
  });
}

/** Body of a PATCH; of the page it has everything, since what it leaves out would go. */
function changesOf(flow: Properties, inputs: EventsFlowInputs, page: readonly Properties[] | undefined): Properties {
  const { displayName, description } = inputs;
  return {
    ...(flow['displayName'] !== displayName && { displayName }),
    ...(description !== undefined && textOf(flow['description']) !== description && { description }),
    ...(isSignUpAllowed(flow) !== inputs.isSignUpAllowed && { onInteractiveAuthFlowStart: startOf(inputs) }),
    ...(page !== undefined && !isSamePage(inputsOn(flow), page) && { onAttributeCollection: pageOf(page) }),
  };
}
