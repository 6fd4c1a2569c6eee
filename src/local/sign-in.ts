import { join } from 'node:path';
import { known } from '../estate/source/known';
import type { Environment, SignIn } from './environment';
import { emulatedIds } from './environment';
import type { CustomersRunOptions } from './registrations';
import type { LocalRegistrations } from './registrations-file';
import { openSecrets } from './secrets';
import { SEED_USERS } from './seed-users';
import { AUTHORITY, type StateFolder, writeJsonFile } from './state-folder';

/** How the emulated sign-in is reached. */
export interface SignInAddress {
  /** Over https, by the authority in the state folder. */
  readonly isHttps: boolean;
  /** Origin of a proxy before it. @default its own */
  readonly publicUrl: string | undefined;
}

/** Ports of the Graph beside the sign-in: plain, and with TLS, where tokens are. */
export interface GraphPorts {
  readonly plain: number;
  readonly tls: number;
}

export interface SignInOptions extends Omit<CustomersRunOptions, 'clientSecret'>, SignInAddress {
  readonly state: StateFolder;
}

/** The emulated sign-in, running, with what the customers program registers. */
export interface RunningSignIn {
  readonly origin: string;
  readonly registrations: LocalRegistrations;
  readonly clientSecret: string;
}

/** Origin at which browsers and applications reach the sign-in. */
export function signInOrigin({ isHttps, publicUrl }: SignInAddress, port: number): string {
  return publicUrl ?? `${isHttps ? 'https' : 'http'}://localhost:${port}`;
}

/** Certificate that clients must trust. */
export function authorityFile(state: StateFolder): string {
  return join(state.at(AUTHORITY), 'ca.pem');
}

/** Starts the sign-in on a port, with Graph if it has ports; `start` gives it its environment and waits until it is ready. */
export async function startSignIn(
  options: SignInOptions,
  { port, graph }: { readonly port: number; readonly graph?: GraphPorts },
  start: (environment: Environment) => Promise<void>,
): Promise<RunningSignIn> {
  const { state, isHttps, publicUrl: PUBLIC_URL } = options;
  const { clientSecret } = openSecrets(state.at('secrets.json'));
  // Loaded here, since Pulumi takes a second, in which other parts start.
  const { runCustomers } = await import('./registrations.js');
  const registrations = await runCustomers({ ...options, clientSecret });
  const file = state.at('registrations.json');
  writeJsonFile(file, registrations);
  const authority = isHttps ? state.at(AUTHORITY) : undefined;
  await start({
    ...{ PORT: String(port), DATA: state.at('b2c'), REGISTRATIONS: file },
    ...(graph && graphEnvironment(state, graph)),
    ...known({ AUTHORITY: authority, PUBLIC_URL }),
  });
  return { origin: signInOrigin(options, port), registrations, clientSecret };
}

/** Its customers are Graph's, so that they are kept apart from those of a sign-in without Graph. */
function graphEnvironment(state: StateFolder, { plain, tls }: GraphPorts): Environment {
  const ports = { GRAPH_PORT: String(plain), GRAPH_TLS_PORT: String(tls) };
  const folders = { DATA: state.at('directory/b2c'), GRAPH: state.at('directory/graph') };
  return { ...ports, ...folders, GRAPH_AUTHORITY: state.at(AUTHORITY) };
}

/** Lines on the Graph beside the sign-in. */
export function graphLines(state: StateFolder, tenantId: string, { plain, tls }: GraphPorts): readonly string[] {
  return [
    `  Graph       http://localhost:${plain}/v1.0, with tokens of https://localhost:${tls}/${tenantId}`,
    `              its client id and secret are in ${join(state.at(AUTHORITY), 'azuread.env')}`,
  ];
}

/** Values that the customer application starts with. @throws IncompleteEstateError */
export function signInOf({ customers }: SignInOptions, { origin, registrations, clientSecret }: RunningSignIn): SignIn {
  return { ids: emulatedIds({ customers, registrations, b2c: origin }), clientSecret };
}

/** Lines for whoever signs in: who there is, and where codes are. */
export function accountLines(origin: string): readonly string[] {
  const [{ email, password }] = SEED_USERS;
  return [
    `  Sign in as  ${email}, password ${password} (until you change it), or sign up`,
    `  Codes       ${origin}/inbox has every code that is sent, by e-mail or text message`,
  ];
}

/** Lines on the authority that a browser and an application must trust. */
export function authorityLines(state: StateFolder): readonly string[] {
  return [`  Authority   ${authorityFile(state)}; to trust it: npx --no entra-aws docs your-application`];
}

/** Settings of an application of one's own: where each flow is, and what is registered. */
export function settingLines(state: StateFolder, { origin, registrations }: RunningSignIn): readonly string[] {
  const { directoryType, directory, tenantId, flows, clients, apis } = registrations;
  const domain = `${directory}.onmicrosoft.com`;
  const authorities =
    directoryType === 'b2c' ? flows.map(({ id }) => `${origin}/${domain}/${id}/v2.0`) : [`${origin}/${tenantId}/v2.0`];
  return [
    ...authorities.map((authority) => `  Metadata    ${authority}/.well-known/openid-configuration`),
    ...clients.flatMap(({ displayName, clientId, secrets, ...addresses }) => [
      `  Client      ${clientId} (${displayName})`,
      ...[addresses.redirectUris, addresses.spaRedirectUris, addresses.nativeRedirectUris]
        .flat()
        .map((uri) => `              ${uri}`),
      ...(secrets.length === 0 ? [] : [`              its secret is clientSecret in ${state.at('secrets.json')}`]),
    ]),
    ...apis.flatMap(({ identifierUri, scopes }) => scopes.map((scope) => `  Scope       ${identifierUri}/${scope}`)),
  ];
}
