import type { Issue } from '../../../source/finding';
import type { FindingCode } from '../../../source/finding-codes';
import type { NameSet } from '../../../../text/suggest';
import { checkGroupMembers } from './group-members';
import { GUID } from '../../limits';
import type { WorkforceGroup } from '../workforce';
import type { PlacedText } from '../../shared/issue';
import { duplicates, error, placed, unknownNames, valuesOf, warning } from '../../shared/issue';

/** Names that a reference to a group may have: of declared groups, or of some that were set aside as faulty. */
export interface KnownGroups {
  readonly names: Iterable<string>;
  readonly setAside: NameSet;
}

/** References to groups that the workforce does not declare. */
export function unknownGroups(
  code: FindingCode,
  references: readonly PlacedText[],
  { names, setAside }: KnownGroups,
): readonly Issue[] {
  return unknownNames(
    code,
    references.filter(({ text }) => !setAside.has(text)),
    { problem: 'is not a group in workforce.groups', known: names, things: 'known groups' },
  );
}

/** Groups of the workforce: unique names, and what is declared in vain. */
export function checkGroups(groups: readonly WorkforceGroup[], setAside: NameSet): readonly Issue[] {
  const once = { problem: 'is declared twice', allowed: 'each group once' };
  return [
    ...duplicates('duplicate-group', [...valuesOf(groups, 'name'), ...groups.flatMap(previousNamesOf)], once),
    ...groups.flatMap((group) => [...checkAdoption(group), ...checkDescription(group)]),
    ...checkGroupMembers(groups, setAside),
  ];
}

function previousNamesOf({ at, previousNames }: WorkforceGroup): readonly PlacedText[] {
  return placed(previousNames, [...at, 'previousNames']);
}

/** Anybody may give a group the name of another one: only the id tells which group gets the access. */
function checkAdoption({ at, name, adopt }: WorkforceGroup): readonly Issue[] {
  if (adopt === false) return [];
  const place = [...at, 'adopt'];
  const command = `az ad group show --group ${JSON.stringify(name)} --query id --output tsv`;
  const allowed = `adopt: { id: <object id> }; \`${command}\` prints it`;
  if (adopt === true) {
    return [error('adopted-group-id', place, { value: adopt, problem: ADOPTED_BY_NAME, allowed })];
  }
  if (GUID.test(adopt.id)) return [];
  return [error('adopted-group-id', [...place, 'id'], { value: adopt.id, problem: 'is not a GUID', allowed })];
}

const ADOPTED_BY_NAME = 'adopts whatever group has this name at the time, and gives it access in AWS';

function checkDescription({ at, description, adopt }: WorkforceGroup): readonly Issue[] {
  if (description === undefined || adopt === false) return [];
  const problem = 'is never written: a group with adopt is only looked up';
  const what = { value: description, problem, allowed: 'no description, or no adopt' };
  return [warning('adopted-group-description', [...at, 'description'], what)];
}
