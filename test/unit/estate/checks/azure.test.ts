import { changed, AZURE } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'a name for the subscription',
    from: '8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352',
    to: 'sandbox',
    expected: 'error subscription-id estate.yaml:2:19 azure.subscriptionId',
  },
  {
    what: 'a region by its long name',
    from: 'westeurope',
    to: 'West Europe',
    expected: 'error azure-region estate.yaml:3:13 azure.location',
  },
  {
    what: 'a region that Azure does not have, with a warning',
    from: 'westeurope',
    to: 'westeuorpe',
    expected: 'warning azure-region estate.yaml:3:13 azure.location',
  },
  {
    what: 'more environments than an identity trusts',
    from: '[sandbox]',
    to: `[${Array.from({ length: 21 }, (_, index) => `sandbox-${index}`).join(', ')}]`,
    expected: 'error too-many-trusts estate.yaml:8:17 azure.environments',
  },
  {
    what: 'a resource group that ends in a dot',
    from: 'resourceGroup: identity',
    to: 'resourceGroup: identity.',
    expected: 'error resource-group estate.yaml:4:18 azure.resourceGroup',
  },
  {
    what: '29 days',
    from: 'retentionDays: 90',
    to: 'retentionDays: 29',
    expected: 'error log-retention estate.yaml:5:26 azure.logs.retentionDays',
  },
  {
    what: '731 days',
    from: 'retentionDays: 90',
    to: 'retentionDays: 731',
    expected: 'error log-retention estate.yaml:5:26 azure.logs.retentionDays',
  },
  {
    what: 'half a day',
    from: 'retentionDays: 90',
    to: 'retentionDays: 90.5',
    expected: 'error log-retention estate.yaml:5:26 azure.logs.retentionDays',
  },
  {
    what: 'capital letters in a storage account',
    from: 'identitystate',
    to: 'Identity-State',
    expected: 'error storage-account estate.yaml:6:34 azure.pulumiState.storageAccount',
  },
  {
    what: 'a storage account of 25 characters',
    from: 'identitystate',
    to: 'sssssssssssssssssssssssss',
    expected: 'error storage-account estate.yaml:6:34 azure.pulumiState.storageAccount',
  },
  {
    what: 'two hyphens in a key vault',
    from: 'identity-vault',
    to: 'identity--vault',
    expected: 'error key-vault estate.yaml:6:59 azure.pulumiState.keyVault',
  },
  {
    what: 'a key vault that ends in a hyphen',
    from: 'identity-vault',
    to: 'identity-',
    expected: 'error key-vault estate.yaml:6:59 azure.pulumiState.keyVault',
  },
  {
    what: 'an address of a repository',
    from: 'example/identity',
    to: 'https://github.com/example/identity',
    expected: 'error repository estate.yaml:7:15 azure.repository',
  },
  {
    what: 'no environment',
    from: '[sandbox]',
    to: '[]',
    expected: 'error no-environment estate.yaml:8:17 azure.environments',
  },
  {
    what: 'an environment twice',
    from: '[sandbox]',
    to: '[sandbox, Sandbox]',
    expected: 'error duplicate-environment estate.yaml:8:27 azure.environments[1] [see estate.yaml:8:18]',
  },
  {
    what: 'an environment for previews without its kind',
    from: '[sandbox]',
    to: '[sandbox]\n  previewTrust: preview',
    expected: 'error preview-trust estate.yaml:9:17 azure.previewTrust',
  },
  {
    what: 'previews in an environment whose jobs deploy',
    from: '[sandbox]',
    to: '[sandbox]\n  previewTrust: environment:Sandbox',
    expected: 'error preview-deploys estate.yaml:9:17 azure.previewTrust [see estate.yaml:8:18]',
  },
  {
    what: 'previews without an approval, with a warning',
    from: '[sandbox]',
    to: '[sandbox]\n  previewTrust: pull_request',
    expected: 'warning preview-without-review estate.yaml:9:17 azure.previewTrust',
  },
])('azure is refused: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(AZURE, from, to)))).toEqual([expected]);
});

test.each([
  ['30 days', 'retentionDays: 90', 'retentionDays: 30'],
  ['730 days', 'retentionDays: 90', 'retentionDays: 730'],
  ['a region with a number', 'westeurope', 'westus2'],
  [
    'as many environments as an identity trusts',
    '[sandbox]',
    `[${Array.from({ length: 20 }, (_, index) => `e${index}`).join(', ')}]`,
  ],
  ['a key vault of 24 characters', 'identity-vault', 'vvvvvvvvvvvvvvvvvvvvvvvv'],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(AZURE, from, to)))).toEqual([]);
});

test('pull requests ask Pulumi in an environment where nothing else is said', () => {
  expect(planOf(AZURE).estate.azure?.previewTrust).toBe('environment:preview');
});

test('logs are kept for a year where nothing else is said', () => {
  expect(planOf(changed(AZURE, '  logs: { retentionDays: 90 }\n', '')).estate.azure?.logs).toEqual({
    entra: true,
    retentionDays: 365,
  });
});
