import type { AccessToken, TokenCredential } from '@azure/core-auth';
import type {
  AuthenticationResult,
  Configuration,
  INetworkModule,
  NetworkRequestOptions,
  NetworkResponse,
} from '@azure/msal-node';
import { z } from 'zod';
import type { Cloud } from '../../../provider/config/cloud';
import { CredentialError } from '../../../provider/config/credential';

/** Way in which a person signs in: in a browser of this machine, or by a code that is entered in any browser. */
export type SignInWay = 'browser' | 'device-code';

export interface PersonSignInOptions {
  readonly tenantId: string;
  /** Client id of a public client, whose redirect URIs include `http://localhost` for the browser. */
  readonly clientId: string;
  /** Delegated permissions of Graph that are asked for: `Application.ReadWrite.All`. */
  readonly scopes: readonly string[];
  readonly way: SignInWay;
  /** Tells the person what to do. Gets no token. */
  readonly tell: (line: string) => void;
  readonly openBrowser: (url: string) => Promise<void>;
  /** Told who signed in. @default no one is told */
  readonly onPerson?: (person: { readonly objectId: string; readonly name: string }) => void;
}

/** Microsoft's client for Graph in a terminal, which every tenant knows, and which may ask for any delegated permission. */
export const COMMAND_LINE_TOOLS = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

/** A credential that always has a token, or says why not. */
interface PersonCredential extends TokenCredential {
  readonly getToken: () => Promise<AccessToken>;
}

/** Has a person sign in to one tenant. The token stays in memory, and ends with the process. */
export function personSignIn(cloud: Cloud, options: PersonSignInOptions): PersonCredential {
  return {
    getToken: async (): Promise<AccessToken> => {
      const { accessToken, expiresOn, tenantId, uniqueId, account } = await acquire(cloud, options);
      if (tenantId.toLowerCase() !== options.tenantId.toLowerCase()) {
        throw new CredentialError(
          `the sign-in was to the tenant ${tenantId}, and must be to ${options.tenantId}, which the estate names`,
        );
      }
      options.onPerson?.({ objectId: uniqueId, name: account?.username ?? uniqueId });
      return { token: accessToken, expiresOnTimestamp: expiresOn?.getTime() ?? Date.now() };
    },
  };
}

async function acquire(cloud: Cloud, options: PersonSignInOptions): Promise<AuthenticationResult> {
  const { PublicClientApplication } = await import('@azure/msal-node');
  const refusals = new Refusals();
  const client = new PublicClientApplication(configurationOf(cloud, options, refusals));
  const scopes = options.scopes.map((scope) => `${cloud.graph}/${scope}`);
  const { tell, openBrowser, way } = options;
  try {
    const result =
      way === 'browser'
        ? await client.acquireTokenInteractive({ scopes, prompt: 'select_account', openBrowser })
        : await client.acquireTokenByDeviceCode({
            scopes,
            deviceCodeCallback: ({ message }) => {
              tell(message);
            },
          });
    if (result !== null) return result;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CredentialError(refusalOf(refusals.last ?? message, options));
  }
  throw new CredentialError('the sign-in ended without a token');
}

function configurationOf(
  { login, isPrivate }: Cloud,
  { clientId, tenantId }: PersonSignInOptions,
  networkClient: INetworkModule,
): Configuration {
  const authority = `${login}/${tenantId}`;
  const knownAuthorities = isPrivate ? [new URL(login).host] : [];
  return { auth: { clientId, authority, knownAuthorities }, system: { networkClient } };
}

type Headers = Readonly<Record<string, string>>;

/** Requests of MSAL, which tells of a refused device code neither the number nor the words of the error. */
class Refusals implements INetworkModule {
  last: string | undefined;

  async sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.send<T>(url, { headers: options?.headers ?? {} });
  }

  async sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.send<T>(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? null });
  }

  private async send<T>(
    url: string,
    init: { readonly method?: string; readonly headers: Headers; readonly body?: string | null },
  ): Promise<NetworkResponse<T>> {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    const body: unknown = await response.json();
    const refusal = Refusal.safeParse(body);
    const isPending = refusal.data?.error === 'authorization_pending';
    if (refusal.success && !isPending) {
      this.last = refusal.data.error_description;
      // MSAL would go on with a device code that there is not.
      if (url.endsWith('/devicecode')) throw new Error(this.last);
    }
    return { headers: Object.fromEntries(response.headers), body: body as T, status: response.status };
  }
}

const ANSWER_TIMEOUT_MS = 60_000;

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const Refusal = z.object({ error: z.string(), error_description: z.string() });

/** Remedies of the refusals that have one cause: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const REMEDIES: readonly (readonly [RegExp, (options: PersonSignInOptions) => string])[] = [
  [
    /AADSTS(?:90094|65001|65004|90093)|access_denied/,
    ({ scopes }) =>
      `the tenant wants an administrator's consent for ${scopes.join(', ')}; sign in as a Global Administrator or a ` +
      'Privileged Role Administrator of this tenant',
  ],
  [/AADSTS(?:90002|900023)/, ({ tenantId }) => `there is no tenant ${tenantId}; correct tenantId in the estate`],
  [
    /AADSTS(?:50020|50058|51004|500213)/,
    ({ tenantId }) => `this account is not in the tenant ${tenantId}; sign in with one that is`,
  ],
  [
    /AADSTS65002/,
    ({ clientId }) => `the client ${clientId} may not have these permissions, whoever signs in; leave --client-id out`,
  ],
  [
    /AADSTS(?:700016|7000218|50011)/,
    ({ clientId }) =>
      `the client ${clientId} must be in this tenant, allow public client flows, and have the redirect URI http://localhost`,
  ],
];

function refusalOf(message: string, options: PersonSignInOptions): string {
  const remedy = REMEDIES.find(([pattern]) => pattern.test(message))?.[1](options);
  const [code] = /AADSTS\d+/.exec(message) ?? [];
  return remedy === undefined
    ? `the sign-in failed: ${message}`
    : `the sign-in failed: ${remedy}${code === undefined ? '' : ` (${code})`}`;
}
