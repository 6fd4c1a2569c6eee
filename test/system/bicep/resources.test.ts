import { dirname, join, normalize } from 'node:path';
import { azureDeployments } from '../../../src/estate/plan/azure-deployments';
import { describeWithPython } from '../../support/python';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import { bicepTree, bicepTrees, bodyOf, resourceIn } from './bicep-files';

/** Types of the resources that a file and its modules lay, each as often as it is laid; what is laid by a loop once. */
function typesLaidBy(file: string): readonly string[] {
  const { resources, modules } = bicepTree(file);
  return [
    ...Object.values(resources).flatMap(({ type, existing, config }) =>
      // A person lays the directory once.
      existing || config['condition'] === 'deployDirectory' ? [] : [type],
    ),
    ...Object.values(modules).flatMap(({ detail }) => typesLaidBy(normalize(join(dirname(file), detail.path)))),
  ];
}

/** Types of loops: the estate says how many there are, and `forgeCredentials` beside `credentials` where another forge is trusted. */
const LOOPS = /federatedIdentityCredentials$|appRoleAssignedTo$/;

describeWithPython('the resources of the preview', () => {
  // The compiler's own snapshots say the same, with loops and names, where it is on the path: build.test.ts.
  test.each(azureDeployments(planFiles(hostedSandboxFiles()).estate).map((one) => [one.entry, one] as const))(
    'are those of sandbox/%s.bicep',
    (entry, { resources }) => {
      const laid = typesLaidBy(`sandbox/${entry}.bicep`);
      const shown = resources.map(({ type }) => type);
      const alone = (types: readonly string[]) => types.filter((type) => !LOOPS.test(type)).toSorted();
      expect(alone(shown)).toEqual(alone(laid));
      expect(new Set(shown)).toEqual(new Set(laid));
    },
  );
});

describeWithPython('the B2C directory', () => {
  test('is created only where a person says so', () => {
    expect(bicepTree('b2c-directory.bicep').parameters['deployDirectory']?.default).toBe(false);
    const { existing, config } = resourceIn('b2c-directory.bicep', 'created');
    expect({ existing, condition: config['condition'] }).toEqual({ existing: false, condition: 'deployDirectory' });
  });

  test('is looked up otherwise', () => {
    const { existing, config } = resourceIn('b2c-directory.bicep', 'found');
    expect(existing).toBe(true);
    expect(config['condition']).toEqual({ operator: { type: 'not', operands: { bool_value: 'deployDirectory' } } });
  });

  test.each(['main.bicep', 'sandbox/azure.bicep'])('is left alone by default in %s', (file) => {
    expect(bicepTree(file).parameters['deployDirectory']?.default).toBe(false);
  });

  test('has the location and the price that its type allows', () => {
    expect(bodyOf(resourceIn('b2c-directory.bicep', 'created'))).toMatchObject({
      name: 'domain',
      location: 'dataResidency',
      sku: { name: 'PremiumP1', tier: 'A0' },
    });
    expect(bicepTree('b2c-directory.bicep').parameters['dataResidency']?.decorators).toContainEqual({
      type: 'allowed',
      argument: ['Asia Pacific', 'Australia', 'Europe', 'United States'],
    });
  });
});

describeWithPython('the logs', () => {
  test('hold sign-ins of people, services and managed identities, changes and provisioning', () => {
    expect(bicepTree('entra-logs.bicep').variables['categories']?.value).toEqual([
      'AuditLogs',
      'ManagedIdentitySignInLogs',
      'NonInteractiveUserSignInLogs',
      'ProvisioningLogs',
      'ServicePrincipalSignInLogs',
      'SignInLogs',
    ]);
  });

  test('come from the whole tenant', () => {
    expect(bodyOf(resourceIn('entra-logs.bicep', 'entraLogs'))).toMatchObject({
      scope: { function: { type: 'tenant' } },
      properties: {
        workspaceId: { operator: { operands: { operand_1: 'workspace', operand_2: 'id' } } },
        logs: {
          loop_type: { detail: { item_name: 'category', array_name: 'categories' } },
          config: { category: 'category', enabled: true },
        },
      },
    });
  });

  test('are sent by a deployment of their own, which Azure refuses a service principal', () => {
    const senders = [...bicepTrees()].filter(([, { resources }]) =>
      Object.values(resources).some(({ type }) => type.toLowerCase() === 'microsoft.aadiam/diagnosticsettings'),
    );
    expect(senders.map(([file]) => file)).toEqual(['entra-logs.bicep']);
    const users = [...bicepTrees()].filter(([, { modules }]) =>
      Object.values(modules).some(({ detail }) => detail.path.endsWith('entra-logs.bicep')),
    );
    expect(users.map(([file]) => file)).toEqual(['blog/entra-logs.bicep', 'sandbox/entra-logs.bicep']);
    expect(resourceIn('entra-logs.bicep', 'workspace').existing).toBe(true);
  });

  test('are kept as long as the estate says, and taken only from Azure itself', () => {
    expect(bodyOf(resourceIn('logs.bicep', 'workspace'))).toMatchObject({
      properties: { retentionInDays: 'retentionDays', features: { disableLocalAuth: true } },
    });
    const limits = [
      { type: 'min_value', argument: 30 },
      { type: 'max_value', argument: 730 },
    ];
    expect(bicepTree('logs.bicep').parameters['retentionDays']?.decorators).toEqual(expect.arrayContaining(limits));
    expect(bicepTree('main.bicep').parameters['logRetentionDays']).toMatchObject({ default: 365 });
  });
});

describeWithPython("Pulumi's state", () => {
  test('is reached by role assignments alone, over TLS 1.2', () => {
    expect(bodyOf(resourceIn('pulumi-state.bicep', 'storageAccount'))).toMatchObject({
      properties: {
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        allowSharedKeyAccess: false,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
      },
    });
    expect(bodyOf(resourceIn('pulumi-state.bicep', 'container'))).toMatchObject({
      properties: { publicAccess: 'None' },
    });
  });

  test('can be brought back after a change, a deletion and the deletion of its container', () => {
    expect(bodyOf(resourceIn('pulumi-state.bicep', 'blobService'))).toMatchObject({
      properties: {
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days: 'recoveryDays' },
        containerDeleteRetentionPolicy: { enabled: true, days: 'recoveryDays' },
      },
    });
    expect(bodyOf(resourceIn('pulumi-state.bicep', 'stateLock'))).toMatchObject({
      scope: 'storageAccount',
      properties: { level: 'CanNotDelete' },
    });
  });

  test('has its secrets encrypted by a key that nobody can purge', () => {
    expect(bodyOf(resourceIn('pulumi-state.bicep', 'keyVault'))).toMatchObject({
      properties: { enablePurgeProtection: true, enableRbacAuthorization: true, enableSoftDelete: true },
    });
  });

  test('has a key that rotates before it expires', () => {
    expect(bodyOf(resourceIn('pulumi-state.bicep', 'key'))).toMatchObject({
      properties: {
        kty: 'RSA',
        keyOps: ['decrypt', 'encrypt'],
        rotationPolicy: {
          attributes: { expiryTime: 'P2Y' },
          lifetimeActions: [
            { action: { type: 'rotate' }, trigger: { timeAfterCreate: 'P1Y' } },
            { action: { type: 'notify' }, trigger: { timeBeforeExpiry: 'P90D' } },
          ],
        },
      },
    });
  });

  test('names the version of the key, since Pulumi can not decrypt with a later one', () => {
    expect(JSON.stringify(bicepTree('pulumi-state.bicep').outputs['secretsProvider'])).toContain('keyUriWithVersion');
  });

  test.each(['vaultLogs', 'blobLogs'])('is audited: %s', (name) => {
    expect(bodyOf(resourceIn('pulumi-state.bicep', name))).toMatchObject({
      properties: { workspaceId: 'workspaceId', logs: [{ categoryGroup: 'audit', enabled: true }] },
    });
  });
});
