import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ISSUER, makeByHand } from '../../support/portal-application';
import { temporaryFolder } from '../../support/templates';
import { instantiate, useEmulator } from '../apps/emulator/support/use-emulator';
import { type Finished, runCommand } from '../clouds/organization/run-snapshot';

const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';
const READER = { clientId: '66666666-6666-4666-8666-666666666666', clientSecret: 'only-for-this-test' };

const { emulator, call } = useEmulator(
  {
    tenant: { id: TENANT },
    clients: [
      {
        ...READER,
        objectId: '77777777-7777-4777-8777-777777777777',
        displayName: 'reader',
        roles: ['Application.Read.All'],
      },
    ],
  },
  'import',
);

const folder = temporaryFolder();
const estates = join(folder, 'estates');

function runImport(estate: string, ...more: readonly string[]): Promise<Finished> {
  const words = [
    '--from',
    'entra',
    '--against',
    'local',
    '--estates',
    estates,
    '--out',
    join(folder, estate),
    '--estate',
    estate,
  ];
  return runCommand('import', [...words, ...more], emulator().env);
}

const fileOf = (estate: string): string => join(estates, estate, 'estate.yaml');

test('says that a tenant has no application for AWS, and how to name one', async () => {
  const { code, stderr } = await runImport('none', '--tenant', TENANT);
  expect(code).toBe(1);
  expect(stderr).toContain(`the directory ${TENANT} has no application of AWS IAM Identity Center's template`);
  expect(stderr).toContain('--application NAME');
  expect(existsSync(fileOf('none'))).toBe(false);
});

describe('with an application that somebody made in the portal', () => {
  let principalId: string;
  let applicationId: string;

  beforeAll(async () => {
    ({ principalId, applicationId } = await makeByHand(call));
  });

  test('leaves the claims, and provisioning that no one can read, and says what is to be given', async () => {
    const { code, stdout } = await runImport('portal', '--tenant', TENANT);
    expect(code).toBe(0);
    const text = readFileSync(fileOf('portal'), 'utf8');
    expect(text).toContain('nameId: managedElsewhere');
    expect(text).toContain('name: Microsoft Azure Federated SSO Certificate');
    expect(text).not.toContain('scim:');
    expect(stdout).toContain('--scim-token-expires DAY');
    const ids = readFileSync(join(folder, 'portal', 'workforce.json'), 'utf8');
    expect(ids).toContain(
      `"azuread:index/servicePrincipal:ServicePrincipal::aws-service-principal": "/servicePrincipals/${principalId}"`,
    );
    expect(ids).not.toContain('claimsMappingPolicy');
  });

  test('looks a group up that a directory of the company owns', () => {
    expect(readFileSync(fileOf('portal'), 'utf8')).toMatch(/name: Synced\n +adopt:\n +id: [0-9a-f-]{36}/);
  });

  test('keeps other sections and their comments, and replaces its own only with --force', async () => {
    mkdirSync(join(estates, 'kept'), { recursive: true });
    const before = '# Who is told.\nworkforce:\n  # By e-mail.\n  alarms: { emails: [a@example.com] }\n  groups: []\n';
    writeFileSync(fileOf('kept'), before);
    const refused = await runImport('kept', '--tenant', TENANT);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('--force replaces its workforce section'),
    ]);
    expect(readFileSync(fileOf('kept'), 'utf8')).toBe(before);
    await runImport('kept', '--tenant', TENANT, '--force');
    const after = readFileSync(fileOf('kept'), 'utf8');
    expect(after).toContain('# Who is told.');
    expect(after).toContain('# By e-mail.');
    expect(after).toContain('emails: [a@example.com]');
    expect(after).toContain(`identifier: ${ISSUER}`);
  });

  test('leaves a section alone that is none, even with --force', async () => {
    mkdirSync(join(estates, 'list'), { recursive: true });
    const before = 'workforce:\n  # Kept by hand.\n  - Developers\n';
    writeFileSync(fileOf('list'), before);
    const { code, stderr } = await runImport('list', '--tenant', TENANT, '--force');
    expect([code, stderr]).toEqual([1, expect.stringContaining("the section 'workforce' must be a mapping")]);
    expect(readFileSync(fileOf('list'), 'utf8')).toBe(before);
  });

  test('goes on where Graph fails on what an estate can do without, and says so', async () => {
    emulator().faults.add({ kind: 'notFound', path: '/v1.0/servicePrincipals/*/claimsMappingPolicies' });
    const { code, stdout } = await runImport('partly', '--tenant', TENANT);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Not read: a permission is missing, which is named, or Graph failed\..*\n {2}claims: .*404/m,
    );
  });

  test('says that a hidden tile would be shown', async () => {
    const principal = `/v1.0/servicePrincipals/${principalId}`;
    const { tags } = (await call(`GET ${principal}`)).body;
    const before: readonly unknown[] = Array.isArray(tags) ? tags : [];
    await call(`PATCH ${principal}`, { tags: [...before, 'HideApp'] });
    const { stdout } = await runImport('hidden', '--tenant', TENANT);
    await call(`PATCH ${principal}`, { tags });
    expect(stdout).toContain('  My Apps does not show the application, and would\n');
  });

  test('waits where Graph throttles', async () => {
    emulator().faults.add({ kind: 'throttled', path: '/v1.0/servicePrincipals/*/appRoleAssignedTo', times: 2 });
    expect((await runImport('throttled', '--tenant', TENANT)).code).toBe(0);
  });

  test('names the permission that is missing, and who grants it', async () => {
    const env = { ...emulator().env, ARM_CLIENT_ID: READER.clientId, ARM_CLIENT_SECRET: READER.clientSecret };
    const words = [
      '--from',
      'entra',
      '--against',
      'local',
      '--estates',
      estates,
      '--estate',
      'reader',
      '--tenant',
      TENANT,
    ];
    const { code, stderr } = await runCommand('import', words, env);
    expect(code).toBe(1);
    expect(stderr).toContain('the identity that signs in lacks Group.Read.All');
    expect(stderr).toContain('A Privileged Role Administrator grants it');
  });

  test('lists the applications of one name, and takes an id', async () => {
    const other = await instantiate(call, 'AWS');
    await call(`PATCH /v1.0/servicePrincipals/${other.principalId}`, { preferredSingleSignOnMode: 'saml' });
    await call(`PATCH /v1.0/applications/${other.applicationId}`, { identifierUris: [`${ISSUER.slice(0, -1)}d`] });
    const several = await runImport('several', '--tenant', TENANT);
    expect(several.code).toBe(1);
    expect(several.stderr).toContain('2 applications are for AWS IAM Identity Center; choose one by --application ID:');
    expect(several.stderr).toContain(ISSUER);
    expect((await runImport('chosen', '--tenant', TENANT, '--application', applicationId)).code).toBe(0);
  });
});

test.each([
  [['--from', 'aws', '--tenant', TENANT], '--tenant belongs to --from entra.'],
  [['--from', 'entra', '--tenant', TENANT, '--region', 'eu-west-1'], '--region belongs to --from aws.'],
])('refuses %j', async (words, message) => {
  const { code, stderr } = await runCommand(
    'import',
    ['--estates', estates, '--estate', 'wrong', ...words],
    emulator().env,
  );
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
