import { mappingsIn, type Properties, textOf } from '../../../../provider/values';
import { type Directory, textsOf } from '../../../clouds/graph/directory';

type Graph = Directory['context']['graph'];

/** An owner of an application or of its service principal: whoever owns either may give it credentials. */
export interface Owner {
  readonly id: string;
  readonly name: string;
  /** `/v1.0/applications/…`, or that of the service principal. */
  readonly path: string;
}

/** Ways to the permissions of an application that are never made here. */
export interface WaysIn {
  /** Of other people. */
  readonly owners: readonly Owner[];
  /** Consents for everybody who signs in. */
  readonly consents: readonly { readonly id: string; readonly scopes: string }[];
  /** Settings that let others in, in words. */
  readonly opened: readonly string[];
}

/** Redirect URI of a sign-in in a browser of this machine; any port of it is meant. */
export const LOOPBACK_REDIRECT = 'http://localhost';

/** Settings of an application that lets in its own directory alone, and answers to this machine alone. */
export const CLOSED = { signInAudience: 'AzureADMyOrg', web: { redirectUris: [] }, spa: { redirectUris: [] } };

export interface Seen {
  readonly application: Properties;
  readonly principal: Properties | undefined;
  readonly personId: string;
}

export async function readWaysIn(graph: Graph, { application, principal, personId }: Seen): Promise<WaysIn> {
  const principalPath = principal && `/v1.0/servicePrincipals/${textOf(principal['id'])}`;
  const paths = [`/v1.0/applications/${textOf(application['id'])}`, ...(principalPath ? [principalPath] : [])];
  const owners = await Promise.all(paths.map((path) => ownersOf(graph, path)));
  const grants = principalPath === undefined ? [] : await graph.list(`${principalPath}/oauth2PermissionGrants`);
  return {
    owners: owners.flat().filter(({ id }) => id !== personId),
    consents: grants
      .filter(({ consentType }) => consentType === 'AllPrincipals')
      .map(({ id, scope }) => ({ id: textOf(id), scopes: textOf(scope).trim() })),
    opened: openedBy(application),
  };
}

async function ownersOf(graph: Graph, path: string): Promise<readonly Owner[]> {
  const owners = await graph.list(`${path}/owners`, { query: { $select: 'id,displayName' } });
  return owners.map(({ id, displayName }) => ({ id: textOf(id), name: textOf(displayName) || textOf(id), path }));
}

function openedBy({ signInAudience, web, spa, publicClient }: Properties): readonly string[] {
  const audience = textOf(signInAudience);
  const addresses = [web, spa, publicClient].flatMap((one) => textsOf(mappingsIn([one])[0]?.['redirectUris']));
  return [
    ...(audience === CLOSED.signInAudience ? [] : [`people of other directories may sign in to it (${audience})`]),
    ...addresses.filter((address) => address !== LOOPBACK_REDIRECT).map((address) => `it answers to ${address}`),
  ];
}
