import { ConfidentialClientApplication, type INetworkModule } from '@azure/msal-node';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { B2cEmulator } from '../../../../../apps/emulator/b2c';
import { trustCertificateFile } from '../../../../../provider/trust';
import { signIn } from '../../../../support/b2c-agent';
import {
  ADA,
  API,
  begin,
  FLOWS,
  newAgent,
  READ,
  redeem,
  REGISTRATIONS,
  startForTest,
  WEB,
} from '../../../../support/apps/emulator/b2c/support/application';
import { temporaryFolder } from '../../../../support/templates';

const REDIRECT = 'http://localhost:5000/auth/callback';

const authority = temporaryFolder();

let emulator: B2cEmulator;
/** Scopes of the requests to the token endpoint, by grant type. */
let asked: readonly (readonly [string, string])[];

beforeAll(async () => {
  emulator = await startForTest({ authority });
  trustCertificateFile(emulator.caFile);
});

beforeEach(() => {
  asked = [];
});

afterAll(() => emulator.stop());

/** Sends as MSAL itself does, and keeps what is asked for. */
const recording: INetworkModule = {
  sendGetRequestAsync: (async (url, options) =>
    send(url, { headers: options?.headers ?? {} })) as INetworkModule['sendGetRequestAsync'],
  sendPostRequestAsync: (async (url, options) => {
    const fields = new URLSearchParams(options?.body);
    asked = [...asked, [fields.get('grant_type') ?? 'none', fields.get('scope') ?? 'none']];
    return send(url, { method: 'POST', headers: options?.headers ?? {}, body: fields });
  }) as INetworkModule['sendPostRequestAsync'],
};

async function send(url: string, init: RequestInit): Promise<{ headers: object; body: object; status: number }> {
  const response = await fetch(url, init);
  const body = (await response.json()) as object;
  return { headers: Object.fromEntries(response.headers), body, status: response.status };
}

function newClient(): ConfidentialClientApplication {
  const host = `localhost:${emulator.port}`;
  return new ConfidentialClientApplication({
    auth: {
      clientId: WEB.clientId,
      clientSecret: WEB.secrets[0] ?? '',
      authority: `https://${host}/contoso.onmicrosoft.com/${FLOWS.signIn.id}`,
      knownAuthorities: [host],
    },
    system: { networkClient: recording },
  });
}

/** The code of a sign-in that MSAL began. */
async function codeOf(client: ConfidentialClientApplication): Promise<string> {
  const url = await client.getAuthCodeUrl({ scopes: [READ], redirectUri: REDIRECT });
  const agent = newAgent();
  const callback = await signIn(agent, await agent.open(url), ADA);
  return new URL(callback.url).searchParams.get('code') ?? '';
}

describe('MSAL', () => {
  test('signs in, and refreshes when the access token has ended', async () => {
    const client = newClient();
    const signedIn = await client.acquireTokenByCode({
      code: await codeOf(client),
      scopes: [READ],
      redirectUri: REDIRECT,
    });
    if (signedIn.account === null) throw new Error('MSAL found no account');
    expect(signedIn.account.homeAccountId).toBe(`${ADA.id}-${FLOWS.signIn.id.toLowerCase()}.${REGISTRATIONS.tenantId}`);
    const refreshed = await client.acquireTokenSilent({
      account: signedIn.account,
      scopes: [READ],
      forceRefresh: true,
    });
    expect(asked).toEqual([
      ['authorization_code', `${READ} openid profile offline_access`],
      ['refresh_token', `${READ} openid profile offline_access`],
    ]);
    expect(decodeJwt(refreshed.accessToken)).toMatchObject({ aud: API.clientId, scp: 'Accounts.Read' });
    expect(decodeProtectedHeader(refreshed.idToken)).toMatchObject({ typ: 'JWT', alg: 'RS256' });
  });

  test('takes over a refresh token of another library, which never asked for profile', async () => {
    const started = await begin(emulator, { scope: `openid offline_access ${READ}` });
    const agent = newAgent();
    const callback = await signIn(agent, await agent.open(started.url), ADA);
    const { refresh_token: refreshToken = '' } = await redeem(started, callback);
    const tokens = await newClient().acquireTokenByRefreshToken({ refreshToken, scopes: [READ] });
    expect(tokens?.scopes).toEqual([READ]);
  });
});
