import { changed, AZURE } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

test.each([
  {
    what: 'a name for the subscription',
    from: '8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352',
    to: 'sandbox',
    expected:
      'error subscription-id estate.yaml:2:19 azure.subscriptionId: "sandbox" is not a valid subscription id (a GUID)',
  },
  {
    what: 'a region by its long name',
    from: 'westeurope',
    to: 'West Europe',
    expected:
      'error azure-region estate.yaml:3:13 azure.location: "West Europe" is not a valid Azure region name (its short name: westeurope)',
  },
  {
    what: 'a resource group that ends in a dot',
    from: 'resourceGroup: identity',
    to: 'resourceGroup: identity.',
    expected:
      'error resource-group estate.yaml:4:18 azure.resourceGroup: "identity." is not a valid resource group name (1 to 90 letters, digits and ._()-, with no dot at the end)',
  },
  {
    what: '29 days',
    from: 'retentionDays: 90',
    to: 'retentionDays: 29',
    expected:
      'error log-retention estate.yaml:5:26 azure.logs.retentionDays: 29 is not a valid retention period for the logs (30 to 730 whole days)',
  },
  {
    what: '731 days',
    from: 'retentionDays: 90',
    to: 'retentionDays: 731',
    expected:
      'error log-retention estate.yaml:5:26 azure.logs.retentionDays: 731 is not a valid retention period for the logs (30 to 730 whole days)',
  },
  {
    what: 'half a day',
    from: 'retentionDays: 90',
    to: 'retentionDays: 90.5',
    expected:
      'error log-retention estate.yaml:5:26 azure.logs.retentionDays: 90.5 is not a valid retention period for the logs (30 to 730 whole days)',
  },
  {
    what: 'capital letters in a storage account',
    from: 'identitystate',
    to: 'Identity-State',
    expected:
      'error storage-account estate.yaml:6:34 azure.pulumiState.storageAccount: "Identity-State" is not a valid storage account name (3 to 24 lower-case letters and digits)',
  },
  {
    what: 'a storage account of 25 characters',
    from: 'identitystate',
    to: 'sssssssssssssssssssssssss',
    expected:
      'error storage-account estate.yaml:6:34 azure.pulumiState.storageAccount: "sssssssssssssssssssssssss" is not a valid storage account name (3 to 24 lower-case letters and digits)',
  },
  {
    what: 'two hyphens in a key vault',
    from: 'identity-vault',
    to: 'identity--vault',
    expected:
      'error key-vault estate.yaml:6:59 azure.pulumiState.keyVault: "identity--vault" is not a valid key vault name (3 to 24 letters, digits and single hyphens, with a letter first and no hyphen at the end)',
  },
  {
    what: 'a key vault that ends in a hyphen',
    from: 'identity-vault',
    to: 'identity-',
    expected:
      'error key-vault estate.yaml:6:59 azure.pulumiState.keyVault: "identity-" is not a valid key vault name (3 to 24 letters, digits and single hyphens, with a letter first and no hyphen at the end)',
  },
  {
    what: 'an address of a repository',
    from: 'example/identity',
    to: 'https://github.com/example/identity',
    expected:
      'error repository estate.yaml:7:15 azure.repository: "https://github.com/example/identity" is not a valid GitHub repository (owner/name, or owner@id/name@id where the tokens of the repository have ids)',
  },
  {
    what: 'no environment',
    from: '[sandbox]',
    to: '[]',
    expected:
      'error no-environment estate.yaml:8:17 azure.environments: nothing may deploy (at least one environment of the repository)',
  },
  {
    what: 'an environment twice',
    from: '[sandbox]',
    to: '[sandbox, Sandbox]',
    expected:
      'error duplicate-environment estate.yaml:8:27 azure.environments[1]: "Sandbox" is listed twice (each environment once, in whatever case) [see estate.yaml:8:18]',
  },
  {
    what: 'an environment for previews without its kind',
    from: '[sandbox]',
    to: '[sandbox]\n  previewTrust: preview',
    expected:
      "error preview-trust estate.yaml:9:17 azure.previewTrust: \"preview\" does not name the runs that may ask Pulumi ('environment:NAME' with at most 100 letters, digits, - and _, or 'pull_request')",
  },
  {
    what: 'previews in an environment whose jobs deploy',
    from: '[sandbox]',
    to: '[sandbox]\n  previewTrust: environment:Sandbox',
    expected:
      'error preview-deploys estate.yaml:9:17 azure.previewTrust: "environment:Sandbox" lets pull requests into an environment whose jobs deploy (an environment of its own, for previews alone) [see estate.yaml:8:18]',
  },
  {
    what: 'previews without an approval, with a warning',
    from: '[sandbox]',
    to: '[sandbox]\n  previewTrust: pull_request',
    expected:
      "warning preview-without-review estate.yaml:9:17 azure.previewTrust: \"pull_request\" lets whoever can push a branch decrypt the secrets of Pulumi's state ('environment:preview')",
  },
])('azure is refused: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(AZURE, from, to)))).toEqual([expected]);
});

test.each([
  ['30 days', 'retentionDays: 90', 'retentionDays: 30'],
  ['730 days', 'retentionDays: 90', 'retentionDays: 730'],
  ['a region with a number', 'westeurope', 'westus2'],
  ['a key vault of 24 characters', 'identity-vault', 'vvvvvvvvvvvvvvvvvvvvvvvv'],
])('is sound: %s', (_, from, to) => {
  expect(report(planOf(changed(AZURE, from, to)))).toEqual([]);
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
