import { createOnce } from '../graph/steps';
import type { Context } from '../resource';
import { textOf } from '../values';
import { APPLICATION_TYPE, flowPath, PROVIDERS } from './paths';

// Identity providers and applications of a user flow: sets of ids.

/** Ids of the identity providers with which people can sign in. */
export async function readIdentityProviders({ graph }: Context, id: string): Promise<readonly string[]> {
  const items = await graph.list(`${flowPath(id)}/${PROVIDERS}`, { missing: 'lags' });
  return items.map((item) => textOf(item['id'])).toSorted();
}

/** Makes the flow offer exactly these identity providers; first what is new, since a flow must have one. */
export async function convergeIdentityProviders(context: Context, id: string, wanted: readonly string[]) {
  const { graph } = context;
  const path = `${flowPath(id)}/${PROVIDERS}`;
  await converge(context, wanted, {
    read: () => readIdentityProviders(context, id),
    add: async (provider) => {
      const reference = await graph.reference(`/v1.0/identityProviders/${encodeURIComponent(provider)}`);
      const body = { '@odata.id': reference };
      return graph.send({ method: 'POST', path: `${path}/$ref`, body, once: true, missing: 'lags' });
    },
    pathOf: (provider) => `${path}/${encodeURIComponent(provider)}/$ref`,
  });
}

/** Client ids of the applications whose people see the flow. */
export async function readApplications({ graph }: Context, id: string): Promise<readonly string[]> {
  const items = await graph.list(applicationsPath(id), { missing: 'lags' });
  return items.map((item) => textOf(item['appId'])).toSorted();
}

/** Makes exactly these applications show the flow. Graph takes each into one flow alone. */
export async function convergeApplications(context: Context, id: string, wanted: readonly string[]): Promise<void> {
  const { graph } = context;
  const path = applicationsPath(id);
  await converge(context, wanted, {
    read: () => readApplications(context, id),
    add: (appId) => {
      const body = { '@odata.type': APPLICATION_TYPE, appId };
      return graph.send({ method: 'POST', path, body, once: true, missing: 'lags' });
    },
    pathOf: (appId) => `${path}/${encodeURIComponent(appId)}`,
  });
}

function applicationsPath(id: string): string {
  return `${flowPath(id)}/conditions/applications/includeApplications`;
}

interface Links {
  readonly read: () => Promise<readonly string[]>;
  readonly add: (id: string) => ReturnType<Context['graph']['send']>;
  /** Path of a link for DELETE. */
  readonly pathOf: (id: string) => string;
}

async function converge(context: Context, wanted: readonly string[], { read, add, pathOf }: Links): Promise<void> {
  const current = await read();
  for (const id of wanted.filter((one) => !current.includes(one))) {
    const find = async () => ((await read()).includes(id) ? { id } : undefined);
    await createOnce(context, { post: () => add(id), find });
  }
  for (const id of current.filter((one) => !wanted.includes(one))) {
    await context.waiter.until(`DELETE ${pathOf(id)}: gone`, async () => {
      await context.graph.sendIfThere({ method: 'DELETE', path: pathOf(id) });
      return (await read()).includes(id) ? undefined : true;
    });
  }
}
