import type { Issue, Path } from '../../../source/finding';
import { error } from '../../shared/issue';
import type { Forge } from '../forge';
import { FORGE_NAMES } from '../forge';
import { REPOSITORIES } from '../limits';

/** The repository whose runs are trusted. */
export function checkRepository(repository: string, at: Path, forge: Forge): readonly Issue[] {
  const { pattern, allowed } = REPOSITORIES[forge];
  if (pattern.test(repository)) return [];
  const problem = `is not a valid ${FORGE_NAMES[forge]} repository`;
  return [error('repository', at, { value: repository, problem, allowed })];
}
