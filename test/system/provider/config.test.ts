import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import * as identity from '@azure/identity';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { findCloud } from '../../../provider/config/cloud';
import { chooseCredential } from '../../../provider/config/credential';
import { checkConfig, resolveConfig, type ProviderConfig } from '../../../provider/config/provider-config';
import { Transport } from '../../../provider/graph/transport';
import { Session } from '../../../provider/session';
import { startEmulator } from '../../support/start-emulator';

const transport = new Transport(undefined, new AbortController().signal);

test.each([
  [{ tenantID: 'x' }, 'tenantID', "unknown key 'tenantID'; did you mean 'tenantId'?"],
  [{ useCli: 'yes' }, 'useCli', "must be true or false, got 'yes'"],
  [
    { environment: 'german' },
    'environment',
    "must be one of 'public', 'global', 'usgovernment', 'usgovernmentl4', 'usgovernmentl5', 'dod', 'china', got 'german'",
  ],
  [
    { metadataHost: 'https://localhost:1' },
    'metadataHost',
    "must be host[:port] without scheme and path, got 'https://localhost:1'",
  ],
])('%j is refused', (values, property, reason) => {
  expect(checkConfig(values)).toEqual([{ property, reason }]);
});

test('configuration comes first, then the variables of azuread in their order', () => {
  const environment = {
    ARM_TENANT_ID: 'from-env',
    ARM_CLIENT_ID: 'id',
    ARM_USE_OIDC: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ci',
  };
  expect(resolveConfig({ tenantId: 'given', useCli: false }, environment)).toEqual({
    tenantId: 'given',
    clientId: 'id',
    useOidc: 'true',
    useCli: 'false',
    oidcRequestUrl: 'https://ci',
  });
});

test('a variable with a value that is not allowed is refused, as the same value in the program is', () => {
  expect(() => resolveConfig({}, { ARM_ENVIRONMENT: 'usgov', ARM_USE_MSI: 'yes' })).toThrow(
    "environment or ARM_ENVIRONMENT must be one of 'public', 'global', 'usgovernment', 'usgovernmentl4', 'usgovernmentl5', 'dod', 'china', got 'usgov'; useMsi or ARM_USE_MSI must be true or false, got 'yes'",
  );
});

test.each([
  [{ environment: 'usgovernmentl5' }, 'https://dod-graph.microsoft.us', 'https://login.microsoftonline.us'],
  [{}, 'https://graph.microsoft.com', 'https://login.microsoftonline.com'],
])('%j is a cloud of its own', async (config, graph, login) => {
  expect(await findCloud(config, transport)).toEqual({ graph, login, isPrivate: false });
});

describe('a credential', () => {
  const app = { tenantId: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11', clientId: 'c' };
  const cloud = { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com', isPrivate: false };
  const choose = (config: ProviderConfig) => chooseCredential({ config, cloud, library: identity });

  test.each<[ProviderConfig, new (...args: never[]) => unknown]>([
    [{ ...app, clientSecret: 's' }, identity.ClientSecretCredential],
    [{ ...app, clientSecret: 's', clientCertificatePath: '/c.pem' }, identity.ClientCertificateCredential],
    [{ ...app, useOidc: 'true', oidcToken: 't' }, identity.ClientAssertionCredential],
    [
      { ...app, useOidc: 'true', oidcRequestUrl: 'https://ci', oidcRequestToken: 't' },
      identity.ClientAssertionCredential,
    ],
    [{ useMsi: 'true' }, identity.ManagedIdentityCredential],
    [{}, identity.AzureCliCredential],
    [app, identity.AzureCliCredential],
  ])('of %j is chosen in the order of azuread', (config, type) => {
    expect(choose(config)).toBeInstanceOf(type);
  });

  test('is missing: the message lists the ways', () => {
    expect(() => choose({ ...app, useCli: 'false' })).toThrow(
      /no way to sign in to Microsoft Graph: set ARM_TENANT_ID and ARM_CLIENT_ID/,
    );
  });

  test('in a file that can not be read is named by the path alone', () => {
    expect(() => choose({ ...app, clientSecretFilePath: '/nowhere' })).toThrow(
      "can't read '/nowhere', which the provider's configuration names",
    );
  });
});

describe('a session', () => {
  const SECRET = 'a-secret-of-the-test';
  let emulator: GraphEmulator;
  const before = tls.getCACertificates('default');

  beforeAll(async () => {
    emulator = await startEmulator({ deployer: { clientSecret: SECRET } });
    tls.setDefaultCACertificates([...before, readFileSync(emulator.caFile, 'utf8')]);
  });

  afterAll(async () => {
    tls.setDefaultCACertificates(before);
    await emulator.stop();
  });

  const configured = (clientSecret: string): Session => {
    const session = new Session();
    const { tenant, deployer, tlsUrl } = emulator;
    const app = { metadataHost: new URL(tlsUrl).host, tenantId: tenant.id, clientId: deployer.clientId };
    session.configure({ ...app, clientSecret, useCli: 'false' }, []);
    return session;
  };

  test('signs in by metadata host and secret, once for many requests', async () => {
    const { graph: client } = configured(SECRET).context(() => undefined);
    await Promise.all([
      client.list('/v1.0/identity/userFlowAttributes'),
      client.list('/v1.0/identity/userFlowAttributes'),
    ]);
    await client.list('/v1.0/identity/userFlowAttributes');
    const signIns = emulator.log.entries.filter(({ path }) => path.includes('/oauth2/v2.0/token'));
    expect(signIns.map(({ status }) => status)).toEqual([200]);
  });

  test('says what Entra ID said when it refuses', async () => {
    const wrong = configured('wrong-secret');
    const sent = wrong.context(() => undefined).graph.find('/beta/identity/b2cUserFlows/x');
    await expect(sent).rejects.toThrow(/can't sign in to Microsoft Graph at https:\/\/localhost:\d+: .*AADSTS7000215/s);
    await expect(sent).rejects.not.toThrow('wrong-secret');
    expect(wrong.secretTexts).toContain('wrong-secret');
  });
});

test('a token that a job renews in a file comes before the token as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'entragraph-token-'));
  const file = join(folder, 'token');
  const config = resolveConfig(
    { tenantId: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11', clientId: 'c' },
    { ARM_USE_OIDC: 'true', ARM_OIDC_TOKEN: 'as it was', ENTRAGRAPH_OIDC_TOKEN_FILE_PATH: file },
  );
  const assertions: (() => Promise<string>)[] = [];
  class ClientAssertionCredential extends identity.ClientAssertionCredential {
    constructor(...args: ConstructorParameters<typeof identity.ClientAssertionCredential>) {
      super(...args);
      assertions.push(args[2]);
    }
  }
  const cloud = { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com', isPrivate: false };
  chooseCredential({ config, cloud, library: { ...identity, ClientAssertionCredential } });
  for (const text of ['first', 'renewed']) {
    writeFileSync(file, text);
    expect(await assertions[0]?.()).toBe(text);
  }
  rmSync(folder, { recursive: true });
});

test('a secret may come from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'entragraph-secret-'));
  const file = join(folder, 'secret');
  writeFileSync(file, 'from-file\n');
  const config = { tenantId: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11', clientId: 'c', clientSecretFilePath: file };
  const cloud = { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com', isPrivate: false };
  expect(chooseCredential({ config, cloud, library: identity })).toBeInstanceOf(identity.ClientSecretCredential);
  rmSync(folder, { recursive: true });
});
