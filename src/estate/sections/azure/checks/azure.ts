import type { Azure } from '../azure';
import { previewEnvironment } from '../azure';
import type { Issue } from '../../../source/finding';
import {
  AZURE_REGION,
  GUID,
  KEY_VAULT,
  LOG_RETENTION_DAYS,
  PREVIEW_TRUST,
  RESOURCE_GROUP,
  STORAGE_ACCOUNT,
} from '../../limits';
import { checkEnvironments, checkRepository } from '../../pipeline/checks/repository';
import type { Forge } from '../../pipeline/forge';
import { error, mismatches, valuesOf, warning } from '../../shared/issue';
import { outside } from '../../shared/range';

/** Checks what Bicep deploys. The forge is undefined where the section that says it could not be read. */
export function checkAzure(azure: Azure, forge: Forge | undefined): readonly Issue[] {
  const { at, pulumiState, environments } = azure;
  const state = { ...pulumiState, at: [...at, 'pulumiState'] };
  return [
    ...mismatches('subscription-id', valuesOf([azure], 'subscriptionId'), SUBSCRIPTION),
    ...mismatches('azure-region', valuesOf([azure], 'location'), REGION),
    ...mismatches('resource-group', valuesOf([azure], 'resourceGroup'), GROUP),
    ...checkRetention(azure),
    ...mismatches('storage-account', valuesOf([state], 'storageAccount'), STORAGE),
    ...mismatches('key-vault', valuesOf([state], 'keyVault'), VAULT),
    ...(forge === undefined ? [] : checkRepository(azure.repository, [...at, 'repository'], forge)),
    ...checkEnvironments(environments, [...at, 'environments']),
    ...checkPreviewTrust(azure),
  ];
}

/** Pull requests that decrypt Pulumi's secrets: with a reviewer, and never in an environment whose jobs deploy. */
function checkPreviewTrust(azure: Azure): readonly Issue[] {
  const { at, previewTrust: value, environments } = azure;
  const place = [...at, 'previewTrust'];
  if (!PREVIEW_TRUST.pattern.test(value)) {
    const problem = 'does not name the runs that may ask Pulumi';
    const allowed = "'environment:NAME' with at most 100 letters, digits, - and _, or 'pull_request'";
    return [error('preview-trust', place, { value, problem, allowed })];
  }
  const environment = previewEnvironment(azure);
  if (environment === undefined) {
    const problem = "lets whoever can push a branch decrypt the secrets of Pulumi's state";
    return [warning('preview-without-review', place, { value, problem, allowed: `'${PREVIEW_TRUST.default}'` })];
  }
  const index = environments.findIndex((name) => name.toLowerCase() === environment.toLowerCase());
  if (index < 0) return [];
  const problem = 'lets pull requests into an environment whose jobs deploy';
  const allowed = 'an environment of its own, for previews alone';
  return [error('preview-deploys', place, { value, problem, allowed, related: [[...at, 'environments', index]] })];
}

type Words = Parameters<typeof mismatches>[2];

const SUBSCRIPTION: Words = { pattern: GUID, problem: 'is not a valid subscription id', allowed: 'a GUID' };
const REGION: Words = {
  pattern: AZURE_REGION,
  problem: 'is not a valid Azure region name',
  allowed: 'its short name: westeurope',
};
const GROUP: Words = {
  pattern: RESOURCE_GROUP,
  problem: 'is not a valid resource group name',
  allowed: '1 to 90 letters, digits and ._()-, with no dot at the end',
};
const STORAGE: Words = {
  pattern: STORAGE_ACCOUNT,
  problem: 'is not a valid storage account name',
  allowed: '3 to 24 lower-case letters and digits',
};
const VAULT: Words = {
  pattern: KEY_VAULT,
  problem: 'is not a valid key vault name',
  allowed: '3 to 24 letters, digits and single hyphens, with a letter first and no hyphen at the end',
};

function checkRetention({ at, logs: { retentionDays } }: Azure): readonly Issue[] {
  const { min, max } = LOG_RETENTION_DAYS;
  return outside('log-retention', [...at, 'logs', 'retentionDays'], {
    value: retentionDays,
    range: { min, max },
    problem: 'is not a valid retention period for the logs',
    allowed: `${min} to ${max} whole days`,
  });
}
