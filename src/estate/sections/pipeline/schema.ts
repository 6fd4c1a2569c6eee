import { z } from 'zod';
import { located } from '../../source/located';
import { GUID, REPOSITORY } from '../limits';
import { FORGES } from './forge';
import { Name } from '../shared/name';

const Clients = z.strictObject({
  preview: Name.meta({ description: 'Client id of what reads.', pattern: GUID.source }),
  deploy: Name.meta({ description: 'Client id of what deploys.', pattern: GUID.source }),
});

export const PipelineEntry = located(
  z.strictObject({
    repository: Name.meta({
      description: 'GitHub repository that deploys; only without an `azure` section, which sets it.',
      pattern: REPOSITORY.source,
    }).exactOptional(),
    environments: z
      .array(Name)
      .describe('GitHub environments that may deploy; only without an `azure` section, which sets them.')
      .exactOptional(),
    existingProviders: z
      .array(Name)
      .describe("AWS accounts that have GitHub's OIDC provider already, in quotes: an account can have one only.")
      .default([]),
    forge: z.enum(FORGES).describe('Service that holds the repository and runs its pipeline.').default('github'),
    workflows: Name.describe(
      'Repository and tag of the reusable workflows of GitHub: `owner/entra-aws-identity@v0.1.0`.',
    ).exactOptional(),
    identities: z
      .strictObject({ workforce: Clients.exactOptional(), customers: Clients.exactOptional() })
      .describe('Client ids that the pipeline signs in to Entra ID with: outputs of the Bicep files.')
      .default({}),
  }),
).describe('Roles of GitHub Actions in the AWS accounts: one that reads, for previews, and one that deploys.');
