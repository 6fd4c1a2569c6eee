import { createOnce, deleteUntilGone, findAttributes, isMeant, readAgreed } from '../graph/steps';
import type { Context } from '../resource';
import { inside, present, type Properties, satisfies, textOf, textsOf } from '../values';
import { canonicalInputType, type FlowAttribute } from './inputs';

/** An attribute that a flow asks for, as Graph has it. */
export interface Assignment {
  /** Id of the attribute, which is the assignment's id too: `givenName`, `extension_<app>_Name`. */
  readonly id: string;
  /** Display name of the attribute itself. */
  readonly attributeName: string;
  readonly body: Properties;
}

const assignmentsPath = (flow: string): string => `${flow}/userAttributeAssignments`;

/** The attributes of a flow in the order in which it asks for them. */
export async function readAssignments({ graph }: Context, flow: string): Promise<readonly Assignment[]> {
  const query = { $expand: 'userAttribute' };
  const items = await graph.list(assignmentsPath(flow), { query, missing: 'lags' });
  const assignments = items.map(assignmentOf);
  if (assignments.length < 2) return assignments;
  const order = await readOrder(graph, flow);
  const place = ({ id }: Assignment): number => {
    const index = order.indexOf(id.toLowerCase());
    return index === -1 ? order.length : index;
  };
  return assignments.toSorted((one, other) => place(one) - place(other));
}

function assignmentOf(body: Properties): Assignment {
  const attribute = inside(body, 'userAttribute');
  const id = textOf(attribute['id'] ?? body['id']);
  return { id, attributeName: textOf(attribute['displayName'] ?? id), body };
}

async function readOrder(graph: Context['graph'], flow: string): Promise<readonly string[]> {
  const answer = await graph.send({ method: 'GET', path: `${assignmentsPath(flow)}/getOrder`, missing: 'lags' });
  return textsOf(answer['order']).map((id) => id.toLowerCase());
}

/** Body of a declared attribute at Graph. */
function wantedBody(entry: FlowAttribute): Properties {
  const { isOptional, requiresVerification, userInputType, displayName, userAttributeValues } = entry;
  return present({ isOptional, requiresVerification, userInputType, displayName, userAttributeValues });
}

interface Wanted {
  readonly id: string;
  /** Name that the directory gives it: the label, where none is declared. */
  readonly name: string;
  readonly entry: FlowAttribute;
}

export interface AttributeGoal {
  /** Path of the flow. */
  readonly flow: string;
  readonly declared: readonly FlowAttribute[];
  /** Ids that Graph assigned by itself; they stay although they are not declared. */
  readonly kept: readonly string[];
  /** Attributes that the state has: ids or names. */
  readonly known: readonly string[];
}

/** Reads the attributes of a flow to change them. @param known those that the state has, by id or name */
export function getAssignments(
  context: Context,
  flow: string,
  known: readonly string[] = [],
): Promise<readonly Assignment[]> {
  const isThere = (all: readonly Assignment[], name: string): boolean =>
    all.some((one) => isMeant(name, { id: one.id, name: one.attributeName }));
  return readAgreed(context, {
    what: `the attributes of ${flow}`,
    read: () => readAssignments(context, flow),
    lacks: (found) => known.filter((name) => !isThere(found, name)),
  });
}

/** Makes the flow ask for exactly the declared attributes, in their order. */
export async function convergeAttributes(context: Context, goal: AttributeGoal): Promise<void> {
  const { flow, declared, kept, known } = goal;
  const wanted = await resolve(context, declared);
  const ids = new Set([...wanted.map(({ id }) => id), ...kept].map((id) => id.toLowerCase()));
  const stay = known.filter((name) => declared.some(({ attribute }) => attribute === name));
  const current = await getAssignments(context, flow, stay);
  for (const { id } of current) {
    if (!ids.has(id.toLowerCase())) await deleteUntilGone(context, `${assignmentsPath(flow)}/${id}`);
  }
  for (const one of wanted) {
    const existing = current.find(({ id }) => id.toLowerCase() === one.id.toLowerCase());
    if (existing === undefined) await add(context, flow, one);
    else await change(context, { flow, wanted: one, existing });
  }
  await arrange(context, flow, wanted);
}

/** Built-in attributes have ids that are looked up; custom ones are named by their id. */
async function resolve(context: Context, declared: readonly FlowAttribute[]): Promise<readonly Wanted[]> {
  const found = await findAttributes(
    context,
    declared.map(({ attribute }) => attribute),
  );
  return declared.map((entry, index) => ({
    id: textOf(found[index]?.['id']),
    name: textOf(found[index]?.['displayName'] ?? entry.attribute),
    entry,
  }));
}

async function add(context: Context, flow: string, { id, name, entry }: Wanted): Promise<void> {
  const path = assignmentsPath(flow);
  const body = { ...wantedBody(entry), displayName: entry.displayName ?? name, userAttribute: { id } };
  const created = await createOnce(context, {
    post: () => context.graph.send({ method: 'POST', path, body, once: true, missing: 'lags' }),
    find: () => findBody(context, flow, id),
  });
  // Found instead of created: it may be an older one that says something else.
  if (!isAsWanted(created, entry)) await patch(context, `${path}/${id}`, entry);
}

async function findBody(context: Context, flow: string, id: string): Promise<Properties | undefined> {
  const all = await readAssignments(context, flow);
  return all.find((one) => one.id.toLowerCase() === id.toLowerCase())?.body;
}

interface Pair {
  readonly flow: string;
  readonly wanted: Wanted;
  readonly existing: Assignment;
}

async function change(context: Context, { flow, wanted, existing }: Pair): Promise<void> {
  if (isAsWanted(existing.body, wanted.entry)) return;
  await patch(context, `${assignmentsPath(flow)}/${wanted.id}`, wanted.entry);
}

async function patch({ graph }: Context, path: string, entry: FlowAttribute): Promise<void> {
  await graph.send({ method: 'PATCH', path, body: wantedBody(entry), missing: 'lags' });
}

function isAsWanted(body: Properties, entry: FlowAttribute): boolean {
  return satisfies(normalized(body), wantedBody(entry));
}

/** Graph leaves out what is false. */
function normalized(body: Properties): Properties {
  return {
    ...body,
    isOptional: body['isOptional'] === true,
    requiresVerification: body['requiresVerification'] === true,
    userInputType: canonicalInputType(body['userInputType']),
  };
}

/** The declared ones in their order, then what Graph added. Waits until it reads back so. */
async function arrange(context: Context, flow: string, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length < 2) return;
  const ids = wanted.map(({ id }) => id);
  let isSent = false;
  await context.waiter.until(`order of the attributes of ${flow}`, async () => {
    const current = (await getAssignments(context, flow)).map(({ id }) => id);
    const others = current.filter((id) => !ids.includes(id));
    if (ids.every((id, index) => current.filter((one) => ids.includes(one))[index] === id)) return true;
    if (!isSent) {
      const body = { newAssignmentOrder: { order: [...ids, ...others] } };
      await context.graph.send({ method: 'POST', path: `${assignmentsPath(flow)}/setOrder`, body, missing: 'lags' });
      isSent = true;
    }
    return undefined;
  });
}
