import { z } from 'zod';
import { GUID, LOG_RETENTION_DAYS, REPOSITORY, STORAGE_ACCOUNT } from '../limits';
import { Name } from './name';

export const AzureEntry = z
  .strictObject({
    subscriptionId: Name.meta({ description: 'The Azure subscription.', pattern: GUID.source }),
    location: Name.describe('Azure region of all that is deployed: `westeurope`.'),
    resourceGroup: Name.describe('Resource group of all that is deployed.'),
    logs: z
      .strictObject({
        retentionDays: z
          .number()
          .meta({
            description: 'How long audit, sign-in and provisioning logs are kept.',
            default: LOG_RETENTION_DAYS.default,
            minimum: LOG_RETENTION_DAYS.min,
            maximum: LOG_RETENTION_DAYS.max,
          })
          .optional(),
      })
      .describe('The Log Analytics workspace.')
      .optional(),
    pulumiState: z
      .strictObject({
        storageAccount: Name.meta({
          description: 'Storage account, unique in Azure.',
          pattern: STORAGE_ACCOUNT.source,
        }),
        keyVault: Name.describe("Key vault whose key protects the stacks' secrets, unique in Azure."),
      })
      .describe('Where Pulumi keeps its state.'),
    repository: Name.meta({
      description: 'GitHub repository that may deploy: `owner/name`.',
      pattern: REPOSITORY.source,
    }),
    environments: z.array(Name).describe('GitHub environments of the repository that may deploy.'),
  })
  .describe('What must exist in Azure before the other parts: deployed by Bicep.');
export type AzureEntry = z.infer<typeof AzureEntry>;
