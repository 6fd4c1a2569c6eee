import { z } from 'zod';
import { located, type Output } from '../../source/located';
import { GUID } from '../limits';
import { ANY_REPOSITORY, Environments, PreviewTrust } from '../pipeline/limits';
import { ofEach } from '../pipeline/forges/registry';
import { matching, Name, nameMatching, sound, within } from '../shared/rules';
import { suggestName } from '../../../text/suggest';
import REGIONS from './regions.json';

/** Azure, 'Naming rules and restrictions for Azure resources'. */
const RESOURCE_GROUP = /^[\p{L}\p{N}_.()-]{0,89}[\p{L}\p{N}_()-]$/u;

const KEY_VAULT = /^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/;

/** Short name of an Azure region. */
const AZURE_REGION = /^[a-z]+[0-9]*$/;

/** Microsoft Learn, 'Azure regions list', and regions announced there, as of 2026-11. Nothing else depends on them, so others are not refused. */
const KNOWN_REGION = sound(
  'azure-region',
  (text) => {
    if (!AZURE_REGION.test(text) || REGIONS.includes(text)) return undefined;
    const near = suggestName(text, REGIONS);
    return {
      problem: 'is no Azure region that this version knows',
      allowed: `${near === undefined ? 'westeurope, for example' : `did you mean '${near}'?`} One that Azure added since is deployed all the same`,
    };
  },
  { severity: 'warning' },
);

/** Azure Monitor, 'Log Analytics workspace data retention': interactive retention. */
const LOG_RETENTION_DAYS = { min: 30, max: 730, default: 365 } as const;

/** Azure, 'Naming rules and restrictions for Azure resources'. */
const STORAGE_ACCOUNT = /^[a-z0-9]{3,24}$/;

export const AzureEntry = located(
  z.strictObject({
    subscriptionId: nameMatching('subscription-id', GUID, {
      description: 'The Azure subscription.',
      problem: 'is not a valid subscription id',
      allowed: 'a GUID',
    }),
    location: Name.meta({
      description: 'Azure region of everything that is deployed: `westeurope`.',
      offers: REGIONS,
      ...matching('azure-region', AZURE_REGION, {
        problem: 'is not a valid Azure region name',
        allowed: 'its short name: westeurope',
      }),
    }).meta(KNOWN_REGION),
    resourceGroup: nameMatching('resource-group', RESOURCE_GROUP, {
      description: 'Resource group of everything that is deployed.',
      problem: 'is not a valid resource group name',
      allowed: '1 to 90 letters, digits and ._()-, with no dot at the end',
    }),
    logs: z
      .strictObject({
        retentionDays: z
          .number()
          .meta({
            description: 'Days for which audit, sign-in and provisioning logs are kept.',
            ...within('log-retention', LOG_RETENTION_DAYS, {
              problem: 'is not a valid retention period for the logs',
              allowed: `${LOG_RETENTION_DAYS.min} to ${LOG_RETENTION_DAYS.max} whole days`,
            }),
          })
          .default(LOG_RETENTION_DAYS.default),
        entra: z
          .boolean()
          .describe(
            "Whether Bicep lays the setting that sends the tenant's logs there: a deployment of its own, by a Security Administrator. `false` where others lay it.",
          )
          .default(true),
      })
      .describe('The Log Analytics workspace.')
      .prefault({}),
    pulumiState: z
      .strictObject({
        storageAccount: nameMatching('storage-account', STORAGE_ACCOUNT, {
          description: 'Storage account, unique in Azure.',
          problem: 'is not a valid storage account name',
          allowed: '3 to 24 lower-case letters and digits',
        }),
        keyVault: nameMatching('key-vault', KEY_VAULT, {
          description: "Key vault whose key protects the stacks' secrets, unique in Azure.",
          problem: 'is not a valid key vault name',
          allowed: '3 to 24 letters, digits and single hyphens, with a letter first and no hyphen at the end',
        }),
      })
      .describe('Storage of the state of Pulumi.'),
    repository: Name.meta({
      description: `Repository that may deploy: ${ofEach(({ name, repository: { form } }) => `\`${form}\` at ${name}`)}. The section \`pipeline\` names the forge.`,
      pattern: ANY_REPOSITORY.source,
    }),
    environments: Environments.describe('Environments of the forge that may deploy.'),
    previewTrust: PreviewTrust,
  }),
).describe('Resources that must exist in Azure before the other parts. Bicep deploys them.');
export type Azure = Output<typeof AzureEntry>;
