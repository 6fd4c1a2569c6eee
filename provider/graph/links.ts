import type { Context } from '../resource';
import { type Properties, textOf } from '../values';
import { readAgreed } from './agreed-read';
import { createOnce, readOrGone } from './steps';

/** Ids in a list of Graph, in one order. */
export async function readIds({ graph }: Context, path: string, key = 'id'): Promise<readonly string[]> {
  const items = await graph.list(path, { missing: 'lags' });
  return items.map((item) => textOf(item[key])).toSorted();
}

/** Ids among the inputs of a state. */
export function idsIn(inputs: Properties, key: string): readonly string[] {
  const list = inputs[key];
  return Array.isArray(list) ? list.map(textOf) : [];
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
