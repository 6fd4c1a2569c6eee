import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { PREVIEW_TRUST } from '../../../src/estate/sections/limits';
import { EXTERNAL_PERMISSIONS, GRAPH_PERMISSIONS, PROVIDER_PERMISSIONS } from '../../support/graph-permissions';
import { describeWithPython } from '../../support/python';
import { BICEP_FOLDER, type BicepTree, bicepTree, bicepTrees, bodyOf, readsOf, resourceIn } from './bicep-files';

/** Microsoft's own ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const STORAGE_BLOB_DATA_READER = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const STORAGE_BLOB_DATA_CONTRIBUTOR = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const KEY_VAULT_CRYPTO_USER = '12338af0-0e69-4776-bea7-57ae8d297424';

function permissionsIn(file: string, variable: string): readonly string[] {
  return bicepTree(file).variables[variable]?.value as readonly string[];
}

function paramsOf(tree: BicepTree, module: string): unknown {
  const use = tree.modules[module];
  return use === undefined ? undefined : (bodyOf(use) as { readonly params: unknown }).params;
}

/** Files that a deployment of one file brings, itself too. */
function reached(file: string): ReadonlySet<string> {
  const used = Object.values(bicepTree(file).modules).map(({ detail }) => normalize(join(dirname(file), detail.path)));
  return new Set([file, ...used.flatMap((one) => [...reached(one)])]);
}

const unlessGitHub = (otherwise: unknown, atGitHub: unknown) => ({
  operator: {
    type: 'conditional',
    operands: { condition: 'trustsGitHub', true_value: atGitHub, false_value: otherwise },
  },
});
/** Pull requests as far as the estate trusts them; and jobs of the deployed branch, which look for drift and plan a deployment. */
const PREVIEWS = unlessGitHub([], ['previewTrust', 'ref:refs/heads/main']);
/** An environment with reviewers: a preview decrypts Pulumi's secrets, and whoever can push a branch starts one. */
const SAFE = 'environment:preview';
const ENVIRONMENTS = {
  loop_type: { detail: { item_name: 'environment', array_name: unlessGitHub([], 'environments') } },
  config: 'environment:${environment}',
};

describeWithPython('the identities of the pipeline', () => {
  test.each([
    ['deploy-identity.bicep', ['properties']],
    ['directory-trust.bicep', []],
  ])('in %s trust the runs of one repository only', (file, at) => {
    const { decorators, config } = resourceIn(file, 'credentials');
    expect(config['loop_type']).toMatchObject({ detail: { item_name: 'run', array_name: 'runs' } });
    expect(bodyOf({ config })).toHaveProperty([...at, 'subject'], 'repo:${repository}:${run}');
    expect(bodyOf({ config })).toHaveProperty([...at, 'issuer'], 'https://token.actions.githubusercontent.com');
    expect(bodyOf({ config })).toHaveProperty([...at, 'audiences'], ['api://AzureADTokenExchange']);
    // Azure answers 409 to two credentials of one identity at a time.
    expect(decorators).toContainEqual({ type: 'batchSize', argument: 1 });
  });

  test.each(['main.bicep', 'customers-trust.bicep'])(
    'are out of reach of a pull request that no reviewer let in, by default: %s',
    (file) => {
      expect(bicepTree(file).parameters['previewTrust']?.default).toBe(SAFE);
      const trusting = JSON.stringify(Object.values(bicepTree(file).modules).map((module) => bodyOf(module)));
      expect(trusting).not.toContain('pull_request');
    },
  );

  test.each([
    ['sandbox/azure.bicep', 'foundation'],
    ['sandbox/customers-trust.bicep', 'trusts'],
  ])('trust what the estate says of pull requests, and without it the same: %s', (file, module) => {
    expect(PREVIEW_TRUST.default).toBe(SAFE);
    const { previewTrust } = paramsOf(bicepTree(file), module) as { readonly previewTrust: unknown };
    expect(readsOf('estate', previewTrust)).toEqual(['azure.previewTrust']);
    expect(JSON.stringify(previewTrust)).toContain(`"${SAFE}"`);
  });

  test('preview as far as the estate trusts pull requests, reading the state', () => {
    expect(paramsOf(bicepTree('main.bicep'), 'previewIdentity')).toMatchObject({
      repository: 'repository',
      runs: PREVIEWS,
      stateAccess: 'read',
    });
  });

  test("deploy from the estate's environments, writing the state", () => {
    expect(paramsOf(bicepTree('main.bicep'), 'deployIdentity')).toMatchObject({
      repository: 'repository',
      runs: ENVIRONMENTS,
      stateAccess: 'write',
    });
  });

  test('are the same runs in the directory of the customers', () => {
    const tree = bicepTree('customers-trust.bicep');
    expect(paramsOf(tree, 'preview')).toMatchObject({ identityName: 'pulumi-preview', runs: PREVIEWS });
    expect(paramsOf(tree, 'deploy')).toMatchObject({ identityName: 'pulumi-deploy', runs: ENVIRONMENTS });
  });

  test('have the rights of the kind of directory', () => {
    const tree = bicepTree('customers-identities.bicep');
    const choice = (condition: unknown, whenTrue: unknown, whenFalse: unknown) => ({
      operator: { type: 'conditional', operands: { condition, true_value: whenTrue, false_value: whenFalse } },
    });
    const permissionsOf = (module: string): unknown =>
      (paramsOf(tree, module) as { permissions?: unknown }).permissions;
    const parts = (module: string) => {
      const { function: called } = permissionsOf(module) as { function: { parameters: Record<string, unknown> } };
      return Object.values(called.parameters);
    };
    expect(paramsOf(tree, 'preview')).toMatchObject({ identityName: 'pulumi-preview' });
    expect(parts('preview')).toEqual([
      choice('isB2c', 'previewPermissions', 'externalPreviewPermissions'),
      choice('hasIdentityProviders', 'providersPreviewPermissions', []),
      choice('hasApiConnectors', 'connectorsPreviewPermissions', []),
      choice('hasCustomExtensions', 'extensionsPreviewPermissions', []),
    ]);
    expect(paramsOf(tree, 'deploy')).toMatchObject({ identityName: 'pulumi-deploy' });
    expect(parts('deploy')).toEqual([
      choice('isB2c', 'deployPermissions', 'externalDeployPermissions'),
      choice('hasIdentityProviders', 'providersDeployPermissions', []),
      choice('hasApiConnectors', 'connectorsDeployPermissions', []),
      choice('hasCustomExtensions', 'extensionsDeployPermissions', []),
      choice('writesAttributes', 'attributesDeployPermissions', []),
    ]);
  });

  test.each([
    ['deploy-identity.bicep', ['properties'], 'credential.name'],
    ['directory-trust.bicep', [], '${identityName}/${credential.name}'],
  ])('in %s trust whom the estate names at another forge, for Entra ID alone', (file, at, name) => {
    const { decorators, config } = resourceIn(file, 'forgeCredentials');
    const body = bodyOf({ config });
    expect(config['loop_type']).toMatchObject({
      detail: { item_name: 'credential', array_name: 'credentialsOfForge' },
    });
    expect(JSON.stringify(body)).toContain(JSON.stringify(name).slice(1, -1).split('.').at(-1));
    expect(body).toHaveProperty([...at, 'audiences'], ['api://AzureADTokenExchange']);
    expect(readsOf('credential', body).toSorted()).toEqual(
      at.length === 0 ? ['issuer', 'subject'] : ['issuer', 'name', 'subject'],
    );
    expect(decorators).toContainEqual({ type: 'batchSize', argument: 1 });
  });

  test.each([
    ['main.bicep', 'previewIdentity', 'preview'],
    ['main.bicep', 'deployIdentity', 'deploy'],
    ['customers-trust.bicep', 'preview', 'preview'],
    ['customers-trust.bicep', 'deploy', 'deploy'],
  ])('of %s, %s trusts either GitHub or whom the estate names, and nobody unless told', (file, module, role) => {
    const tree = bicepTree(file);
    const { credentialsOfForge } = paramsOf(tree, module) as { readonly credentialsOfForge: unknown };
    expect(credentialsOfForge).toMatchObject(unlessGitHub(expect.anything(), []));
    expect(readsOf('trust', credentialsOfForge)).toEqual([role]);
    expect(tree.parameters['trust']?.default).toEqual({});
  });

  test.each([
    ['sandbox/azure.bicep', 'foundation'],
    ['sandbox/customers-trust.bicep', 'trusts'],
  ])(
    'trust GitHub by default subjects unless the estate says forge, server, workflows or branch: %s',
    (file, module) => {
      const tree = bicepTree(file);
      expect(paramsOf(tree, module)).toMatchObject({ trustsGitHub: 'trustsGitHub', trust: 'trust' });
      expect(readsOf('estate', tree.variables['trustsGitHub']).toSorted()).toEqual([
        'pipeline.branch',
        'pipeline.forge',
        'pipeline.server',
        'pipeline.workflows',
      ]);
      const text = readFileSync(join(BICEP_FOLDER, file), 'utf8');
      expect(text).toContain(
        "(estate.?pipeline.?forge ?? 'github') == 'github' && empty(estate.?pipeline.?server ?? '') && empty(estate.?pipeline.?workflows ?? '') && (estate.?pipeline.?branch ?? 'main') == 'main'",
      );
    },
  );

  test('come before whom they trust, which no deployment lays together with them', () => {
    const types = (file: string): readonly string[] => Object.values(bicepTree(file).resources).map(({ type }) => type);
    const application = 'Microsoft.Graph/applications';
    const credential = 'Microsoft.Graph/applications/federatedIdentityCredentials';
    const files = [...bicepTrees().keys()];
    expect(files.filter((file) => types(file).includes(application))).toEqual(['directory-identity.bicep']);
    expect(files.filter((file) => types(file).includes(credential))).toEqual(['directory-trust.bicep']);
    const entriesWith = (module: string): readonly string[] =>
      files.filter((file) => reached(file).has(module) && file.startsWith('sandbox/'));
    expect(entriesWith('directory-identity.bicep')).toEqual(['sandbox/customers.bicep']);
    expect(entriesWith('directory-trust.bicep')).toEqual(['sandbox/customers-trust.bicep']);
  });

  test('have no secret', () => {
    const body = JSON.stringify(bodyOf(resourceIn('directory-identity.bicep', 'application')));
    expect(body).not.toMatch(/passwordCredentials|keyCredentials/);
  });
});

describeWithPython('in Azure, an identity', () => {
  test('has two roles, on the container and on the key', () => {
    const { resources } = bicepTree('deploy-identity.bicep');
    const assignments = Object.values(resources).filter(
      ({ type }) => type === 'Microsoft.Authorization/roleAssignments',
    );
    expect(assignments.map((assignment) => bodyOf(assignment))).toMatchObject([
      {
        scope: 'container',
        properties: { roleDefinitionId: { function: { parameters: { resource_name_1: 'stateRole' } } } },
      },
      {
        scope: 'key',
        properties: { roleDefinitionId: { function: { parameters: { resource_name_1: 'keyVaultCryptoUser' } } } },
      },
    ]);
    expect(resources['container']).toMatchObject({ existing: true });
    expect(resources['key']).toMatchObject({ existing: true });
  });

  test('writes the state only if it deploys', () => {
    const { variables } = bicepTree('deploy-identity.bicep');
    expect(variables).toMatchObject({
      storageBlobDataReader: { value: STORAGE_BLOB_DATA_READER },
      storageBlobDataContributor: { value: STORAGE_BLOB_DATA_CONTRIBUTOR },
      keyVaultCryptoUser: { value: KEY_VAULT_CRYPTO_USER },
    });
    expect(JSON.stringify(variables['stateRole'])).toContain(
      '{"condition":"write","true_value":"storageBlobDataContributor","false_value":"storageBlobDataReader"}',
    );
  });
});

describeWithPython('in a directory, an identity', () => {
  test.each(['workforce-permissions.bicep', 'customers-identities.bicep'])(
    'of %s previews by reading alone',
    (file) => {
      const permissions = permissionsIn(file, 'previewPermissions');
      expect(permissions.length).toBeGreaterThan(0);
      expect(permissions.filter((permission) => !permission.endsWith('.Read.All'))).toEqual([]);
    },
  );

  test.each([
    ['workforce-permissions.bicep', 'workforce', 'preview'],
    ['workforce-permissions.bicep', 'workforce', 'deploy'],
    ['customers-identities.bicep', 'customers', 'preview'],
    ['customers-identities.bicep', 'customers', 'deploy'],
  ] as const)('has the permissions with which the program runs, and no other: %s, %s, %s', (file, program, duty) => {
    expect(permissionsIn(file, `${duty}Permissions`)).toEqual(GRAPH_PERMISSIONS[program][duty]);
  });

  test.each(['preview', 'deploy'] as const)('has those of an external tenant where it is one: %s', (duty) => {
    const name = duty === 'preview' ? 'externalPreviewPermissions' : 'externalDeployPermissions';
    expect(permissionsIn('customers-identities.bicep', name)).toEqual(EXTERNAL_PERMISSIONS[duty]);
  });

  test.each(['preview', 'deploy'] as const)('has that of identity providers where the estate has some: %s', (duty) => {
    const name = duty === 'preview' ? 'providersPreviewPermissions' : 'providersDeployPermissions';
    expect(permissionsIn('customers-identities.bicep', name)).toEqual(PROVIDER_PERMISSIONS[duty]);
  });

  test('gives roles to nobody in the directory of the customers', () => {
    const given = ['deployPermissions', 'externalDeployPermissions'].flatMap((name) =>
      permissionsIn('customers-identities.bicep', name),
    );
    expect(given).not.toContain('AppRoleAssignment.ReadWrite.All');
  });

  test.each(['preview', 'deploy'])('of the workforce is the managed identity of the %s', (name) => {
    const given = paramsOf(bicepTree('main.bicep'), `${name}Identity`);
    const found = bodyOf(resourceIn('workforce-permissions.bicep', name)) as { readonly name: string };
    expect(given).toHaveProperty('identityName', found.name);
  });
});
