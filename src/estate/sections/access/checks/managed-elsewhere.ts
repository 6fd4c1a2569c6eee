import { compileGlob } from '../../../source/glob';
import type { Issue } from '../../../source/finding';
import { quotedList } from '../../../../text/suggest';
import type { Access, Holder } from '../../estate';
import { error } from '../../shared/issue';

/** Access that others manage can't be the estate's own: it would be declared, and not looked after. */
export function checkManagedElsewhere({ managedElsewhere, permissionSets, grants }: Access): readonly Issue[] {
  const sets = permissionSets.map(({ name }) => name);
  const namesOf = (wanted: Holder['kind']): readonly string[] =>
    grants.flatMap(({ holder: { kind, name } }) => (kind === wanted ? [name] : []));
  const own = [
    { entries: managedElsewhere.permissionSets, names: sets, what: 'permission sets of this estate' },
    { entries: managedElsewhere.groups, names: namesOf('group'), what: 'groups with grants in this estate' },
    { entries: managedElsewhere.users, names: namesOf('user'), what: 'users with grants in this estate' },
  ];
  return own.flatMap(({ entries, names, what }) =>
    entries.flatMap((entry): readonly Issue[] => {
      const isMeant = compileGlob(entry.name);
      const found = new Set(names.filter((name) => isMeant(name)));
      if (found.size === 0) return [];
      return [
        error('managed-elsewhere', [...entry.at, 'name'], {
          value: entry.name,
          problem: `names ${what} (${quotedList(found)})`,
          allowed: 'only what this estate does not manage',
        }),
      ];
    }),
  );
}
