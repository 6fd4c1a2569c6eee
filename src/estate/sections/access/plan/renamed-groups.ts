import type { Organization } from '../../../source/organization';
import type { Access, Estate } from '../../estate';
import { error, type Issues, placed, type PlacedText, valuesOf } from '../../shared/issue';

type Workforce = Estate['workforce'];

/** The organization with groups by the names that the workforce gives them, while the Identity Store still has the earlier ones. */
export function withRenamedGroups(organization: Organization, workforce: Workforce): Organization {
  const known = organization.groupByName;
  const renamed = (workforce?.groups ?? []).flatMap(({ name, previousNames }) => {
    const group = previousNames.map((earlier) => known.get(earlier)).find((one) => one !== undefined);
    return known.has(name) || group === undefined ? [] : [[name, group] as const];
  });
  return { ...organization, groupByName: new Map([...known, ...renamed]) };
}

/** References to a group by a name that it had before. Its access stays: the group is known by its id. */
export function* checkRenamedGroups(estate: Estate, access: Access, { groupByName }: Organization): Issues {
  const groups = estate.workforce?.groups ?? [];
  const declared = new Map(groups.flatMap((group) => group.previousNames.map((earlier) => [earlier, group.name])));
  const names = new Map(groups.map(({ name, previousNames }) => [name, previousNames]));
  for (const place of [...referencesTo(access), ...valuesOf(groups, 'name')]) {
    const now = declared.get(place.text);
    const { id, displayName } = groupByName.get(place.text) ?? { displayName: place.text };
    if (now !== undefined) yield renamed(place, `is now '${now}' in workforce.groups`, now);
    else if (displayName !== place.text && names.get(place.text)?.includes(displayName) !== true)
      yield renamed(place, `is now '${displayName}' in IAM Identity Center, with the same id ${id}`, displayName);
  }
}

function renamed({ at, text: value }: PlacedText, problem: string, now: string) {
  const here = at[0] === 'workforce' ? `'${now}' here, with '${value}' in previousNames` : `'${now}' here`;
  const allowed = `write ${here}; if another group is meant, take its name out of previousNames in organization.json`;
  return error('group-renamed', at, { value, problem: `${problem}: it keeps its access`, allowed });
}

/** Names of groups in the section `access`, each with its place. */
function referencesTo({ grants, permissionSets, applications }: Access): readonly PlacedText[] {
  return [
    ...grants.flatMap(({ at, holder: { kind, name } }) =>
      kind === 'group' ? [{ at: [...at, 'group'], text: name }] : [],
    ),
    ...permissionSets.flatMap(({ at, grantable }) => placed(grantable?.groups ?? [], [...at, 'grantable', 'groups'])),
    ...applications.flatMap(({ at, groups }) => placed(groups, [...at, 'groups'])),
  ];
}

/** Names by which an estate knows groups of the Identity Store. */
export function groupNamesOf({ access, workforce }: Estate): ReadonlySet<string> {
  const referred = access === undefined ? [] : referencesTo(access).map(({ text }) => text);
  return new Set([...referred, ...(workforce?.groups ?? []).map(({ name }) => name)]);
}
