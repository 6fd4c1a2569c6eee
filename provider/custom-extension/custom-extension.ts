import { EXTENSION_EVENTS, type ExtensionEvent } from '../limits';
import { z } from 'zod';
import { bareName, deleteUntilGone, onlyOne, readAgreed, readOrGone, takeOverOrCreate, typeName } from '../graph/steps';
import { isImported } from '../diff';
import { repeated, sortedSets, Text } from '../inputs';
import type { Change, Context, Created, Failure, Known, Live, ResourceType } from '../resource';
import { inside, isSame, mappingsIn, present, type Properties, satisfies, textOf, textsOf } from '../values';

/** Names that Graph has for an event of the sign-in: of the extension, of its listener, and of the listener's handler. */
interface Event {
  readonly extension: string;
  readonly listener: string;
  readonly handler: string;
  /**
   * Version whose pages have the listener: 'Create authenticationEventListener' of v1.0 has that of tokens, that of beta those of
   * attributes; of codes both versions have the type.
   */
  readonly version: 'v1.0' | 'beta';
}

const named = (event: string, version: Event['version']): Event => ({
  extension: `${event}CustomExtension`,
  listener: `${event}Listener`,
  handler: `${event}CustomExtensionHandler`,
  version,
});

export const EVENTS: Readonly<Record<ExtensionEvent, Event>> = {
  tokenIssuanceStart: named('onTokenIssuanceStart', 'v1.0'),
  attributeCollectionStart: named('onAttributeCollectionStart', 'beta'),
  attributeCollectionSubmit: named('onAttributeCollectionSubmit', 'beta'),
  otpSend: { ...named('onOtpSend', 'beta'), listener: 'onEmailOtpSendListener' },
};

/** The event of what Graph answers; undefined for others, which the package does not know. */
export function eventOf(type: unknown, part: 'extension' | 'listener'): ExtensionEvent | undefined {
  const name = bareName(type).toLowerCase();
  return (Object.keys(EVENTS) as ExtensionEvent[]).find((event) => EVENTS[event][part].toLowerCase() === name);
}

/** Behavior of Graph where the API fails: Microsoft sends the code by e-mail itself. */
const FALLBACK = 'fallbackToMicrosoftProviderOnError';

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
  behaviorOnError: z.enum([FALLBACK]).optional(),
});
export type CustomExtensionInputs = z.infer<typeof CustomExtensionInputs>;

/** Inputs of which the service has its own where none is declared. */
const OPTIONAL = ['timeoutInMilliseconds', 'maximumRetries', 'claims', 'behaviorOnError'] as const;

function isOptional(key: string): boolean {
  return OPTIONAL.some((one) => one === key);
}

/** Custom authentication extensions: https://learn.microsoft.com/graph/api/resources/customauthenticationextension */
export const customAuthenticationExtension: ResourceType<CustomExtensionInputs> = {
  schema: CustomExtensionInputs,
  // The event is the type of the object.
  replaceOn: ['event'],
  endWith: OPTIONAL,
  withDefaults: (inputs) => present({ description: '', ...inputs, ...sortedSets(inputs, ['claims']) }),
  rules,
  asDeclared,
  create,
  read,
  update,
  delete: (id, _, context) => deleteUntilGone(context, pathOf(id)),
};

export const EXTENSIONS = '/v1.0/identity/customAuthenticationExtensions';

function pathOf(id: string): string {
  return `${EXTENSIONS}/${encodeURIComponent(id)}`;
}

/** The event of each input that applies to one alone. */
const OF_EVENT: readonly (readonly [property: string, event: string, reason: string])[] = [
  ['claims', 'tokenIssuanceStart', "apply to event 'tokenIssuanceStart' alone, which gives tokens claims"],
  ['behaviorOnError', 'otpSend', "applies to event 'otpSend' alone, which sends a code"],
];

function rules(inputs: Properties): readonly Failure[] {
  const { event, claims } = inputs;
  const idle = OF_EVENT.filter(([property, only]) => inputs[property] !== undefined && event !== only);
  const names = textsOf(claims);
  return [
    ...idle.map(([property, , reason]) => ({ property, reason })),
    ...repeated(names, (index, first) => ({
      property: `claims[${index}]`,
      reason: `'${names[index] ?? ''}' is listed already, as claims[${first}]`,
    })),
  ];
}

/** Leaves out what no one declares of an extension that is taken over, so that it stays. */
function asDeclared(read: Properties, declared: Properties): Properties {
  const isKept = (key: string): boolean => declared[key] === undefined && isOptional(key);
  return Object.fromEntries(Object.entries(read).filter(([key]) => !isKept(key)));
}

function create(inputs: CustomExtensionInputs, context: Context): Promise<Created> {
  const body = present({ ...bodyOf(inputs), clientConfiguration: clientOf(inputs) });
  return takeOverOrCreate(context, {
    what: `the custom authentication extension '${inputs.displayName}'`,
    mayBeTwo: true,
    find: () => findExtension(context, inputs),
    post: () => context.graph.send({ method: 'POST', path: EXTENSIONS, body, once: true, missing: 'lags' }),
    settle: (id) => converge(context, { id, inputs }),
  });
}

/** The one of this event and name. @throws Error where several have it */
async function findExtension(
  { graph }: Context,
  { event, displayName }: CustomExtensionInputs,
): Promise<Properties | undefined> {
  const all = await graph.list(EXTENSIONS, { missing: 'lags' });
  const named = all.filter(
    (one) => eventOf(one['@odata.type'], 'extension') === event && one['displayName'] === displayName,
  );
  return onlyOne(named, `custom authentication extensions '${displayName}' for ${event}`);
}

/** An extension without its connection settings. */
function bodyOf(inputs: CustomExtensionInputs): Properties {
  const { event, displayName, description, targetUrl, resourceId, claims, behaviorOnError } = inputs;
  return present({
    '@odata.type': typeName(EVENTS[event].extension),
    displayName,
    description,
    endpointConfiguration: { '@odata.type': typeName('httpRequestEndpoint'), targetUrl },
    authenticationConfiguration: { '@odata.type': typeName('azureAdTokenAuthentication'), resourceId },
    claimsForTokenConfiguration: claims?.map((claimIdInApiResponse) => ({ claimIdInApiResponse })),
    behaviorOnError: behaviorOnError && { '@odata.type': typeName(behaviorOnError) },
  });
}

/** Declared connection settings; undefined where there are none. */
function clientOf({ timeoutInMilliseconds, maximumRetries }: CustomExtensionInputs): Properties | undefined {
  const client = present({ timeoutInMilliseconds, maximumRetries });
  return Object.keys(client).length === 0 ? undefined : client;
}

interface Goal {
  readonly id: string;
  readonly inputs: CustomExtensionInputs;
  /** Inputs that are not declared any more: the service gets its own back. @default none */
  readonly ended?: readonly string[];
}

/** Makes an existing extension as declared, and waits until it reads so. Objects inside are replaced as a whole. */
async function converge(context: Context, { id, inputs, ended = [] }: Goal): Promise<Properties> {
  const { graph, waiter } = context;
  const { '@odata.type': type, ...wanted } = bodyOf(inputs);
  let left = ended;
  const what = `the custom authentication extension '${inputs.displayName}'`;
  await waiter.until(`${what} as declared`, async () => {
    const read = () => graph.send({ method: 'GET', path: pathOf(id), missing: 'lags' });
    const found = await readAgreed(context, { what, read });
    const differing = Object.entries(wanted).filter(([key, value]) => !satisfies(normalized(found)[key], value));
    const changes = { ...Object.fromEntries(differing), ...clientChange(found, inputs, left), ...takenAway(left) };
    if (Object.keys(changes).length === 0) return true;
    await graph.send({ method: 'PATCH', path: pathOf(id), body: { '@odata.type': type, ...changes }, missing: 'lags' });
    // Once is enough: the service may show its own values in their place.
    left = [];
    return undefined;
  });
  return {};
}

/** Connection settings as they are to be, with those that no one declares as they are; empty where nothing differs. */
function clientChange(found: Properties, inputs: CustomExtensionInputs, ended: readonly string[]): Properties {
  const there = inside(found, 'clientConfiguration');
  const gone = ['timeoutInMilliseconds', 'maximumRetries'].filter((key) => ended.includes(key));
  const wanted = { ...clientOf(inputs), ...Object.fromEntries(gone.map((key) => [key, null])) };
  return satisfies(there, wanted) ? {} : { clientConfiguration: { ...there, ...wanted } };
}

function takenAway(ended: readonly string[]): Properties {
  return {
    ...(ended.includes('claims') && { claimsForTokenConfiguration: [] }),
    ...(ended.includes('behaviorOnError') && { behaviorOnError: null }),
  };
}

/** Graph writes nothing as null, and types of claims that the declaration does not. */
function normalized(found: Properties): Properties {
  return {
    ...found,
    description: textOf(found['description']),
    claimsForTokenConfiguration: claimsOf(found).map((claimIdInApiResponse) => ({ claimIdInApiResponse })),
  };
}

function claimsOf(found: Properties): readonly string[] {
  return mappingsIn(found['claimsForTokenConfiguration'])
    .map((one) => textOf(one['claimIdInApiResponse']))
    .toSorted();
}

async function read(
  id: string,
  known: Known<CustomExtensionInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const found = await readOrGone(context, () => context.graph.find(pathOf(id)));
  if (found === undefined) return undefined;
  const told = toldOf(found);
  if (told === undefined)
    throw new Error(`the extension '${id}' is of the type '${textOf(found['@odata.type'])}', which is not known here`);
  const declared: Properties | undefined = known?.inputs;
  // An import takes what says something; later all that is declared counts.
  const isLeftOut = (key: string): boolean =>
    declared === undefined ? isSame(told[key], []) : isOptional(key) && declared[key] === undefined;
  const inputs = Object.entries(told).filter(([key, value]) => value !== undefined && !isLeftOut(key));
  return { inputs: Object.fromEntries(inputs), outputs: {} };
}

/** All of an extension in the words of its inputs; undefined of an event that is not known here. */
export function toldOf(found: Properties): Properties | undefined {
  const event = eventOf(found['@odata.type'], 'extension');
  const { displayName, description } = found;
  return (
    event && {
      event,
      displayName: textOf(displayName),
      description: textOf(description),
      targetUrl: textOf(inside(found, 'endpointConfiguration')['targetUrl']),
      resourceId: textOf(inside(found, 'authenticationConfiguration')['resourceId']),
      ...optionalOf(found),
    }
  );
}

function optionalOf(found: Properties): Properties {
  const { timeoutInMilliseconds, maximumRetries } = inside(found, 'clientConfiguration');
  const behavior = bareName(inside(found, 'behaviorOnError')['@odata.type']);
  return {
    timeoutInMilliseconds: timeoutInMilliseconds ?? undefined,
    maximumRetries: maximumRetries ?? undefined,
    claims: claimsOf(found),
    behaviorOnError: behavior === '' ? undefined : behavior,
  } satisfies Record<(typeof OPTIONAL)[number], unknown>;
}

function update(id: string, { olds, news }: Change<CustomExtensionInputs>, context: Context): Promise<Properties> {
  // Those that an import found were never declared.
  const ended = OPTIONAL.filter((key) => olds.inputs[key] !== undefined && news[key] === undefined);
  return converge(context, { id, inputs: news, ended: isImported(olds.inputs) ? [] : ended });
}
