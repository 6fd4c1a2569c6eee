import type { Issue, Path } from '../../../source/finding';
import { ENVIRONMENT } from '../../limits';
import { duplicates, error, inAnyCase, mismatches, placed } from '../../shared/issue';
import type { Forge } from '../forge';
import { FORGE_NAMES } from '../forge';
import { REPOSITORIES } from '../limits';

/** The repository whose runs are trusted. */
export function checkRepository(repository: string, at: Path, forge: Forge): readonly Issue[] {
  return mismatches('repository', [{ at, text: repository }], {
    ...REPOSITORIES[forge],
    problem: `is not a valid ${FORGE_NAMES[forge]} repository`,
  });
}

/** Environments whose jobs may deploy. */
export function checkEnvironments(names: readonly string[], at: Path): readonly Issue[] {
  const none = { problem: 'nothing may deploy', allowed: 'at least one environment of the repository' };
  const environments = placed(names, at);
  return [
    ...(names.length === 0 ? [error('no-environment', at, none)] : []),
    ...mismatches('environment-name', environments, {
      pattern: ENVIRONMENT,
      problem: 'is not an environment name that clouds can trust',
      allowed: 'at most 100 letters, digits, - and _',
    }),
    ...duplicates('duplicate-environment', environments, {
      keyOf: inAnyCase,
      allowed: 'each environment once, in whatever case',
    }),
  ];
}
