import type { Issue } from '../../../source/finding';
import { GROUP_DESCRIPTION_LENGTH, GROUP_NAME_LENGTH } from '../../limits';
import type { WorkforceGroup } from '../workforce';
import { error, repeated, warning } from '../../shared/issue';

/** Groups of the workforce: unique names, lengths, and what is declared in vain. */
export function checkGroups(groups: readonly WorkforceGroup[]): readonly Issue[] {
  const repeats = new Map(repeated(groups, ({ name }) => name).map(({ item, first }) => [item, first]));
  return groups.flatMap((group) => {
    const first = repeats.get(group);
    return [...(first === undefined ? [] : [duplicate(group, first)]), ...checkName(group), ...checkDescription(group)];
  });
}

function duplicate({ at, name }: WorkforceGroup, first: WorkforceGroup): Issue {
  return error('duplicate-group', [...at, 'name'], {
    value: name,
    problem: 'is declared twice',
    allowed: 'each group once',
    related: [[...first.at, 'name']],
  });
}

function checkName({ at, name }: WorkforceGroup): readonly Issue[] {
  if (name.length <= GROUP_NAME_LENGTH) return [];
  const problem = `is ${name.length} characters long`;
  return [error('group-name', [...at, 'name'], { value: name, problem, allowed: `at most ${GROUP_NAME_LENGTH}` })];
}

function checkDescription({ at, description, adopt }: WorkforceGroup): readonly Issue[] {
  if (description === undefined) return [];
  const place = [...at, 'description'];
  const long = {
    problem: `the description is ${description.length} characters long`,
    allowed: `at most ${GROUP_DESCRIPTION_LENGTH}`,
  };
  const idle = {
    value: description,
    problem: 'is never written: a group with adopt is only looked up',
    allowed: 'no description, or no adopt',
  };
  return [
    ...(description.length > GROUP_DESCRIPTION_LENGTH ? [error('group-description', place, long)] : []),
    ...(adopt ? [warning('adopted-group-description', place, idle)] : []),
  ];
}
