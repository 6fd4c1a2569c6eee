import type { Issue, Path } from '../../../source/finding';
import { ENVIRONMENT, REPOSITORY } from '../../limits';
import { error, repeated } from '../../shared/issue';

/** The GitHub repository whose runs are trusted. */
export function checkRepository(repository: string, at: Path): readonly Issue[] {
  if (REPOSITORY.test(repository)) return [];
  const allowed = 'owner/name, or owner@id/name@id where the tokens of the repository have ids';
  return [error('repository', at, { value: repository, problem: 'is not a valid GitHub repository', allowed })];
}

/** GitHub environments whose jobs may deploy. */
export function checkEnvironments(names: readonly string[], at: Path): readonly Issue[] {
  const none = { problem: 'nothing may deploy', allowed: 'at least one environment of the repository' };
  const items = names.map((name, index) => ({ name, at: [...at, index] }));
  return [
    ...(names.length === 0 ? [error('no-environment', at, none)] : []),
    ...items
      .filter(({ name }) => !ENVIRONMENT.test(name))
      .map(({ name, at: place }) =>
        error('environment-name', place, {
          value: name,
          problem: 'is not an environment name that clouds can trust',
          allowed: 'at most 100 letters, digits, - and _',
        }),
      ),
    ...repeated(items, ({ name }) => name.toLowerCase()).map(({ item, first }) =>
      error('duplicate-environment', item.at, {
        value: item.name,
        problem: 'is listed twice',
        allowed: 'each environment once, in whatever case',
        related: [first.at],
      }),
    ),
  ];
}
