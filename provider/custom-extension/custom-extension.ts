import { z } from 'zod';
import { createOnce, deleteUntilGone, readOrGone } from '../graph/steps';
import { Text } from '../inputs';
import { EXTENSION_EVENTS } from '../limits';
import {
  type Change,
  type Context,
  type Created,
  type Failure,
  keepOnFault,
  type Known,
  type Live,
  type ResourceType,
} from '../resource';
import { isProperties, mappingsIn, present, type Properties, satisfies, textOf } from '../values';
import { eventOf, EVENTS, typeName } from './events';

export const CustomExtensionInputs = z.strictObject({
  event: z.enum(EXTENSION_EVENTS),
  displayName: Text,
  description: z.string(),
  targetUrl: Text,
  resourceId: Text,
  // customExtensionClientConfiguration in Microsoft's types.
  timeoutInMilliseconds: z.number().int().min(200).max(2000).optional(),
  maximumRetries: z.number().int().min(0).max(1).optional(),
  claims: z.array(Text).optional(),
});
export type CustomExtensionInputs = z.infer<typeof CustomExtensionInputs>;

/** Custom authentication extensions: https://learn.microsoft.com/graph/api/resources/customauthenticationextension */
export const customAuthenticationExtension: ResourceType<CustomExtensionInputs> = {
  schema: CustomExtensionInputs,
  // The event is the type of the object.
  replaceOn: ['event'],
  withDefaults: (inputs) => present({ description: '', ...inputs }),
  rules,
  create,
  read,
  update,
  delete: (id, _, context) => deleteUntilGone(context, pathOf(id)),
};

const COLLECTION = '/v1.0/identity/customAuthenticationExtensions';

function pathOf(id: string): string {
  return `${COLLECTION}/${encodeURIComponent(id)}`;
}

function rules({ event, claims }: Properties): readonly Failure[] {
  if (claims === undefined || event === 'tokenIssuanceStart') return [];
  return [{ property: 'claims', reason: "apply to event 'tokenIssuanceStart' alone, which gives tokens claims" }];
}

async function create(inputs: CustomExtensionInputs, context: Context): Promise<Created> {
  const existing = await findExtension(context, inputs);
  if (existing !== undefined)
    context.warn(`the custom authentication extension '${inputs.displayName}' exists already and is taken over`);
  const body = bodyOf(inputs);
  const extension =
    existing ??
    (await createOnce(context, {
      post: () => context.graph.send({ method: 'POST', path: COLLECTION, body, once: true, missing: 'lags' }),
      find: () => findExtension(context, inputs),
    }));
  const id = textOf(extension['id']);
  await keepOnFault({ id, outputs: {} }, () => converge(context, id, inputs));
  return { id, outputs: {} };
}

/** The one of this event and name. @throws Error where several have it, since Graph lets them */
async function findExtension(
  { graph }: Context,
  { event, displayName }: CustomExtensionInputs,
): Promise<Properties | undefined> {
  const all = await graph.list(COLLECTION, { missing: 'lags' });
  const [first, ...others] = all.filter(
    (one) => eventOf(one['@odata.type'], 'extension') === event && one['displayName'] === displayName,
  );
  if (others.length === 0) return first;
  throw new Error(
    `the directory has ${others.length + 1} custom authentication extensions '${displayName}' for ${event}; import the one that is meant by its id, or choose another name`,
  );
}

function bodyOf(inputs: CustomExtensionInputs): Properties {
  const { event, displayName, description, targetUrl, resourceId, claims } = inputs;
  const { timeoutInMilliseconds, maximumRetries } = inputs;
  const client = present({ timeoutInMilliseconds, maximumRetries });
  return present({
    '@odata.type': typeName(EVENTS[event].extension),
    displayName,
    description,
    endpointConfiguration: { '@odata.type': typeName('httpRequestEndpoint'), targetUrl },
    authenticationConfiguration: { '@odata.type': typeName('azureAdTokenAuthentication'), resourceId },
    clientConfiguration: Object.keys(client).length === 0 ? undefined : client,
    claimsForTokenConfiguration: claims?.map((claimIdInApiResponse) => ({ claimIdInApiResponse })),
  });
}

/** Makes an existing extension as declared, and waits until it reads so. Objects inside are replaced as a whole. */
async function converge({ graph, waiter }: Context, id: string, inputs: CustomExtensionInputs): Promise<void> {
  const { '@odata.type': type, ...wanted } = bodyOf(inputs);
  await waiter.until(`the custom authentication extension '${inputs.displayName}' as declared`, async () => {
    const found = await graph.send({ method: 'GET', path: pathOf(id), missing: 'lags' });
    const differing = Object.entries(wanted).filter(([key, value]) => !satisfies(normalized(found)[key], value));
    if (differing.length === 0) return true;
    const body = { '@odata.type': type, ...Object.fromEntries(differing) };
    await graph.send({ method: 'PATCH', path: pathOf(id), body, missing: 'lags' });
    return undefined;
  });
}

/** Graph writes nothing as null, and types of claims that the declaration does not. */
function normalized(found: Properties): Properties {
  return {
    ...found,
    description: textOf(found['description']),
    claimsForTokenConfiguration: mappingsIn(found['claimsForTokenConfiguration']).map(({ claimIdInApiResponse }) => ({
      claimIdInApiResponse,
    })),
  };
}

async function read(
  id: string,
  known: Known<CustomExtensionInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const found = await readOrGone(context, () => context.graph.find(pathOf(id)));
  if (found === undefined) return undefined;
  const event = eventOf(found['@odata.type'], 'extension');
  if (event === undefined)
    throw new Error(`the extension '${id}' is of the type '${textOf(found['@odata.type'])}', which is not known here`);
  const inside = (key: string): Properties => (isProperties(found[key]) ? found[key] : {});
  const { timeoutInMilliseconds, maximumRetries } = inside('clientConfiguration');
  const claims = mappingsIn(found['claimsForTokenConfiguration']).map((one) => textOf(one['claimIdInApiResponse']));
  const isShown = (key: keyof CustomExtensionInputs): boolean => known === undefined || known.inputs[key] !== undefined;
  const hasClaims = isShown('claims') && (claims.length > 0 || known !== undefined);
  const inputs = present({
    event,
    displayName: textOf(found['displayName']),
    description: textOf(found['description']),
    targetUrl: textOf(inside('endpointConfiguration')['targetUrl']),
    resourceId: textOf(inside('authenticationConfiguration')['resourceId']),
    timeoutInMilliseconds: isShown('timeoutInMilliseconds') ? (timeoutInMilliseconds ?? undefined) : undefined,
    maximumRetries: isShown('maximumRetries') ? (maximumRetries ?? undefined) : undefined,
    claims: hasClaims ? claims : undefined,
  });
  return { inputs, outputs: {} };
}

async function update(id: string, { news }: Change<CustomExtensionInputs>, context: Context): Promise<Properties> {
  await converge(context, id, news);
  return {};
}
