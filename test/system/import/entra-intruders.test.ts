import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { textOf } from '../../../apps/emulator/graph/json';
import { trustCertificateFile } from '../../../provider/trust';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { Estate } from '../../../src/estate/sections/estate';
import { type Call, clientOf, idOf } from '../../support/apps/emulator/support/client';
import { watchRequests } from '../../support/graph-descriptions/watch-requests';
import { makeByHand } from '../../support/portal-application';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { startEmulator } from '../../support/start-emulator';
import { create, GRAPH_PRINCIPAL, makeOwner, type Registered, user } from '../apps/emulator/support/use-emulator';
import { deployCustomers } from '../doctor/deploy-customers';
import { type Finished, runCommand } from '../doctor/run-doctor';

const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';
/** Of the API that `deployCustomers` makes. */
const SCOPE = '0a0a0a0a-0000-4000-8000-000000000000';
const FOREIGN = 'repo:stranger/repository:ref:refs/heads/main';

let folder: string;
let emulator: GraphEmulator;
let call: Call;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'intruders-'));
});

afterEach(async () => {
  await emulator.stop();
  rmSync(folder, { recursive: true });
});

async function start(options: Parameters<typeof startEmulator>[0]): Promise<void> {
  emulator = await startEmulator(options);
  trustCertificateFile(emulator.caFile);
  call = clientOf(emulator);
}

const estates = (): string => join(folder, 'estates');
const estateFile = (): string => join(estates(), 'acme/estate.yaml');

async function runImport(...options: readonly string[]): Promise<Finished> {
  const place = ['--estate', 'acme', '--estates', estates(), '--out', join(folder, 'out'), '--against', 'local'];
  return runCommand('import', ['--from', 'entra', ...place, '--force', ...options], emulator.env);
}

/** What the list of the import has about an application, by its ways in. */
function waysLeft(application: string): readonly string[] {
  const text = readFileSync(join(folder, 'out/left-entra.txt'), 'utf8');
  return [...text.matchAll(new RegExp(`^ {2}'${application}': way '(.+)' \\(`, 'gm'))].map(([, way]) => way ?? '');
}

function imported(): Estate {
  return planEstate(diskFolder(estates(), 'acme')).estate;
}

/** Messages of the doctor's checks that are not well. */
async function doctor(...checks: readonly string[]): Promise<readonly string[]> {
  const area = checks[0]?.split('-')[0] ?? '';
  const words = ['--estate', 'acme', '--estates', estates(), '--against', 'local', '--only', area, '--json'];
  // Nothing answers there: of sign-in these checks ask nothing.
  const env = { ...emulator.env, B2C_ORIGIN: 'https://127.0.0.1:9' };
  const { stdout, stderr } = await runCommand('doctor', words, env);
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const report = JSON.parse(stdout) as {
    readonly checks: readonly {
      readonly id: string;
      readonly observations: readonly { readonly outcome: string; readonly message: string }[];
    }[];
  };
  return report.checks
    .filter(({ id }) => checks.includes(id))
    .flatMap(({ observations }) =>
      observations.filter(({ outcome }) => outcome !== 'ok').map(({ message }) => message),
    );
}

describe('an application that somebody made in the portal, and others got into', () => {
  let application: Registered;
  /** Ways in, by who made them. */
  let planted: {
    readonly owner: string;
    readonly secret: string;
    readonly federated: string;
    readonly consent: string;
  };

  beforeEach(async () => {
    await start({ tenant: { id: TENANT } });
    application = await makeByHand(call);
    await makeOwner(call, application, emulator);
    planted = await intrude();
  });

  /** Adds what a person adds in the portal: an owner, a secret, a federated credential, a consent of an administrator. */
  async function intrude(): Promise<typeof planted> {
    const path = `/v1.0/applications/${application.applicationId}`;
    const owner = idOf(await create(call, '/v1.0/users', user('eve')));
    const reference = { '@odata.id': `${emulator.graphUrl}/v1.0/directoryObjects/${owner}` };
    await call(`POST ${path}/owners/$ref`, reference);
    const secret = await call(`POST ${path}/addPassword`, { passwordCredential: { displayName: 'temporary' } });
    const federated = await create(call, `${path}/federatedIdentityCredentials`, {
      name: 'build',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: FOREIGN,
      audiences: ['api://AzureADTokenExchange'],
    });
    const consent = await create(call, '/v1.0/oauth2PermissionGrants', {
      clientId: application.principalId,
      resourceId: GRAPH_PRINCIPAL,
      consentType: 'AllPrincipals',
      scope: 'openid User.Read Directory.AccessAsUser.All',
    });
    return { owner, secret: textOf(secret.body, 'keyId'), federated: idOf(federated), consent: idOf(consent) };
  }

  test('are on the list, in no estate; the doctor finds what was not accepted, and nothing once it was taken away', async () => {
    const checkRequests = watchRequests(emulator, 'import');
    const first = await runImport('--tenant', TENANT);
    checkRequests();
    expect(first.code).toBe(0);
    const consent = 'consent Directory.AccessAsUser.All of 00000003-0000-0000-c000-000000000000';
    const federated = `federated credential of ${FOREIGN} at https://token.actions.githubusercontent.com for api://AzureADTokenExchange`;
    const mine = [`owner ${planted.owner}`, `secret ${planted.secret}`];
    expect(waysLeft('AWS').toSorted()).toEqual([...mine, federated, consent].toSorted());
    expect(readFileSync(estateFile(), 'utf8')).not.toMatch(new RegExp(`stranger|temporary|${planted.owner}`));
    expect(await doctor('saml-permissions')).toHaveLength(4);

    acceptInEstate(mine);
    expect((await runImport('--tenant', TENANT)).code).toBe(0);
    expect(imported().workforce?.awsApplication?.accepted).toHaveLength(2);
    expect(waysLeft('AWS').toSorted()).toEqual([consent, federated].toSorted());
    const found = await doctor('saml-permissions');
    expect(found).toEqual([expect.stringContaining(FOREIGN), expect.stringContaining('Directory.AccessAsUser.All')]);

    await call(
      `DELETE /v1.0/applications/${application.applicationId}/federatedIdentityCredentials/${planted.federated}`,
    );
    await call(`DELETE /v1.0/oauth2PermissionGrants/${planted.consent}`);
    expect(await doctor('saml-permissions')).toEqual([]);
  });

  function acceptInEstate(ways: readonly string[]): void {
    const text = readFileSync(estateFile(), 'utf8');
    const lines = ways.map(
      (way) => `      - { way: ${way}, reason: 'Ada Lovelace asked for it.', until: 2099-01-01 }\n`,
    );
    const accepted = `    accepted:\n${lines.join('')}`;
    writeFileSync(estateFile(), text.replace(/^ {2}awsApplication:\n/m, `$&${accepted}`));
  }
});

test("sign-ins of customers go to a stranger's host too: the import asks which are ours, and takes over no other", async () => {
  const { customers } = planFiles(sandboxFiles()).estate;
  if (customers === undefined) throw new Error('the sandbox has no customers');
  await start({ tenant: { id: customers.tenantId, domain: `${customers.directory}.onmicrosoft.com` } });
  const { api, web } = await deployCustomers({ emulator, call }, customers, new Date());
  const path = `/v1.0/applications/${web.applicationId}`;
  const { redirectUris } = (await call(`GET ${path}`)).body['web'] as { readonly redirectUris: readonly string[] };
  const ours = [...new Set(redirectUris.map((uri) => new URL(uri).origin))];
  const stranger = 'https://claims-insurance.example.net/auth/callback';
  await call(`PATCH ${path}`, {
    web: { redirectUris: [...redirectUris, stranger] },
    requiredResourceAccess: [{ resourceAppId: api.appId, resourceAccess: [{ id: SCOPE, type: 'Scope' }] }],
  });

  const unasked = await runImport('--customers-tenant', customers.tenantId);
  expect([unasked.code === 0, unasked.stderr]).toEqual([false, expect.stringContaining('--web-origin')]);
  expect(unasked.stderr).toContain('https://claims-insurance.example.net');

  const checkRequests = watchRequests(emulator, 'import');
  const options = ours.flatMap((origin) => ['--web-origin', origin]);
  await runImport('--customers-tenant', customers.tenantId, ...options);
  checkRequests();
  expect(
    imported()
      .customers?.webApplication.hosts.map(({ origin }) => origin)
      .toSorted(),
  ).toEqual(ours.toSorted());
  expect(readFileSync(join(folder, 'out/left-entra.txt'), 'utf8')).toContain(`redirect URI ${stranger}`);
  expect(waysLeft(customers.webApplication.displayName).filter((way) => way.startsWith('secret '))).toHaveLength(2);
  expect(await doctor('b2c-redirect-uris')).toEqual([expect.stringContaining(stranger)]);
});
