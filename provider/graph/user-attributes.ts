import { quotedList } from '../../src/text/suggest';
import type { Context } from '../resource';
import { readOrGone } from './steps';
import { type Properties, textOf } from '../values';

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
