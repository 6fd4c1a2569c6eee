import { createOnce } from '../graph/steps';
import type { Context } from '../resource';
import { textOf } from '../values';

// Identity providers and languages of a user flow: sets of names.

/** Ids of the identity providers with which people can sign in. */
export async function readIdentityProviders({ graph }: Context, flow: string): Promise<readonly string[]> {
  const items = await graph.list(`${flow}/userFlowIdentityProviders`, { missing: 'lags' });
  return items.map(({ id }) => textOf(id)).toSorted();
}

/** Makes the flow offer exactly these identity providers. */
export async function convergeIdentityProviders(
  context: Context,
  { flow, wanted }: { readonly flow: string; readonly wanted: readonly string[] },
): Promise<void> {
  const current = await readIdentityProviders(context, flow);
  const path = `${flow}/userFlowIdentityProviders`;
  // What is new comes first: a flow without any identity provider lets no one in.
  for (const id of wanted.filter((one) => !current.includes(one))) {
    const body = {
      '@odata.id': await context.graph.reference(`/beta/identity/identityProviders/${encodeURIComponent(id)}`),
    };
    await createOnce(context, {
      post: () => context.graph.send({ method: 'POST', path: `${path}/$ref`, body, once: true, missing: 'lags' }),
      find: async () => ((await readIdentityProviders(context, flow)).includes(id) ? { id } : undefined),
    });
  }
  for (const id of current.filter((one) => !wanted.includes(one))) await unlink(context, flow, id);
}

async function unlink(context: Context, flow: string, id: string): Promise<void> {
  const path = `${flow}/userFlowIdentityProviders/${encodeURIComponent(id)}/$ref`;
  await context.waiter.until(`DELETE ${path}: gone`, async () => {
    await context.graph.sendIfThere({ method: 'DELETE', path });
    return (await readIdentityProviders(context, flow)).includes(id) ? undefined : true;
  });
}

/** Tags of the languages that the flow shows. */
export async function readLanguages({ graph }: Context, flow: string): Promise<readonly string[]> {
  const items = await graph.list(`${flow}/languages`, { missing: 'lags' });
  return items
    .filter(({ isEnabled }) => isEnabled === true)
    .map(({ id }) => textOf(id))
    .toSorted();
}

/** Makes the flow show exactly these languages. */
export async function convergeLanguages(
  context: Context,
  { flow, wanted }: { readonly flow: string; readonly wanted: readonly string[] },
): Promise<void> {
  const current = await readLanguages(context, flow);
  const put = (tag: string, isEnabled: boolean) =>
    context.graph.send({
      method: 'PUT',
      path: `${flow}/languages/${tag}`,
      body: { id: tag, isEnabled },
      missing: 'lags',
    });
  for (const tag of wanted.filter((one) => !current.includes(one))) await put(tag, true);
  for (const tag of current.filter((one) => !wanted.includes(one))) await put(tag, false);
}
