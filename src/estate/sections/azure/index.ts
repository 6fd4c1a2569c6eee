import { checkAzure } from './checks/azure';
import { AzureEntry } from './schema';
import type { Section } from '../section';

export const azure = {
  schema: AzureEntry,
  check: ({ estate }) => (estate.azure === undefined ? [] : checkAzure(estate.azure)),
} satisfies Section;
