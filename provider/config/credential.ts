import { readFileSync } from 'node:fs';
import type { TokenCredential } from '@azure/core-auth';
import { Transport } from '../graph/transport';
import { inside } from '../values';
import type { Cloud } from './cloud';
import { isOn, type ProviderConfig } from './provider-config';

/** Every way to sign in failed. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

/** Addresses at which a credential asks for tokens. */
export interface CredentialOptions {
  readonly authorityHost: string;
  readonly disableInstanceDiscovery: boolean;
}

type Constructor<A extends readonly unknown[]> = new (...args: A) => TokenCredential;
type AppConstructor<P> = Constructor<[tenantId: string, clientId: string, proof: P, options: CredentialOptions]>;

/**
 * Part of @azure/identity that is used. Its classes have two declarations, for import and for require, that TypeScript
 * tells apart.
 */
export interface IdentityLibrary {
  readonly ClientCertificateCredential: AppConstructor<{ certificatePath: string; certificatePassword?: string }>;
  readonly ClientSecretCredential: AppConstructor<string>;
  readonly ClientAssertionCredential: AppConstructor<() => Promise<string>>;
  readonly AzurePipelinesCredential: Constructor<
    [tenantId: string, clientId: string, connection: string, token: string, options: CredentialOptions]
  >;
  readonly ManagedIdentityCredential: Constructor<[options?: { clientId: string }]>;
  readonly AzureCliCredential: Constructor<[options: { tenantId?: string }]>;
}

export interface SignIn {
  readonly config: ProviderConfig;
  readonly cloud: Cloud;
  /** Loaded only when a token is needed: a preview without requests starts faster. */
  readonly library: IdentityLibrary;
}

type Way = (signIn: SignIn) => TokenCredential | undefined;

/** Ways to sign in, in azuread's order. The first for which the configuration has what it needs is used. */
const WAYS: readonly Way[] = [certificate, secret, federated, pipeline, managedIdentity, commandLine];

/** @throws CredentialError that lists the ways to sign in, if the configuration fits none. */
export function chooseCredential(signIn: SignIn): TokenCredential {
  for (const way of WAYS) {
    const credential = way(signIn);
    if (credential !== undefined) return credential;
  }
  throw new CredentialError(
    'no way to sign in to Microsoft Graph: set ARM_TENANT_ID and ARM_CLIENT_ID with ARM_CLIENT_SECRET, ' +
      'ARM_CLIENT_CERTIFICATE_PATH or ARM_USE_OIDC=true, or set ARM_USE_MSI=true, or run the command by `npx --no entra-aws sign-in`',
  );
}

interface Application {
  readonly tenantId: string;
  readonly clientId: string;
}

function application({ config }: SignIn): Application | undefined {
  const clientId = given(config.clientId, config.clientIdFilePath);
  return config.tenantId !== undefined && clientId !== undefined ? { tenantId: config.tenantId, clientId } : undefined;
}

function options({ cloud }: SignIn): CredentialOptions {
  return { authorityHost: cloud.login, disableInstanceDiscovery: cloud.isPrivate };
}

function certificate(signIn: SignIn): TokenCredential | undefined {
  const app = application(signIn);
  const certificatePath = signIn.config.clientCertificatePath;
  if (app === undefined || certificatePath === undefined) return undefined;
  const certificatePassword = signIn.config.clientCertificatePassword;
  const configuration = { certificatePath, ...(certificatePassword !== undefined && { certificatePassword }) };
  return new signIn.library.ClientCertificateCredential(app.tenantId, app.clientId, configuration, options(signIn));
}

function secret(signIn: SignIn): TokenCredential | undefined {
  const app = application(signIn);
  const clientSecret = given(signIn.config.clientSecret, signIn.config.clientSecretFilePath);
  if (app === undefined || clientSecret === undefined) return undefined;
  return new signIn.library.ClientSecretCredential(app.tenantId, app.clientId, clientSecret, options(signIn));
}

/** A token of another issuer: given, in a file, or asked for at GitHub. */
function federated(signIn: SignIn): TokenCredential | undefined {
  const { config, library } = signIn;
  const app = application(signIn);
  if (app === undefined || !(isOn(config, 'useOidc') || isOn(config, 'useAksWorkloadIdentity'))) return undefined;
  if (config.adoPipelineServiceConnectionId !== undefined) return undefined;
  const assertion = assertionSource(config);
  if (assertion === undefined) return undefined;
  return new library.ClientAssertionCredential(app.tenantId, app.clientId, assertion, options(signIn));
}

function assertionSource(config: ProviderConfig): (() => Promise<string>) | undefined {
  const { oidcToken, oidcRequestUrl, oidcRequestToken } = config;
  const file =
    config.oidcTokenFilePath ??
    (isOn(config, 'useAksWorkloadIdentity') ? process.env['AZURE_FEDERATED_TOKEN_FILE'] : undefined);
  // Read each time: whoever writes the file renews the token.
  if (file !== undefined) return () => Promise.resolve(fileText(file));
  if (oidcToken !== undefined) return () => Promise.resolve(oidcToken);
  if (oidcRequestUrl === undefined || oidcRequestToken === undefined) return undefined;
  return () => requestOidcToken(oidcRequestUrl, oidcRequestToken);
}

function pipeline(signIn: SignIn): TokenCredential | undefined {
  const { config, library } = signIn;
  const app = application(signIn);
  const { adoPipelineServiceConnectionId: connection, oidcRequestToken } = config;
  if (app === undefined || !isOn(config, 'useOidc') || connection === undefined || oidcRequestToken === undefined) {
    return undefined;
  }
  return new library.AzurePipelinesCredential(
    app.tenantId,
    app.clientId,
    connection,
    oidcRequestToken,
    options(signIn),
  );
}

function managedIdentity({ config, library }: SignIn): TokenCredential | undefined {
  if (!isOn(config, 'useMsi')) return undefined;
  const { clientId } = config;
  return clientId === undefined
    ? new library.ManagedIdentityCredential()
    : new library.ManagedIdentityCredential({ clientId });
}

function commandLine({ config, library }: SignIn): TokenCredential | undefined {
  if (!isOn(config, 'useCli', true)) return undefined;
  const { tenantId } = config;
  return new library.AzureCliCredential(tenantId === undefined ? {} : { tenantId });
}

/** A value as it was given, or as a file holds it. */
function given(text: string | undefined, path: string | undefined): string | undefined {
  return text ?? (path === undefined ? undefined : fileText(path));
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new CredentialError(`can't read '${path}', which the provider's configuration names`);
  }
}

/** The audience that Entra ID expects in a federated token. */
const AUDIENCE = 'api://AzureADTokenExchange';

/**
 * Asks the CI system for a token that Entra ID accepts (GitHub Actions: `ACTIONS_ID_TOKEN_REQUEST_URL`).
 *
 * @throws Error with the status if there is none.
 */
async function requestOidcToken(url: string, bearer: string): Promise<string> {
  const target = new URL(url);
  if (!target.searchParams.has('audience')) target.searchParams.set('audience', AUDIENCE);
  const transport = new Transport(() => Promise.resolve(bearer), new AbortController().signal);
  const answer = await transport.send({ method: 'GET', url: target.toString() });
  const body: unknown = answer.status === 200 ? JSON.parse(answer.body) : undefined;
  const { value: token } = inside(body);
  if (typeof token !== 'string') throw new Error(`no OIDC token from ${target.host}: status ${answer.status}`);
  return token;
}
