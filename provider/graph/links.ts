import type { Context } from '../resource';
import { textOf } from '../values';
import { createOnce } from './steps';

/** Ids in a list of Graph, in one order. */
export async function readIds({ graph }: Context, path: string, key = 'id'): Promise<readonly string[]> {
  const items = await graph.list(path, { missing: 'lags' });
  return items.map((item) => textOf(item[key])).toSorted();
}

/** Links of an object of Graph: a set of ids. */
export interface Links {
  readonly read: () => Promise<readonly string[]>;
  readonly add: (id: string) => ReturnType<Context['graph']['send']>;
  /** Path of a link for DELETE. */
  readonly pathOf: (id: string) => string;
}

/** Makes exactly these links. What is new comes first: without any identity provider a flow lets no one in. */
export async function convergeLinks(
  context: Context,
  wanted: readonly string[],
  { read, add, pathOf }: Links,
): Promise<void> {
  const current = await read();
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
      return (await read()).includes(id) ? undefined : true;
    });
  }
}

/** Makes a list refer to exactly these objects of a collection. */
export function convergeReferences(
  context: Context,
  { path, collection }: { readonly path: string; readonly collection: string },
  wanted: readonly string[],
): Promise<void> {
  const { graph } = context;
  return convergeLinks(context, wanted, {
    read: () => readIds(context, path),
    add: async (id) => {
      const body = { '@odata.id': await graph.reference(`${collection}/${encodeURIComponent(id)}`) };
      return graph.send({ method: 'POST', path: `${path}/$ref`, body, once: true, missing: 'lags' });
    },
    pathOf: (id) => `${path}/${encodeURIComponent(id)}/$ref`,
  });
}
