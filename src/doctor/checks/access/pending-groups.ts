import { showValue } from '../../../estate/source/finding';
import { type Check, examine, type Observation, okUnless, warning } from '../../check';

/** Every group with a grant is in the Identity Store. */
export const pendingGroups: Check = {
  id: 'access-pending-groups',
  area: 'access',
  title: 'Groups with grants are synchronized',
  run: ({ plan: { access: planned }, facts: { access } }) => {
    if (planned === undefined || access === undefined) return undefined;
    return examine(access.groups, (groups) => {
      const there = new Set(groups.flatMap(({ id, name }): string[] => [id, name]));
      // A group that is being renamed has its access by its id.
      const granted = new Map(
        planned.expansion.assignments.flatMap(({ holder: { kind, name }, principalId }) =>
          kind === 'group' ? [[name, principalId ?? name]] : [],
        ),
      );
      const pending = [...granted].flatMap(([name, id]) => (there.has(name) || there.has(id) ? [] : [name]));
      return okUnless(pending.map(waiting), `${granted.size} groups with grants are in the Identity Store`);
    });
  },
};

function waiting(name: string): Observation {
  return warning(
    `group ${showValue(name)} has grants but is not in the Identity Store, so that no one has them`,
    'assign the group to the AWS application, wait for a provisioning cycle (40 minutes), then npx --no entra-aws snapshot and deploy',
  );
}
