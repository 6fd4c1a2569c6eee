import { type Context, type Created, keepOnFault } from '../resource';
import { type Properties, textOf } from '../values';
import { GraphError } from './error';

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
