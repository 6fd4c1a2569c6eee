import type { Issue, Path } from '../../../source/finding';
import { error } from '../../shared/issue';
import { type Forge, FORGE_FACTS } from '../forges/registry';

/** The repository whose runs are trusted. */
export function checkRepository(repository: string, at: Path, forge: Forge): readonly Issue[] {
  const {
    name,
    repository: { pattern, allowed },
  } = FORGE_FACTS[forge];
  if (pattern.test(repository)) return [];
  const problem = `is not a valid ${name} repository`;
  return [error('repository', at, { value: repository, problem, allowed })];
}
