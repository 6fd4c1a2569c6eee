import { z } from 'zod';
import { located } from '../../source/located';
import { GUID, LOG_RETENTION_DAYS, PREVIEW_TRUST, STORAGE_ACCOUNT } from '../limits';
import { ANY_REPOSITORY } from '../pipeline/limits';
import { Name } from '../shared/name';

export const AzureEntry = located(
  z.strictObject({
    subscriptionId: Name.meta({ description: 'The Azure subscription.', pattern: GUID.source }),
    location: Name.describe('Azure region of everything that is deployed: `westeurope`.'),
    resourceGroup: Name.describe('Resource group of everything that is deployed.'),
    logs: z
      .strictObject({
        retentionDays: z
          .number()
          .meta({
            description: 'Days for which audit, sign-in and provisioning logs are kept.',
            minimum: LOG_RETENTION_DAYS.min,
            maximum: LOG_RETENTION_DAYS.max,
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
        storageAccount: Name.meta({
          description: 'Storage account, unique in Azure.',
          pattern: STORAGE_ACCOUNT.source,
        }),
        keyVault: Name.describe("Key vault whose key protects the stacks' secrets, unique in Azure."),
      })
      .describe('Storage of the state of Pulumi.'),
    repository: Name.meta({
      description:
        'Repository that may deploy: `owner/name` at GitHub; the section `pipeline` says where it is otherwise.',
      pattern: ANY_REPOSITORY.source,
    }),
    environments: z.array(Name).describe('Environments of the forge that may deploy.'),
    previewTrust: Name.meta({
      description:
        'Runs of a pull request that may ask Pulumi what it changes, which decrypts the secrets of its state: those in an environment with required reviewers, or `pull_request`, which lets whoever can push a branch decrypt them.',
      pattern: PREVIEW_TRUST.pattern.source,
    }).default(PREVIEW_TRUST.default),
  }),
).describe('Resources that must exist in Azure before the other parts. Bicep deploys them.');
