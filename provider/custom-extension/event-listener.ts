import { z } from 'zod';
import { deleteUntilGone, readIds, readOrGone, takeOverOrCreate, typeName } from '../graph/steps';
import { sortedSets, Text } from '../inputs';
import { EXTENSION_EVENTS, type ExtensionEvent } from '../limits';
import type { Change, Context, Created, Known, Live, ResourceType } from '../resource';
import { asSent, carried, sentOf, type Untold } from '../secrets';
import { inside, isSame, mappingsIn, present, type Properties, textOf } from '../values';
import { eventOf, EVENTS } from './custom-extension';

export const EventListenerInputs = z.strictObject({
  event: z.enum(EXTENSION_EVENTS),
  extension: Text,
  applications: z.array(Text).min(1, { error: 'is empty; a listener is of at least one application' }),
});
export type EventListenerInputs = z.infer<typeof EventListenerInputs>;

/** Graph's pages show a listener without its handler, and so without the extension that it calls. */
const EXTENSION: Untold = { input: 'extension', output: 'sentExtension' };

/** Listeners that call custom authentication extensions: https://learn.microsoft.com/graph/api/resources/authenticationeventlistener */
export const authenticationEventListener: ResourceType<EventListenerInputs> = {
  schema: EventListenerInputs,
  // The event is the type of the object.
  replaceOn: ['event'],
  recorded: [EXTENSION.output],
  withDefaults: (inputs) => present({ ...inputs, ...sortedSets(inputs, ['applications']) }),
  create,
  read,
  update,
  delete: (id, { inputs }, context) => deleteUntilGone(context, pathOf(versionOf(inputs['event']), id)),
};

type Version = 'v1.0' | 'beta';

/** Priority of a listener that the beta version wants: https://learn.microsoft.com/graph/api/identitycontainer-post-authenticationeventlisteners?view=graph-rest-beta */
const PRIORITY = 500;

function collectionOf(version: Version): string {
  return `/${version}/identity/authenticationEventListeners`;
}

function pathOf(version: Version, id: string): string {
  return `${collectionOf(version)}/${encodeURIComponent(id)}`;
}

/** Graph's beta version shows every listener. */
function versionOf(event: unknown): Version {
  const known = EXTENSION_EVENTS.find((one) => one === event);
  return known === undefined ? 'beta' : EVENTS[known].version;
}

function create(inputs: EventListenerInputs, context: Context): Promise<Created> {
  const { event } = inputs;
  const path = collectionOf(versionOf(event));
  const body = { ...typeOf(event), ...conditionsOf(inputs), ...handlerOf(inputs) };
  return takeOverOrCreate(context, {
    what: `a listener of these applications for ${event}`,
    mayBeTwo: true,
    find: () => findListener(context, inputs),
    post: () => context.graph.send({ method: 'POST', path, body, once: true, missing: 'lags' }),
    settle: async (id, isNew) => (isNew ? asSent(EXTENSION, inputs) : settle(context, id, inputs)),
    unsettled: { [EXTENSION.output]: '' },
  });
}

/** A listener as Graph tells of it. */
export interface ToldListener {
  readonly event: ExtensionEvent;
  /** Id of the extension that it calls; undefined where Graph tells nothing of the handler. */
  readonly extension: string | undefined;
  /** Client ids, sorted. */
  readonly applications: readonly string[];
}

/** Listeners of the events that are known here: Graph's beta version shows every listener. @throws GraphError */
export async function readListeners(context: Context): Promise<readonly ToldListener[]> {
  const all = await context.graph.list(collectionOf('beta'));
  const told: ToldListener[] = [];
  for (const one of all) {
    const event = eventOf(one['@odata.type'], 'listener');
    if (event === undefined) continue;
    told.push({ event, extension: calledBy(one), applications: await applicationsOf(context, 'beta', one) });
  }
  return told;
}

/** The one of this event and exactly these applications. */
async function findListener(context: Context, inputs: EventListenerInputs): Promise<Properties | undefined> {
  const { event, applications } = inputs;
  const all = await context.graph.list(collectionOf(versionOf(event)), { missing: 'lags' });
  for (const one of all.filter((listener) => eventOf(listener['@odata.type'], 'listener') === event)) {
    if (isSame(await applicationsOf(context, versionOf(event), one), applications)) return one;
  }
  return undefined;
}

/** Beginning of each body; beta's pages want the priority also in an update. */
function typeOf(event: ExtensionEvent): Properties {
  const priority = versionOf(event) === 'beta' ? PRIORITY : undefined;
  return present({ '@odata.type': typeName(EVENTS[event].listener), priority });
}

function conditionsOf({ applications }: EventListenerInputs): Properties {
  return { conditions: { applications: { includeApplications: applications.map((appId) => ({ appId })) } } };
}

function handlerOf({ event, extension }: EventListenerInputs): Properties {
  return { handler: { '@odata.type': typeName(EVENTS[event].handler), customExtension: { id: extension } } };
}

function calledBy(found: Properties): string | undefined {
  const { id } = inside(found, 'handler', 'customExtension');
  return id === undefined ? undefined : textOf(id);
}

/** Client ids of a listener's applications: a relation, which only v1.0's pages show inside the listener. */
async function applicationsOf(context: Context, version: Version, found: Properties): Promise<readonly string[]> {
  const { includeApplications } = inside(found, 'conditions', 'applications');
  if (Array.isArray(includeApplications)) {
    return mappingsIn(includeApplications)
      .map(({ appId }) => textOf(appId))
      .toSorted();
  }
  const path = `${pathOf(version, textOf(found['id']))}/conditions/applications/includeApplications`;
  return readIds(context, path, 'appId');
}

interface Target {
  readonly id: string;
  readonly event: ExtensionEvent;
}

async function patch({ graph }: Context, { id, event }: Target, changes: Properties): Promise<void> {
  const body = { ...typeOf(event), ...changes };
  await graph.send({ method: 'PATCH', path: pathOf(versionOf(event), id), body, missing: 'lags' });
}

async function read(
  id: string,
  known: Known<EventListenerInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const version = versionOf(known?.inputs.event);
  const found = await readOrGone(context, () => context.graph.find(pathOf(version, id)));
  if (found === undefined) return undefined;
  const event = eventOf(found['@odata.type'], 'listener');
  if (event === undefined)
    throw new Error(`the listener '${id}' is of the type '${textOf(found['@odata.type'])}', which is not known here`);
  const told = calledBy(found);
  if (told === undefined && known === undefined) {
    throw new Error(
      `Graph does not tell which extension the listener '${id}' calls; declare it without an import: the one of its event and applications is taken over`,
    );
  }
  const extension = told ?? (known && sentOf(EXTENSION, known));
  const applications = await applicationsOf(context, version, found);
  return { inputs: present({ event, extension, applications }), outputs: carried(EXTENSION, known) };
}

function update(id: string, { news }: Change<EventListenerInputs>, context: Context): Promise<Properties> {
  return settle(context, id, news);
}

/** Sends the extension, since nothing shows which one is called, and waits until the applications read as declared. */
async function settle(context: Context, id: string, inputs: EventListenerInputs): Promise<Properties> {
  const { event, applications } = inputs;
  const version = versionOf(event);
  await patch(context, { id, event }, handlerOf(inputs));
  await context.waiter.until(`applications of the listener '${id}'`, async () => {
    const found = await context.graph.send({ method: 'GET', path: pathOf(version, id), missing: 'lags' });
    if (isSame(await applicationsOf(context, version, { ...found, id }), applications)) return true;
    await patch(context, { id, event }, conditionsOf(inputs));
    return undefined;
  });
  return asSent(EXTENSION, inputs);
}
