import { z } from 'zod';
import { located } from '../../source/located';
import { REPOSITORY } from '../limits';
import { Name } from '../shared/name';

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
  }),
).describe('Roles of GitHub Actions in the AWS accounts: one that reads, for previews, and one that deploys.');
