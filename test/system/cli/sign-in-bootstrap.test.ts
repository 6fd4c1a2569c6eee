import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { createLaptopKey } from '../../../src/cli/sign-in/bootstrap/certificate';
import { answeringSignIn, startIn } from '../../support/bootstrap-command';
import { writeEstate } from '../../support/estate-project';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { outputFaults } from '../../support/output-faults';
import { hostedSandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { useEmulator } from '../apps/emulator/support/use-emulator';
import { finish, type Finished } from '../clouds/organization/run-snapshot';

const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';
const [ADMIN, MEMBER] = ['ada@contosob2c.onmicrosoft.com', 'ben@contosob2c.onmicrosoft.com'] as const;
/** Ids in Azure as Graph shows them, but for their ends: the case of their parts varies. */
const IDENTITIES =
  '/subscriptions/8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352/resourcegroups/identity-sandbox' +
  '/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-pulumi-';
const CUSTOMERS = ['--program', 'customers'];
const SCOPES = 'Application.Read.All DelegatedPermissionGrant.Read.All IdentityUserFlow.Read.All';
const GRAPH_TOOLS = 'Microsoft Graph Command Line Tools';

const folder = temporaryFolder();
const files = hostedSandboxFiles();
const { emulator, call } = useEmulator(
  {
    tenant: { id: TENANT },
    users: [ADMIN, MEMBER],
    managedIdentities: [`${IDENTITIES}deploy`, `${IDENTITIES}preview`],
    quirks: { administrators: [ADMIN], undocumentedReads: 'allowed' },
  },
  'sign-in bootstrap',
);

beforeEach(() => {
  writeEstate(folder, 'sandbox', files);
});

function bootstrap(args: readonly string[], person: string = ADMIN): Promise<Finished> {
  const child = startIn({ emulator: emulator(), folder }, ['sign-in', 'bootstrap', ...args]);
  return finish(answeringSignIn(child, emulator(), person));
}

const list = async (path: string): Promise<readonly JsonObject[]> =>
  objectsOf((await call(`GET ${path}`)).body, 'value');
const applications = async (): Promise<readonly unknown[]> =>
  (await list('/v1.0/applications')).map(({ displayName }) => displayName).filter((name) => name !== 'deployer');
const find = async (name: string): Promise<JsonObject> => {
  const [found] = await list(`/v1.0/applications?$filter=displayName eq '${name}'`);
  if (found === undefined) throw new Error(`there is no '${name}'`);
  return found;
};
const principalOf = async (name: string): Promise<string> => {
  const [found] = await list(`/v1.0/servicePrincipals?$filter=displayName eq '${name}'`);
  return found === undefined ? '' : textOf(found, 'id');
};

async function rolesOf(name: string): Promise<readonly unknown[]> {
  const [graph = {}] = await list("/v1.0/servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'");
  const names = new Map(objectsOf(graph, 'appRoles').map(({ id, value }) => [id, value]));
  const assigned = await list(`/v1.0/servicePrincipals/${await principalOf(name)}/appRoleAssignments`);
  return assigned.map(({ appRoleId }) => names.get(appRoleId ?? '')).toSorted();
}

const writes = (): readonly string[] =>
  emulator()
    .log.entries.filter(({ method, path, status }) => method !== 'GET' && path.startsWith('/v1.0/') && status !== 429)
    .map(({ method, path }) => `${method} ${path}`);

const keyFile = (): string => join(folder, 'entra-aws/keys', `${TENANT}.sandbox.customers.json`);

test('shows row by row what it will grant and why, and without an answer changes nothing', async () => {
  const { code, stdout, stderr } = await bootstrap(CUSTOMERS);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout.replace(/http\S+authorize\S+/, '<page>')).toMatchSnapshot();
  expect(await applications()).toEqual([]);
});

test.each(['browser', 'device-code'])(
  'makes what was shown, signed in by %s; again, there is nothing to do',
  async (way) => {
    const first = await bootstrap([...CUSTOMERS, '--yes', '--sign-in', way]);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(await applications()).toEqual(['sandbox deployments', 'sandbox previews']);
    expect(await rolesOf('sandbox deployments')).toEqual(GRAPH_PERMISSIONS.customers.deploy);
    expect(await rolesOf('sandbox previews')).toEqual(GRAPH_PERMISSIONS.customers.preview);
    const made = await find('sandbox deployments');
    const { keyCredentials } = made;
    const [id, appId] = [textOf(made, 'id'), textOf(made, 'appId')];
    const trusted = await list(`/v1.0/applications/${id}/federatedIdentityCredentials`);
    expect(trusted).toMatchObject([
      {
        issuer: 'https://token.actions.githubusercontent.com',
        subject: expect.stringMatching(/^repo:insurance\/identity:environment:sandbox/) as string,
        audiences: ['api://AzureADTokenExchange'],
      },
    ]);
    expect(keyCredentials).toHaveLength(1);
    expect(first.stdout).toContain(`deploy: ${appId}`);
    const grants = await list(
      `/v1.0/servicePrincipals/${await principalOf('sandbox deployments')}/oauth2PermissionGrants`,
    );
    expect(grants).toMatchObject([
      {
        consentType: 'Principal',
        scope: 'Application.Read.All DelegatedPermissionGrant.Read.All IdentityUserFlow.Read.All',
      },
    ]);

    emulator().log.clear();
    const again = await bootstrap([...CUSTOMERS, '--yes', '--sign-in', way]);
    expect([again.code, writes()]).toEqual([0, []]);
    expect(again.stdout).toContain('nothing to do');
    expect(await bootstrap([...CUSTOMERS, '--check'])).toMatchObject({ code: 0 });

    const removed = await bootstrap([...CUSTOMERS, '--remove', '--yes']);
    expect({ code: removed.code, stderr: removed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(await applications()).toEqual([]);
    expect(await principalOf('sandbox deployments')).toBe('');
    expect(readdirSync(join(folder, 'entra-aws/keys'))).toEqual([]);
    // What signing in to Microsoft's own client leaves, and the output names.
    const left = (await list('/v1.0/servicePrincipals')).map(({ displayName }) => displayName);
    expect(left.toSorted()).toEqual([
      ...['Microsoft Graph', GRAPH_TOOLS, 'deployer', 'id-pulumi-deploy', 'id-pulumi-preview'],
    ]);
    expect(removed.stdout).toContain(GRAPH_TOOLS);
  },
);

test.each([
  [
    'an owner of its own',
    'owners',
    'has an owner who is not you, though no administrator has given it a permission yet',
  ],
  ['a secret', 'secret', 'has a client secret, which is never made here'],
  ['a service principal of another owner', 'principal', 'has an owner who is not you'],
])(
  'an application that somebody registered with our name and tags, with %s, is given nothing',
  async (_, way, message) => {
    const tags = ['entra-aws-identity:bootstrap', 'estate:sandbox', 'program:customers', 'for:deployments'];
    const owner = textOf((await list(`/v1.0/users?$filter=userPrincipalName eq '${MEMBER}'`))[0] ?? {}, 'id');
    const made = await call('POST /v1.0/applications', { displayName: 'sandbox deployments', tags });
    const path = `/v1.0/applications/${textOf(made.body, 'id')}`;
    if (way === 'secret') expect((await call(`POST ${path}/addPassword`, {})).status).toBe(200);
    let owned = path;
    if (way === 'principal') {
      const principal = await call('POST /v1.0/servicePrincipals', { appId: textOf(made.body, 'appId') });
      owned = `/v1.0/servicePrincipals/${textOf(principal.body, 'id')}`;
      for (const one of await list(`${path}/owners`)) await call(`DELETE ${path}/owners/${textOf(one, 'id')}/$ref`);
      expect(await list(`${path}/owners`)).toEqual([]);
    }
    await call(`POST ${owned}/owners/$ref`, { '@odata.id': `${emulator().graphUrl}/v1.0/directoryObjects/${owner}` });
    emulator().log.clear();
    const { code, stderr } = await bootstrap([...CUSTOMERS, '--yes']);
    expect([code, writes()]).toEqual([1, []]);
    expect(stderr).toContain(message);
    await call(`DELETE ${path}`);
  },
);

describe('what somebody added to the applications afterwards', () => {
  beforeAll(async () => {
    expect((await bootstrap([...CUSTOMERS, '--yes'])).code).toBe(0);
  });

  afterAll(async () => {
    expect((await bootstrap([...CUSTOMERS, '--remove', '--yes'])).code).toBe(0);
  });

  const pathOf = async (name: string): Promise<string> => `/v1.0/applications/${textOf(await find(name), 'id')}`;
  const member = async (): Promise<string> =>
    textOf((await list(`/v1.0/users?$filter=userPrincipalName eq '${MEMBER}'`))[0] ?? {}, 'id');
  const own = async (path: string): Promise<void> => {
    const body = { '@odata.id': `${emulator().graphUrl}/v1.0/directoryObjects/${await member()}` };
    await call(`POST ${path}/owners/$ref`, body);
  };
  const graphId = async (): Promise<string> => await principalOf('Microsoft Graph');

  test.each<[string, () => Promise<unknown>, string]>([
    ['an owner', async () => own(await pathOf('sandbox deployments')), 'from its owners'],
    [
      'an owner of its service principal',
      async () => own(`/v1.0/servicePrincipals/${await principalOf('sandbox previews')}`),
      'from its owners',
    ],
    [
      'people of every organization',
      async () => call(`PATCH ${await pathOf('sandbox deployments')}`, { signInAudience: 'AzureADMultipleOrgs' }),
      'people of other directories may sign in to it (AzureADMultipleOrgs)',
    ],
    [
      'an address that gets its tokens',
      async () =>
        call(`PATCH ${await pathOf('sandbox deployments')}`, {
          web: { redirectUris: ['https://stranger.example.com/'] },
        }),
      'it answers to https://stranger.example.com/',
    ],
    [
      'another audience of a job',
      async () => {
        const path = `${await pathOf('sandbox deployments')}/federatedIdentityCredentials`;
        const [credential = {}] = await list(path);
        await call(`PATCH ${path}/${textOf(credential, 'id')}`, { audiences: ['api://stranger'] });
      },
      'in place of another one',
    ],
    [
      'a consent for everybody',
      async () =>
        call('POST /v1.0/oauth2PermissionGrants', {
          clientId: await principalOf('sandbox deployments'),
          consentType: 'AllPrincipals',
          resourceId: await graphId(),
          scope: 'Directory.AccessAsUser.All',
        }),
      'revoke the consent for everybody to Directory.AccessAsUser.All',
    ],
  ])('%s is found, and taken away', async (_, plant, message) => {
    await plant();
    const checked = await bootstrap([...CUSTOMERS, '--check']);
    expect([checked.code, checked.stdout]).toEqual([1, expect.stringContaining(message)]);
    expect((await bootstrap([...CUSTOMERS, '--yes'])).code).toBe(0);
    expect(await bootstrap([...CUSTOMERS, '--check'])).toMatchObject({ code: 0 });
  });

  test.each(['sandbox deployments', 'sandbox previews'])(
    'a certificate at %s that this laptop did not make fails until a person has decided',
    async (name) => {
      const path = await pathOf(name);
      const { keyCredentials = [] } = await find(name);
      const { certificate } = await createLaptopKey('stranger', new Date());
      const keyId = '99999999-0000-4000-8000-000000000000';
      const stranger = {
        ...{ type: 'AsymmetricX509Cert', usage: 'Verify', keyId, key: certificate },
        displayName: 'entra-aws ada@laptop',
      };
      await call(`PATCH ${path}`, { keyCredentials: [...(keyCredentials as readonly JsonObject[]), stranger] });
      for (const way of ['--check', '--yes']) {
        const { code, stdout } = await bootstrap([...CUSTOMERS, way]);
        expect([way, code, stdout]).toEqual([way, 1, expect.stringContaining(keyId)]);
      }
      expect(await bootstrap([...CUSTOMERS, '--check', '--known-certificate', keyId])).toMatchObject({ code: 0 });
      await call(`PATCH ${path}`, { keyCredentials: keyCredentials as readonly JsonObject[] });
    },
  );
});

describe('in the Entra tenant of a subscription', () => {
  const WORKFORCE = ['--program', 'workforce', '--pipeline', '--yes'];
  /** The directory of the emulator is the workforce's here. */
  const writeInTenant = (resourceGroup: string): void => {
    const text = (files['estate.yaml'] ?? '')
      .replace(`tenantId: ${TENANT}`, 'tenantId: 99999999-0000-4000-8000-000000000000')
      .replace(/(?<=^workforce:\n {2}tenantId: )\S+/m, TENANT)
      .replace('resourceGroup: identity-sandbox', `resourceGroup: ${resourceGroup}`);
    writeEstate(folder, 'sandbox', { ...files, 'estate.yaml': text });
  };
  const give = async (name: string, permission: string): Promise<void> => {
    const [graph = {}] = await list("/v1.0/servicePrincipals?$filter=displayName eq 'Microsoft Graph'");
    const role = objectsOf(graph, 'appRoles').find(({ value }) => value === permission);
    const [principalId, resourceId] = [await principalOf(name), textOf(graph, 'id')];
    const body = { principalId, resourceId, appRoleId: textOf(role ?? {}, 'id') };
    expect((await call(`POST /v1.0/servicePrincipals/${principalId}/appRoleAssignments`, body)).status).toBe(201);
  };

  test('managed identities get what the estate needs, and lose what nothing needs', async () => {
    writeInTenant('identity-sandbox');
    await give('id-pulumi-preview', 'Group.ReadWrite.All');
    const { code, stdout, stderr } = await bootstrap(WORKFORCE);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('id-pulumi-preview: remove Group.ReadWrite.All');
    expect(await rolesOf('id-pulumi-deploy')).toEqual(GRAPH_PERMISSIONS.workforce.deploy);
    // The doctor runs as the preview, and reads people and consents of an estate with applications.
    const { preview } = GRAPH_PERMISSIONS.workforce;
    const wanted = [...preview, 'DelegatedPermissionGrant.Read.All', 'User.Read.All'].toSorted();
    expect(await rolesOf('id-pulumi-preview')).toEqual(wanted);
    emulator().log.clear();
    const again = await bootstrap(WORKFORCE);
    expect([again.code, writes()]).toEqual([0, []]);
    expect(again.stdout).toContain('nothing to do');
    expect(await applications()).toEqual([]);
  });

  test('applications that show the names and ids of managed identities are given nothing, nor are those of another group', async () => {
    writeInTenant('another-group');
    for (const role of ['deploy', 'preview']) {
      const made = await call('POST /v1.0/applications', { displayName: `id-pulumi-${role}` });
      const id = `${IDENTITIES.replace('identity-sandbox', 'another-group')}${role}`;
      const principal = { appId: textOf(made.body, 'appId'), alternativeNames: ['isExplicit=True', id] };
      expect((await call('POST /v1.0/servicePrincipals', principal)).status).toBe(201);
    }
    emulator().log.clear();
    const { code, stderr } = await bootstrap(WORKFORCE);
    expect([code, writes()]).toEqual([1, []]);
    expect(stderr).toContain('the directory has no managed identity /subscriptions/');
    for (const one of await list("/v1.0/applications?$filter=startswith(displayName,'id-pulumi-')"))
      await call(`DELETE /v1.0/applications/${textOf(one, 'id')}`);
  });
});

test('a look is never answered by --yes', async () => {
  emulator().log.clear();
  const { code, stderr } = await bootstrap([...CUSTOMERS, '--check', '--yes']);
  expect([code, writes()]).toEqual([2, []]);
  expect(stderr).toContain('--yes');
});

test('the key stays in a file of its user alone, and no output has it', async () => {
  const { stdout } = await bootstrap([...CUSTOMERS, '--laptop', '--yes']);
  const kept = JSON.parse(readFileSync(keyFile(), 'utf8')) as JsonObject;
  expect((statSync(keyFile()).mode & 0o777).toString(8)).toBe('600');
  expect(textOf(kept, 'privateKey')).toContain('BEGIN PRIVATE KEY');
  expect(stdout).toContain(`its key is in a file that only you can read, ${keyFile()}`);
  expect(stdout).not.toContain('PRIVATE KEY');
  expect(await applications()).toEqual(['sandbox deployments']);
  expect((await bootstrap([...CUSTOMERS, '--remove', '--yes'])).code).toBe(0);
});

test('an application that somebody renamed is removed all the same, with the key', async () => {
  await bootstrap([...CUSTOMERS, '--laptop', '--yes']);
  const id = textOf(await find('sandbox deployments'), 'id');
  await call(`PATCH /v1.0/applications/${id}`, { displayName: 'deployments of the shop' });
  const again = await bootstrap([...CUSTOMERS, '--laptop', '--yes']);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('nothing to do')]);
  const { code, stdout } = await bootstrap([...CUSTOMERS, '--remove', '--yes']);
  expect(code).toBe(0);
  expect(stdout).toContain("remove 'deployments of the shop'");
  expect([await applications(), existsSync(keyFile())]).toEqual([[], false]);
});

test('an application that a replica does not show yet is neither made twice nor given up', async () => {
  await bootstrap([...CUSTOMERS, '--laptop', '--yes']);
  const id = textOf(await find('sandbox deployments'), 'id');
  const hide = (reads: number): void => {
    const { visibility, store } = emulator();
    const application = store.find('applications', id);
    visibility.set({ creates: reads });
    visibility.changed({ id, collection: 'applications', before: undefined, after: application });
  };
  hide(2);
  const again = await bootstrap([...CUSTOMERS, '--laptop', '--yes']);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('nothing to do')]);
  expect(await applications()).toEqual(['sandbox deployments']);
  hide(100);
  const hidden = await bootstrap([...CUSTOMERS, '--remove', '--yes']);
  expect([hidden.code, existsSync(keyFile())]).toEqual([1, true]);
  expect(hidden.stderr).toContain(`if somebody has deleted it, delete ${keyFile()} first`);
  hide(2);
  expect(await bootstrap([...CUSTOMERS, '--remove', '--yes'])).toMatchObject({ code: 0, stderr: '' });
  expect([await applications(), existsSync(keyFile())]).toEqual([[], false]);
});

test('an estate that needs nothing of Graph gets its application, and gives back what it had', async () => {
  const laptop = ['--program', 'workforce', '--laptop', '--yes'];
  const estateOf = (text: string) => {
    writeEstate(folder, 'sandbox', { 'estate.yaml': `workforce:\n  tenantId: ${TENANT}\n  groups: ${text}\n` });
  };
  estateOf('[]');
  expect(await bootstrap(laptop)).toMatchObject({ code: 0, stderr: '' });
  expect((await bootstrap(laptop)).stdout).toContain('nothing to do');
  estateOf('\n    - { name: Staff, description: Staff of the shop. }');
  expect((await bootstrap(laptop)).code).toBe(0);
  const path = `/v1.0/servicePrincipals/${await principalOf('sandbox deployments')}/oauth2PermissionGrants`;
  expect(await list(path)).toHaveLength(1);
  estateOf('[]');
  expect((await bootstrap(laptop)).stdout).toContain('you may use nothing of Microsoft Graph when you sign in to it');
  expect([await list(path), await rolesOf('sandbox deployments')]).toEqual([[], []]);
  expect((await bootstrap(laptop)).stdout).toContain('nothing to do');
  expect((await bootstrap(['--program', 'workforce', '--remove', '--yes'])).code).toBe(0);
});

test('scopes that Entra ID adds to a consent by itself are left alone', async () => {
  await bootstrap([...CUSTOMERS, '--laptop', '--yes']);
  const path = `/v1.0/servicePrincipals/${await principalOf('sandbox deployments')}/oauth2PermissionGrants`;
  const [grant = {}] = await list(path);
  const added = `${SCOPES} Group.Read.All openid profile offline_access`;
  await call(`PATCH /v1.0/oauth2PermissionGrants/${textOf(grant, 'id')}`, { scope: added });
  const { stdout } = await bootstrap([...CUSTOMERS, '--laptop', '--yes']);
  const [left = {}] = await list(path);
  expect(stdout.match(/remove \S+ \(/g)).toEqual(['remove Group.Read.All (']);
  expect(textOf(left, 'scope').split(' ').toSorted()).toEqual(
    [...SCOPES.split(' '), 'openid', 'profile', 'offline_access'].toSorted(),
  );
  expect((await bootstrap([...CUSTOMERS, '--laptop', '--yes'])).stdout).toContain('nothing to do');
  expect((await bootstrap([...CUSTOMERS, '--remove', '--yes'])).code).toBe(0);
});

test('a changed estate takes away what nothing needs any longer, and gives what is new', async () => {
  await bootstrap([...CUSTOMERS, '--yes']);
  const id = textOf(await find('sandbox deployments'), 'id');
  const principalId = await principalOf('sandbox deployments');
  const [extra] = objectsOf(
    (await call("GET /v1.0/servicePrincipals?$filter=displayName eq 'Microsoft Graph'")).body,
    'value',
  );
  const role = objectsOf(extra ?? {}, 'appRoles').find(({ value }) => value === 'Group.ReadWrite.All');
  await call(`POST /v1.0/servicePrincipals/${principalId}/appRoleAssignments`, {
    principalId,
    resourceId: textOf(extra ?? {}, 'id'),
    appRoleId: textOf(role ?? {}, 'id'),
  });
  const text = files['estate.yaml']?.replace('environments: [sandbox]', 'environments: [other]') ?? '';
  writeEstate(folder, 'sandbox', { ...files, 'estate.yaml': text });
  const [grant] = await list(`/v1.0/servicePrincipals/${principalId}/oauth2PermissionGrants`);
  await call(`PATCH /v1.0/oauth2PermissionGrants/${textOf(grant ?? {}, 'id')}`, { scope: 'Directory.Read.All' });
  const { code, stdout } = await bootstrap([...CUSTOMERS, '--yes']);
  expect(code).toBe(0);
  const [changed] = await list(`/v1.0/servicePrincipals/${principalId}/oauth2PermissionGrants`);
  expect(textOf(changed ?? {}, 'scope')).toBe(SCOPES);
  expect(stdout).toContain('removed Group.ReadWrite.All');
  expect(await rolesOf('sandbox deployments')).toEqual(GRAPH_PERMISSIONS.customers.deploy);
  const trusted = await list(`/v1.0/applications/${id}/federatedIdentityCredentials`);
  expect(trusted.map(({ subject }) => subject)).toEqual([expect.stringContaining(':environment:other')]);
  const moved = text.replace('repository: insurance/identity', 'repository: insurance/moved');
  writeEstate(folder, 'sandbox', { ...files, 'estate.yaml': moved });
  expect((await bootstrap([...CUSTOMERS, '--pipeline', '--yes'])).stdout).toContain(', in place of another one');
  const [credential] = await list(`/v1.0/applications/${id}/federatedIdentityCredentials`);
  expect(credential?.['subject']).toBe('repo:insurance/moved:environment:other');
  expect((await bootstrap([...CUSTOMERS, '--remove', '--yes'])).code).toBe(0);
});

test('an application of the name that was not made here is left alone', async () => {
  const { body } = await call('POST /v1.0/applications', { displayName: 'sandbox deployments' });
  for (const args of [['--yes'], ['--remove', '--yes']]) {
    const { code, stderr } = await bootstrap([...CUSTOMERS, ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(`the directory has an application 'sandbox deployments' (${textOf(body, 'appId')}) that`);
  }
  expect(await applications()).toEqual(['sandbox deployments']);
  await call(`DELETE /v1.0/applications/${textOf(body, 'id')}`);
});

test('who may not consent, or has no role for it, is told which one it takes', async () => {
  const refused = await bootstrap([...CUSTOMERS, '--yes'], MEMBER);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    'sign in as a Global Administrator or a Privileged Role Administrator of this tenant (AADSTS90094)',
  );
  const quirks = emulator().quirks;
  quirks.administrators = [MEMBER];
  await bootstrap([...CUSTOMERS, '--check'], MEMBER);
  quirks.administrators = [ADMIN];
  const consented = await bootstrap([...CUSTOMERS, '--yes'], MEMBER);
  expect(consented.code).toBe(1);
  expect(consented.stderr).toContain('must be Privileged Role Administrator or Global Administrator');
  expect(await applications()).toEqual([]);
});

test('another tenant than that of the estate is refused', async () => {
  const { code, stderr } = await bootstrap(['--program', 'workforce', '--yes', '--sign-in', 'device-code']);
  expect(code).toBe(1);
  expect(stderr).toContain('there is no tenant 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11; correct tenantId in the estate');
});

test('prints JSON and nothing else on request', async () => {
  const { code, stdout } = await bootstrap([...CUSTOMERS, '--json', '--laptop']);
  expect(code).toBe(1);
  expect(outputFaults('sign-in-bootstrap', stdout)).toBeNull();
  const { programs } = JSON.parse(stdout) as { readonly programs: unknown };
  expect(programs).toMatchObject([
    {
      program: 'customers',
      tenantId: TENANT,
      isAsWanted: false,
      applications: [
        {
          displayName: 'sandbox deployments',
          roles: [
            {
              permission: 'Application.ReadWrite.OwnedBy',
              kind: 'role',
              resources: ['applications', 'client secrets and consent'],
            },
            { permission: 'DelegatedPermissionGrant.ReadWrite.All' },
            { permission: 'IdentityUserFlow.ReadWrite.All' },
          ],
        },
      ],
    },
  ]);
});
