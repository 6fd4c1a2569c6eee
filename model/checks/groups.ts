import type { WorkforceGroup } from '../workforce';
import type { Issue } from '../finding';
import { GROUP_DESCRIPTION_LENGTH, GROUP_NAME_LENGTH } from '../limits';

/** Groups of the workforce: unique names, lengths. */
export function checkGroups(groups: readonly WorkforceGroup[]): readonly Issue[] {
  return groups.flatMap((group) => {
    const issues: Issue[] = [];
    const first = groups.find((other) => other.name === group.name);
    if (first !== undefined && first !== group) {
      issues.push({
        severity: 'error',
        code: 'duplicate-group',
        at: [...group.at, 'name'],
        value: group.name,
        problem: 'is declared twice',
        allowed: 'each group once',
        related: [[...first.at, 'name']],
      });
    }
    if (group.name.length > GROUP_NAME_LENGTH) {
      issues.push({
        severity: 'error',
        code: 'group-name',
        at: [...group.at, 'name'],
        value: group.name,
        problem: `is ${group.name.length} characters long`,
        allowed: `at most ${GROUP_NAME_LENGTH}`,
      });
    }
    if ((group.description?.length ?? 0) > GROUP_DESCRIPTION_LENGTH) {
      issues.push({
        severity: 'error',
        code: 'group-description',
        at: [...group.at, 'description'],
        problem: `the description is ${group.description?.length ?? 0} characters long`,
        allowed: `at most ${GROUP_DESCRIPTION_LENGTH}`,
      });
    }
    return issues;
  });
}
