import { checkRepository, checkTrusted } from '../pipeline/checks/pipeline';
import { previewEnvironment } from '../pipeline/limits';
import { DEFAULT_FORGE } from '../pipeline/forges/registry';
import { AzureEntry } from './schema';
import type { Section } from '../section';
import { error } from '../shared/issue';

export const azure = {
  schema: AzureEntry,
  *check({ estate, isSetAside }) {
    const { azure, pipeline } = estate;
    if (azure === undefined) return;
    const { at, repository, previewTrust: value, environments } = azure;
    if (!isSetAside(['pipeline'])) yield* checkTrusted(estate);
    if (!isSetAside(['pipeline', 'forge']))
      yield* checkRepository(repository, [...at, 'repository'], pipeline?.forge ?? DEFAULT_FORGE);
    const preview = previewEnvironment(azure)?.toLowerCase();
    const index = environments.findIndex((name) => name.toLowerCase() === preview);
    // Pull requests must not run in an environment whose jobs deploy.
    if (index >= 0)
      yield error('preview-deploys', [...at, 'previewTrust'], {
        value,
        problem: 'lets pull requests into an environment whose jobs deploy',
        allowed: 'an environment of its own, for previews alone',
        related: [[...at, 'environments', index]],
      });
  },
} satisfies Section;
