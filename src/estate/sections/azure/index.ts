import { checkPreviewTrust, checkRepository, checkTrusted } from '../pipeline/checks/pipeline';
import { DEFAULT_FORGE } from '../pipeline/forges/registry';
import { AzureEntry } from './schema';
import type { Section } from '../section';

export const azure = {
  schema: AzureEntry,
  *check({ estate, isSetAside }) {
    const { azure, pipeline } = estate;
    if (azure === undefined) return;
    const { at, repository } = azure;
    if (!isSetAside(['pipeline'])) yield* checkTrusted(estate);
    if (!isSetAside(['pipeline', 'forge']))
      yield* checkRepository(repository, [...at, 'repository'], pipeline?.forge ?? DEFAULT_FORGE);
    yield* checkPreviewTrust(estate, at);
  },
} satisfies Section;
