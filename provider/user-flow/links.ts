import { readAgreed } from '../graph/agreed-read';
import { convergeReferences, type LinksGoal } from '../graph/links';
import type { Context } from '../resource';
import { mappingsIn, type Properties, textOf } from '../values';

// Identity providers and languages of a user flow: sets of names.

const providersPath = (flow: string): string => `${flow}/userFlowIdentityProviders`;

/**
 * Asks for the identity providers with the flow itself. Their own list needs the permission to change flows (Microsoft Graph,
 * 'List userFlowIdentityProviders'), the flow with what it is expanded by the one to read them ('Get b2cIdentityUserFlow').
 */
export const WITH_IDENTITY_PROVIDERS = { $expand: 'userFlowIdentityProviders' };

/** Ids of the identity providers with which people can sign in. @throws Error where the flow was read without them */
export function identityProvidersOf(flow: Properties): readonly string[] {
  const providers = flow['userFlowIdentityProviders'];
  if (Array.isArray(providers))
    return mappingsIn(providers)
      .map(({ id }) => textOf(id))
      .toSorted();
  throw new Error(`Graph must answer user flow '${textOf(flow['id'])}' with userFlowIdentityProviders, got none`);
}

interface Goal extends LinksGoal {
  /** Path of the flow. */
  readonly flow: string;
}

/** Makes the flow offer exactly these identity providers. */
export function convergeIdentityProviders(context: Context, { flow, ...goal }: Goal): Promise<void> {
  const links = { path: providersPath(flow), collection: '/beta/identity/identityProviders' };
  return convergeReferences(context, links, goal);
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
export async function convergeLanguages(context: Context, { flow, wanted, known }: Goal): Promise<void> {
  const current = await readAgreed(context, {
    what: `the languages of ${flow}`,
    read: () => readLanguages(context, flow),
    lacks: (found) => known.filter((tag) => wanted.includes(tag) && !found.includes(tag)),
  });
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
