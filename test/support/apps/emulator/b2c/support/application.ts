import * as client from 'openid-client';
import type { B2cEmulator, B2cEmulatorOptions, Flow, Registrations } from '../../../../../../apps/emulator/b2c';
import { startB2cEmulator } from '../../../../../../apps/emulator/b2c';
import type { AgentPage } from '../../../../b2c-agent';
import { B2cAgent } from '../../../../b2c-agent';

export const WEB = {
  clientId: 'aaaaaaaa-1111-4111-8111-111111111111',
  displayName: 'Claims',
  secrets: ['web~secret+1'],
  redirectUris: ['http://localhost:5000/auth/callback'],
  grantedScopes: [
    'https://contoso.onmicrosoft.com/api/Accounts.Read',
    'https://contoso.onmicrosoft.com/api/Accounts.Write',
  ],
};

const NAMES = ['displayName', 'givenName', 'surname'];
const CLAIMS = ['objectId', 'displayName', 'emails', 'givenName', 'surname'];

export const FLOWS = {
  signIn: { id: 'B2C_1_signupsignin1', type: 'signUpOrSignIn', attributes: ['email', ...NAMES], claims: CLAIMS },
  stepUp: {
    id: 'B2C_1_signupsignin1_mfa',
    type: 'signUpOrSignIn',
    multifactor: 'on',
    attributes: ['email', ...NAMES],
    claims: CLAIMS,
  },
  profile: {
    id: 'B2C_1_profileediting1',
    type: 'profileUpdate',
    attributes: ['displayName', 'givenName', { id: 'city', optional: true }],
    claims: [...CLAIMS, 'city'],
  },
  reset: { id: 'B2C_1_passwordreset1', type: 'passwordReset', claims: ['emails'] },
} as const satisfies Record<string, Flow>;

export const API = {
  clientId: 'bbbbbbbb-2222-4222-8222-222222222222',
  identifierUri: 'https://contoso.onmicrosoft.com/api',
  scopes: ['Accounts.Read', 'Accounts.Write', 'Accounts.Delete'],
};

export const REGISTRATIONS: Registrations = {
  directory: 'contoso',
  tenantId: '11111111-1111-4111-8111-111111111111',
  clients: [WEB],
  apis: [API],
  flows: Object.values(FLOWS),
};

export const ADA = {
  id: 'ada00000-0000-4000-8000-000000000001',
  email: 'ada@example.com',
  password: 'Engine-1843',
  phone: '+442079460001',
  displayName: 'Ada Lovelace',
  givenName: 'Ada',
  surname: 'Lovelace',
};

export const BOB = { ...ADA, id: 'b0b00000-0000-4000-8000-000000000002', email: 'bob@example.com', givenName: 'Bob' };

export const READ = 'https://contoso.onmicrosoft.com/api/Accounts.Read';
export const WRITE = 'https://contoso.onmicrosoft.com/api/Accounts.Write';

export function startForTest(options: Partial<B2cEmulatorOptions> = {}): Promise<B2cEmulator> {
  return startB2cEmulator({ registrations: REGISTRATIONS, users: [ADA, BOB], ...options });
}

/** An agent that stops at the application's redirect URIs. */
export function newAgent(): B2cAgent {
  return new B2cAgent((url) => url.port === '5000');
}

export interface RequestOptions {
  readonly flow?: string;
  readonly scope?: string;
  readonly secret?: string;
  readonly clientId?: string;
  /** Further parameters of the authorize request. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Where the metadata of flows is. */
export type Authority = Pick<B2cEmulator, 'metadataUrl'>;

/** A sign-in that an application has begun. */
export interface Started {
  readonly config: client.Configuration;
  readonly url: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly state: string;
}

export async function begin(emulator: Authority, options: RequestOptions = {}): Promise<Started> {
  const { flow = FLOWS.signIn.id, scope = `openid offline_access ${READ}`, more = {} } = options;
  const config = await discover(emulator, flow, options);
  const [verifier, nonce, state] = [client.randomPKCECodeVerifier(), client.randomNonce(), client.randomState()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: WEB.redirectUris[0] ?? '',
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state,
    ...more,
  });
  return { config, url: url.href, verifier, nonce, state };
}

export async function discover(
  emulator: Authority,
  flow: string,
  { clientId = WEB.clientId, secret = WEB.secrets[0] ?? '' }: RequestOptions = {},
): Promise<client.Configuration> {
  const metadata = new URL(emulator.metadataUrl(flow));
  // Marked as deprecated to stand out; this is loopback.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const { allowInsecureRequests } = client;
  return await client.discovery(metadata, clientId, undefined, client.ClientSecretPost(secret), {
    execute: [allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}

/** Redeems the code in the callback, with all checks. */
export function redeem(
  started: Started,
  callback: AgentPage | string,
): ReturnType<typeof client.authorizationCodeGrant> {
  return client.authorizationCodeGrant(
    started.config,
    new URL(typeof callback === 'string' ? callback : callback.url),
    {
      pkceCodeVerifier: started.verifier,
      expectedNonce: started.nonce,
      expectedState: started.state,
      idTokenExpected: true,
    },
  );
}
