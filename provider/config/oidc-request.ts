import { Transport } from '../graph/transport';
import { isProperties } from '../values';

/** The audience that Entra ID expects in a federated token. */
const AUDIENCE = 'api://AzureADTokenExchange';

/**
 * Asks the CI system for a token that Entra ID accepts (GitHub Actions: `ACTIONS_ID_TOKEN_REQUEST_URL`).
 *
 * @throws Error with the status if there is none.
 */
export async function requestOidcToken(url: string, bearer: string): Promise<string> {
  const target = new URL(url);
  if (!target.searchParams.has('audience')) target.searchParams.set('audience', AUDIENCE);
  const transport = new Transport(() => Promise.resolve(bearer), new AbortController().signal);
  const answer = await transport.send({ method: 'GET', url: target.toString() });
  const body: unknown = answer.status === 200 ? JSON.parse(answer.body) : undefined;
  const token = isProperties(body) ? body['value'] : undefined;
  if (typeof token !== 'string') throw new Error(`no OIDC token from ${target.host}: status ${answer.status}`);
  return token;
}
