import { z } from 'zod';
import { createOnce, deleteUntilGone, readOrGone } from '../graph/steps';
import { sortedSets, Text } from '../inputs';
import { EXTENSION_EVENTS, type ExtensionEvent } from '../limits';
import {
  type Change,
  type Context,
  type Created,
  keepOnFault,
  type Known,
  type Live,
  type ResourceType,
} from '../resource';
import { isProperties, isSame, mappingsIn, present, type Properties, textOf } from '../values';
import { eventOf, EVENTS, typeName } from './events';

export const EventListenerInputs = z.strictObject({
  event: z.enum(EXTENSION_EVENTS),
  extension: Text,
  applications: z.array(Text).min(1, { error: 'is empty; a listener is of at least one application' }),
});
export type EventListenerInputs = z.infer<typeof EventListenerInputs>;

/** Listeners that call custom authentication extensions: https://learn.microsoft.com/graph/api/resources/authenticationeventlistener */
export const authenticationEventListener: ResourceType<EventListenerInputs> = {
  schema: EventListenerInputs,
  // The event is the type of the object.
  replaceOn: ['event'],
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

async function create(inputs: EventListenerInputs, context: Context): Promise<Created> {
  const { event } = inputs;
  const path = collectionOf(versionOf(event));
  const existing = await findListener(context, inputs);
  if (existing !== undefined)
    context.warn(`a listener of these applications for ${event} exists already and is taken over`);
  const priority = versionOf(event) === 'beta' ? PRIORITY : undefined;
  const body = present({ ...typeOf(event), ...conditionsOf(inputs), ...handlerOf(inputs), priority });
  const listener =
    existing ??
    (await createOnce(context, {
      post: () => context.graph.send({ method: 'POST', path, body, once: true, missing: 'lags' }),
      find: () => findListener(context, inputs),
    }));
  const id = textOf(listener['id']);
  // Of one that was there before nothing shows which extension it calls.
  if (existing !== undefined)
    await keepOnFault({ id, outputs: {} }, () => patch(context, { id, event }, handlerOf(inputs)));
  return { id, outputs: {} };
}

/** The one of this event and exactly these applications. */
async function findListener({ graph }: Context, inputs: EventListenerInputs): Promise<Properties | undefined> {
  const all = await graph.list(collectionOf(versionOf(inputs.event)), { missing: 'lags' });
  return all.find(
    (one) =>
      eventOf(one['@odata.type'], 'listener') === inputs.event && isSame(applicationsOf(one), inputs.applications),
  );
}

function typeOf(event: ExtensionEvent): Properties {
  return { '@odata.type': typeName(EVENTS[event].listener) };
}

function conditionsOf({ applications }: EventListenerInputs): Properties {
  return { conditions: { applications: { includeApplications: applications.map((appId) => ({ appId })) } } };
}

function handlerOf({ event, extension }: EventListenerInputs): Properties {
  return { handler: { '@odata.type': typeName(EVENTS[event].handler), customExtension: { id: extension } } };
}

function inside(found: Properties, key: string): Properties {
  const value = found[key];
  return isProperties(value) ? value : {};
}

function applicationsOf(found: Properties): readonly string[] {
  const { includeApplications } = inside(inside(found, 'conditions'), 'applications');
  return mappingsIn(includeApplications)
    .map(({ appId }) => textOf(appId))
    .toSorted();
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
  const path = pathOf(versionOf(known?.inputs.event), id);
  const found = await readOrGone(context, () => context.graph.find(path));
  if (found === undefined) return undefined;
  const event = eventOf(found['@odata.type'], 'listener');
  if (event === undefined)
    throw new Error(`the listener '${id}' is of the type '${textOf(found['@odata.type'])}', which is not known here`);
  const told = inside(inside(found, 'handler'), 'customExtension')['id'] ?? known?.inputs.extension;
  // Graph's page shows a listener without its handler.
  if (told === undefined) {
    throw new Error(
      `Graph does not tell which extension the listener '${id}' calls; declare it without an import: the one of its event and applications is taken over`,
    );
  }
  return { inputs: { event, extension: textOf(told), applications: applicationsOf(found) }, outputs: {} };
}

/** Sends what differs, and waits until the applications read so; the extension can't be read everywhere. */
async function update(id: string, { olds, news }: Change<EventListenerInputs>, context: Context): Promise<Properties> {
  const path = pathOf(versionOf(news.event), id);
  if (olds.inputs['extension'] !== news.extension) await patch(context, { id, event: news.event }, handlerOf(news));
  await context.waiter.until(`applications of the listener '${id}'`, async () => {
    const found = await context.graph.send({ method: 'GET', path, missing: 'lags' });
    if (isSame(applicationsOf(found), news.applications)) return true;
    await patch(context, { id, event: news.event }, conditionsOf(news));
    return undefined;
  });
  return {};
}
