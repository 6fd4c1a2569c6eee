import { z } from 'zod';
import { filledIn, repeatedAttributes, sortedSets, Text } from '../inputs';
import { inside, isProperties, isSame, mappingsIn, present, type Properties, textOf, textsOf } from '../values';
import {
  convergeLinks,
  convergeReferences,
  deleteUntilGone,
  findAttributes,
  isMeant,
  readIds,
  readOrGone,
  takeOverOrCreate,
} from '../graph/steps';
import { type Context, type Created, type Known, knownInputs, type Live, type ResourceType } from '../resource';

/** Path of the user flows of an external tenant. */
export const FLOWS = '/v1.0/identity/authenticationEventsFlows';

const FAMILY = 'ExternalUsersSelfServiceSignUp';
export const FLOW_TYPE = '#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow';
const METHODS_TYPE = `#microsoft.graph.onAuthenticationMethodLoadStart${FAMILY}`;

/** Below a flow: its identity providers (Microsoft Graph, 'List identityProviders (in a user flow)'). */
export const PROVIDERS = `${FLOW_TYPE.slice(1)}/onAuthenticationMethodLoadStart/${METHODS_TYPE.slice(1)}/identityProviders`;
const APPLICATIONS = 'conditions/applications/includeApplications';

function flowPath(id: string): string {
  return `${FLOWS}/${encodeURIComponent(id)}`;
}

const CollectedAttribute = z.strictObject({
  attribute: Text,
  label: Text.optional(),
  isOptional: z.boolean(),
});
type CollectedAttribute = z.infer<typeof CollectedAttribute>;

export const EventsFlowInputs = z.strictObject({
  displayName: Text,
  description: z.string().optional(),
  isSignUpAllowed: z.boolean(),
  identityProviders: z.array(Text).min(1, { error: 'is empty; Graph takes no user flow without one' }),
  attributes: z.array(CollectedAttribute).optional(),
  applications: z.array(Text).optional(),
});
export type EventsFlowInputs = z.infer<typeof EventsFlowInputs>;

/** The defaults that Graph applies, written out so that a state and a declaration can be compared. */
function withDefaults(inputs: Properties): Properties {
  return present({
    isSignUpAllowed: true,
    ...inputs,
    attributes: filledIn(inputs['attributes'], (entry) => ({ isOptional: false, ...entry })),
    ...sortedSets(inputs, ['identityProviders', 'applications']),
  });
}

/** Every directory has it, and the sign-up with an e-mail address fills it in. */
const EMAIL = 'email';

/**
 * The declared attributes, which Graph takes at the creation, and the inputs of the page that asks for them. Built-in ones are found
 * by id or display name.
 *
 * @throws Error if the directory has no such attribute
 */
async function collectionOf(context: Context, declared: readonly CollectedAttribute[]) {
  const found = await findAttributes(
    context,
    declared.map(({ attribute }) => attribute),
  );
  const attributes = found.map(({ id, displayName, description, userFlowAttributeType, dataType }) => {
    return { id, displayName, description, userFlowAttributeType, dataType };
  });
  return { attributes, inputs: declared.map((entry, index) => inputOf(entry, attributes[index] ?? {})) };
}

/** As the admin center makes them: the address is what people signed up with, so that the page only carries it along. */
function inputOf({ label, isOptional }: CollectedAttribute, { id, displayName }: Properties): Properties {
  const isEmail = id === EMAIL;
  return {
    attribute: id,
    label: label ?? displayName,
    inputType: 'text',
    hidden: isEmail,
    editable: !isEmail,
    writeToDirectory: true,
    required: isEmail || !isOptional,
    validationRegEx: '^.*',
  };
}

/** The inputs of a flow's page, of all its views. */
function inputsOn(flow: Properties): readonly Properties[] {
  const page = inside(flow, 'onAttributeCollection', 'attributeCollectionPage');
  return mappingsIn(page['views']).flatMap(({ inputs }) => mappingsIn(inputs));
}

/** Parts of a page by which it asks for what another one does. What Graph fills in by itself does not matter. */
function askedOn(page: readonly Properties[]): readonly unknown[] {
  return page.map(({ attribute, label, required }) => [
    textOf(attribute).toLowerCase(),
    textOf(label),
    required === true,
  ]);
}

/** The inputs of a page in the words of a declaration; labels only where it has them. */
function attributesOf(
  inputs: readonly Properties[],
  declared: readonly CollectedAttribute[] | undefined,
): readonly Properties[] {
  return inputs.map(({ attribute, label, required }) => {
    const id = textOf(attribute);
    const meant = declared?.find((entry) => isMeant(entry.attribute, { id, name: textOf(label) }));
    const isLabelled = declared === undefined || meant?.label !== undefined;
    const isOptional = id === EMAIL ? (meant?.isOptional ?? false) : required !== true;
    return { attribute: meant?.attribute ?? id, ...(isLabelled && { label: textOf(label) }), isOptional };
  });
}

/** A flow by its id. Graph's documentation wraps the answer once more than other answers: either form is read. */
async function findFlow({ graph }: Context, id: string): Promise<Properties | undefined> {
  const found = await graph.find(flowPath(id));
  return found && (isProperties(found['value']) ? found['value'] : found);
}

/** A user flow in the words of its inputs. With known inputs only what they declare is read; on import everything is. */
export async function readEventsFlow(
  id: string,
  known: Known<EventsFlowInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const flow = await readOrGone(context, () => findFlow(context, id));
  if (flow === undefined) return undefined;
  const declared = known?.inputs;
  const isShown = (key: keyof EventsFlowInputs): boolean => declared === undefined || declared[key] !== undefined;
  const description = textOf(flow['description']);
  const inputs = present({
    displayName: textOf(flow['displayName']),
    description: isShown('description') && (description !== '' || declared !== undefined) ? description : undefined,
    isSignUpAllowed: isSignUpAllowed(flow),
    identityProviders: await readIds(context, `${flowPath(id)}/${PROVIDERS}`),
    attributes: isShown('attributes') ? attributesOf(inputsOn(flow), declared?.attributes) : undefined,
    applications: isShown('applications')
      ? await readIds(context, `${flowPath(id)}/${APPLICATIONS}`, 'appId')
      : undefined,
  });
  return { inputs, outputs: {} };
}

function isSignUpAllowed(flow: Properties): boolean {
  return inside(flow, 'onInteractiveAuthFlowStart')['isSignUpAllowed'] === true;
}

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
  return { '@odata.type': `#microsoft.graph.onInteractiveAuthFlowStart${FAMILY}`, isSignUpAllowed: isAllowed };
}

function pageOf(inputs: readonly Properties[]): Properties {
  const type = `#microsoft.graph.onAttributeCollection${FAMILY}`;
  return { '@odata.type': type, attributeCollectionPage: { views: [{ inputs }] } };
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
  const known = knownInputs(olds);
  const links = { path: `${flowPath(id)}/${PROVIDERS}`, collection: '/v1.0/identityProviders' };
  const providers = { wanted: identityProviders, known: textsOf(known['identityProviders']) };
  await convergeReferences(context, links, providers);
  if (applications === undefined) return {};
  const path = `${flowPath(id)}/${APPLICATIONS}`;
  // Graph takes each into one flow alone.
  await convergeLinks(
    context,
    { wanted: applications, known: textsOf(known['applications']) },
    {
      what: path,
      read: () => readIds(context, path, 'appId'),
      add: (appId) => {
        const body = { '@odata.type': '#microsoft.graph.authenticationConditionApplication', appId };
        return context.graph.send({ method: 'POST', path, body, once: true, missing: 'lags' });
      },
      pathOf: (appId) => `${path}/${encodeURIComponent(appId)}`,
    },
  );
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
    ...(page !== undefined &&
      !isSame(askedOn(inputsOn(flow)), askedOn(page)) && { onAttributeCollection: pageOf(page) }),
  };
}
