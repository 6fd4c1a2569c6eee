import { type Context, type Created, keepOnFault } from '../resource';
import { isSame, type Properties, textOf } from '../values';
import { GraphError } from './error';
import { quotedList } from '../../src/text/suggest';

/** Time for which an object that was just asked for may stay invisible before it is asked for again. */
const APPEARS_WITHIN_MS = 10_000;
/** Posts of one object, the first included. */
const POSTS = 4;

export interface Creation {
  /** Sends the request that creates the object, with `once: true`. */
  readonly post: () => Promise<Properties>;
  /** Looks for the object by what names it. */
  readonly find: () => Promise<Properties | undefined>;
}

/**
 * Creates an object once. When it is not clear whether Graph did it, or it says that the object exists, the object is
 * looked for before a second request is sent.
 */
export async function createOnce({ waiter }: Context, { post, find }: Creation): Promise<Properties> {
  for (let posts = 1; ; posts += 1) {
    try {
      return await post();
    } catch (error) {
      if (!(error instanceof GraphError) || !mayExist(error)) throw error;
      const found = await waiter.find(find, APPEARS_WITHIN_MS);
      if (found !== undefined) return found;
      if (posts >= POSTS) throw error;
    }
  }
}

function mayExist(error: GraphError): boolean {
  return error.isAmbiguous || error.isConflict;
}

/** Reads that must all say 'not there' before an object counts as gone, since a replica of Graph may lag behind. */
const GONE_READS = 3;

/** Reads an object that should exist; undefined only if it is really not there. */
export async function readOrGone<T = Properties>(
  { waiter }: Context,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let reads = 1; ; reads += 1) {
    const found = await read();
    if (found !== undefined || reads >= GONE_READS) return found;
    await waiter.pause(reads - 1);
  }
}

export interface TakeOver extends Creation {
  /** The object as the warning names it: `the API connector 'Invitations'`. */
  readonly what: string;
  /** True where Graph would make a second one of the same name. */
  readonly mayBeTwo?: boolean;
  /** Makes the object as declared, and gives its outputs. `isNew` says that Graph answered a post with it, and so has all of it. */
  readonly settle: (id: string, isNew: boolean) => Promise<Properties>;
  /** Outputs of an object that is not settled yet. @default none */
  readonly unsettled?: Properties;
}

/**
 * Takes over the object that is there, or creates one. Where Graph would make a second one, it counts as missing only after
 * several reads: an attempt that was killed seconds ago may have made it on a replica that lags.
 */
export async function takeOverOrCreate(
  context: Context,
  { what, mayBeTwo = false, find, post, settle, unsettled = {} }: TakeOver,
): Promise<Created> {
  const existing = mayBeTwo ? await readOrGone(context, find) : await find();
  if (existing !== undefined) context.warn(`${what} exists already and is taken over`);
  let isNew = false;
  const create = async (): Promise<Properties> => {
    const made = await post();
    isNew = true;
    return made;
  };
  const id = textOf((existing ?? (await createOnce(context, { post: create, find })))['id']);
  return { id, outputs: await keepOnFault({ id, outputs: unsettled }, () => settle(id, isNew)) };
}

/** Deletes an object and waits until it is gone. A 404 is trusted only if reading says so too. */
export async function deleteUntilGone(context: Context, path: string): Promise<void> {
  await context.waiter.until(`DELETE ${path}: gone`, async () => {
    await context.graph.sendIfThere({ method: 'DELETE', path });
    const found = await readOrGone(context, () => context.graph.find(path));
    return found === undefined ? true : undefined;
  });
}

/** Answers in a row that must be the same before a write is built from them. */
const AGREEING_ANSWERS = 3;
/** Time within which a replica of Graph must show what the state has. */
const SHOWS_WITHIN_MS = 120_000;

export interface Reading<T> {
  /** The object as a refusal names it: `the signing certificates of <id>`. */
  readonly what: string;
  readonly read: () => Promise<T>;
  /** Parts that the state has and an answer lacks. @default none: the state knows nothing of it */
  readonly lacks?: (found: T) => readonly string[];
  /** Content of an answer that must be the same. @default all of it */
  readonly compared?: (found: T) => unknown;
}

/**
 * Reads an object that is written back changed. Replicas of Graph answer out of order: one that lags shows an object without what
 * was written to it a moment ago, and to write that back would delete it.
 *
 * @throws Error, and nothing may be written, if answers keep lacking what the state has, or keep differing
 */
export async function readAgreed<T>(
  { waiter }: Context,
  { what, read, lacks = () => [], compared = (found) => found }: Reading<T>,
): Promise<T> {
  let answers: readonly T[] = [];
  let missing: readonly string[] = [];
  const agreed = await waiter.find(async () => {
    const found = await read();
    missing = lacks(found);
    answers = answers.every((one) => isSame(compared(one), compared(found))) ? [...answers, found] : [found];
    return answers.length >= AGREEING_ANSWERS && missing.length === 0 ? { found } : undefined;
  }, SHOWS_WITHIN_MS);
  if (agreed !== undefined) return agreed.found;
  throw new Error(missing.length > 0 ? lacking(what, missing) : differing(what));
}

function lacking(what: string, missing: readonly string[]): string {
  return (
    `Graph shows ${what} without ${missing.join(', ')}, which the state has, so nothing was changed: an update could delete what a ` +
    'replica of Graph does not show yet. Run `pulumi up --refresh`, also if somebody removed it on purpose'
  );
}

function differing(what: string): string {
  return `Graph shows ${what} differently each time, so nothing was changed; run \`pulumi up\` again`;
}

/** Ids in a list of Graph, in one order. */
export async function readIds({ graph }: Context, path: string, key = 'id'): Promise<readonly string[]> {
  const items = await graph.list(path, { missing: 'lags' });
  return items.map((item) => textOf(item[key])).toSorted();
}

/** Links of an object of Graph: a set of ids. */
export interface Links {
  /** The links as a refusal names them. */
  readonly what: string;
  readonly read: () => Promise<readonly string[]>;
  readonly add: (id: string) => ReturnType<Context['graph']['send']>;
  /** Path of a link for DELETE. */
  readonly pathOf: (id: string) => string;
}

export interface LinksGoal {
  readonly wanted: readonly string[];
  /** Ids that the state has. */
  readonly known: readonly string[];
}

/** Makes exactly these links. What is new comes first: without any identity provider a flow lets no one in. */
export async function convergeLinks(
  context: Context,
  { wanted, known }: LinksGoal,
  { what, read, add, pathOf }: Links,
): Promise<void> {
  const stay = known.filter((id) => wanted.includes(id));
  const lacks = (found: readonly string[]): readonly string[] => stay.filter((id) => !found.includes(id));
  const current = await readAgreed(context, { what, read, lacks });
  const missing = wanted.filter((one) => !current.includes(one));
  for (const id of missing) {
    const find = async () => ((await read()).includes(id) ? { id } : undefined);
    await createOnce(context, { post: () => add(id), find });
  }
  // Who looks it up next must find them.
  if (missing.length > 0)
    await context.waiter.until(`${missing.map((id) => pathOf(id)).join(', ')}: there`, async () => {
      const now = await read();
      return missing.every((id) => now.includes(id)) ? true : undefined;
    });
  for (const id of current.filter((one) => !wanted.includes(one))) {
    await context.waiter.until(`DELETE ${pathOf(id)}: gone`, async () => {
      await context.graph.sendIfThere({ method: 'DELETE', path: pathOf(id) });
      const found = await readOrGone(context, async () => ((await read()).includes(id) ? id : undefined));
      return found === undefined ? true : undefined;
    });
  }
}

/** Makes a list refer to exactly these objects of a collection. */
export function convergeReferences(
  context: Context,
  { path, collection }: { readonly path: string; readonly collection: string },
  goal: LinksGoal,
): Promise<void> {
  const { graph } = context;
  return convergeLinks(context, goal, {
    what: path,
    read: () => readIds(context, path),
    add: async (id) => {
      const body = { '@odata.id': await graph.reference(`${collection}/${encodeURIComponent(id)}`) };
      return graph.send({ method: 'POST', path: `${path}/$ref`, body, once: true, missing: 'lags' });
    },
    pathOf: (id) => `${path}/${encodeURIComponent(id)}/$ref`,
  });
}

/** Tells whether a declared attribute means this one: by id or by name, in any case. */
export function isMeant(declared: string, { id, name }: { readonly id: string; readonly name: string }): boolean {
  return [id, name].some((one) => one.toLowerCase() === declared.toLowerCase());
}

/** Attributes of the directory, in the order in which they are declared. @throws Error for one that it does not have */
export async function findAttributes(context: Context, declared: readonly string[]): Promise<readonly Properties[]> {
  if (declared.length === 0) return [];
  let catalogue: readonly Properties[] = [];
  const find = (one: string): Properties | undefined =>
    catalogue.find(({ id, displayName }) => isMeant(one, { id: textOf(id), name: textOf(displayName) }));
  // A replica that lags does not show an attribute that was made a moment ago.
  await readOrGone(context, async () => {
    catalogue = await context.graph.list('/v1.0/identity/userFlowAttributes', { missing: 'lags' });
    return declared.every((one) => find(one) !== undefined) ? catalogue : undefined;
  });
  return declared.map((one) => {
    const found = find(one);
    if (found !== undefined) return found;
    const ids = quotedList(catalogue.map(({ id }) => textOf(id)));
    throw new Error(`the directory has no user attribute '${one}'; attributes: ${ids}`);
  });
}

/** The only object of a name. @throws Error where several have it, since Graph lets them */
export function onlyOne([first, ...others]: readonly Properties[], what: string): Properties | undefined {
  if (others.length === 0) return first;
  throw new Error(
    `the directory has ${others.length + 1} ${what}; import the one that is meant by its id, or choose another name`,
  );
}

/** Full name of a type of Graph. */
export function typeName(name: string): string {
  return `#microsoft.graph.${name}`;
}

/** Name of a type without its namespace; empty for what has none. */
export function bareName(type: unknown): string {
  return textOf(type).replace(/^#?microsoft\.graph\./, '');
}
