import { DEFAULT_FORGE } from '../pipeline/forges/registry';
import { checkAzure } from './checks/azure';
import { AzureEntry } from './schema';
import type { Section } from '../section';

export const azure = {
  schema: AzureEntry,
  check: ({ estate: { azure, pipeline }, isSetAside }) => {
    if (azure === undefined) return [];
    return checkAzure(azure, isSetAside(['pipeline', 'forge']) ? undefined : (pipeline?.forge ?? DEFAULT_FORGE));
  },
} satisfies Section;
