import { type NameSet, quotedList } from '../../../../text/suggest';
import type { Path } from '../../../source/finding';
import type { Access } from '../../estate';
import { GUID } from '../../limits';
import { error, type Issues, type KnownNames, placed, unknownNames, warning } from '../../shared/issue';
import type { AssignedGroup, WorkforceGroup } from '../workforce';

/** Groups that a reference may name: declared ones, or some that were set aside as faulty. */
export function namesOfGroups(groups: readonly WorkforceGroup[], setAside: NameSet): KnownNames {
  const known = new Set(groups.map(({ name }) => name));
  return { known, setAside, things: 'known groups', problem: 'is not a group in workforce.groups' };
}

/** Groups of the workforce: members, and what is declared in vain. */
export function* checkGroups(groups: readonly WorkforceGroup[], known: KnownNames): Issues {
  const byName = new Map(groups.map((group) => [group.name, group]));
  yield* checkAdoptedOnce(groups);
  for (const group of groups) {
    yield* checkAdoption(group);
    yield* checkMembers(group);
    yield* unknownNames('unknown-nested-group', placed(group.nestedGroups, [...group.at, 'nestedGroups']), known);
    yield* checkCircles(group, byName);
  }
}

/** Keys that are never written into a group that exists. */
const OWN_SETTINGS = {
  membershipRule: ({ membershipRule }) => membershipRule !== undefined,
  owners: ({ owners }) => owners.length > 0,
  assignableToRoles: ({ assignableToRoles }) => assignableToRoles,
  nestedGroups: ({ nestedGroups }) => nestedGroups.length > 0,
} as const satisfies Readonly<Record<string, (group: WorkforceGroup) => boolean>>;

/** Anybody may give a group the name of another one: only the id tells which group gets the access. */
function* checkAdoption(group: WorkforceGroup): Issues {
  const { at, name, adopt, description } = group;
  if (adopt === false) return;
  const command = `az ad group show --group ${JSON.stringify(name)} --query id --output tsv`;
  const allowed = `adopt: { id: <object id> }; \`${command}\` prints it`;
  const byName = 'adopts whatever group has this name at the time, and gives it access in AWS';
  if (adopt === true) yield error('adopted-group-id', [...at, 'adopt'], { value: adopt, problem: byName, allowed });
  else if (!GUID.test(adopt.id))
    yield error('adopted-group-id', [...at, 'adopt', 'id'], { value: adopt.id, problem: 'is not a GUID', allowed });
  if (description !== undefined)
    yield warning('adopted-group-description', [...at, 'description'], {
      value: description,
      problem: 'is never written: a group with adopt is only looked up',
      allowed: 'no description, or no adopt',
    });
  for (const [key, isSet] of Object.entries(OWN_SETTINGS))
    if (isSet(group))
      yield error('adopted-group-settings', [...at, key], {
        problem:
          'is never written: a group with adopt is only looked up, and Entra ID refuses changes of one from on-premises',
        allowed: 'without this key, or without adopt where the estate is to own the group',
      });
}

/** One id is one group in Entra ID, with one name: whichever of two names is not its own gives no access. */
function* checkAdoptedOnce(groups: readonly WorkforceGroup[]): Issues {
  const firsts = new Map<string, Path>();
  for (const { at, adopt } of groups) {
    if (typeof adopt === 'boolean') continue;
    const place: Path = [...at, 'adopt', 'id'];
    const id = adopt.id.toLowerCase();
    const first = firsts.get(id);
    if (first === undefined) firsts.set(id, place);
    else
      yield error('adopted-group-id', place, {
        value: adopt.id,
        problem: 'is the object id of two groups',
        allowed: "each group's own object id",
        related: [first],
      });
  }
}

/** Combinations that Entra ID refuses. */
function* checkMembers({
  at,
  membershipRule,
  assignableToRoles,
  nestedGroups,
  hasDirectMembers,
}: WorkforceGroup): Issues {
  const hasNested = nestedGroups.length > 0;
  const refused = (key: string, problem: string, allowed = 'one of the two') =>
    error('group-membership', [...at, key], { problem, allowed });
  if (membershipRule !== undefined && (hasNested || hasDirectMembers))
    yield refused(
      hasNested ? 'nestedGroups' : 'hasDirectMembers',
      'a group with membershipRule has no other members: Entra ID refuses to add any',
      'membershipRule, or members',
    );
  if (membershipRule !== undefined && assignableToRoles)
    yield refused('assignableToRoles', 'Entra ID assigns no roles to a group with membershipRule');
  if (assignableToRoles && hasNested)
    yield refused('nestedGroups', 'Entra ID takes no groups into a group with assignableToRoles');
}

function* checkCircles(
  { at, name, nestedGroups }: WorkforceGroup,
  byName: ReadonlyMap<string, WorkforceGroup>,
): Issues {
  for (const { at: place, text: value } of placed(nestedGroups, [...at, 'nestedGroups'])) {
    const within = new Set([value]);
    // The loop reaches what is added while it runs.
    for (const one of within) for (const nested of byName.get(one)?.nestedGroups ?? []) within.add(nested);
    if (within.has(name))
      yield error('nested-group-cycle', place, {
        value,
        problem: value === name ? 'is the group itself' : `has ${quotedList([name])} in it`,
        allowed: 'groups that do not lead back to this one',
      });
  }
}

/**
 * Groups that are assigned to the AWS application and have groups in them. Microsoft Entra, 'How provisioning works', scoping:
 * nested groups are not read, only direct members of an assigned group.
 */
export function* checkAssignedNesting(groups: readonly WorkforceGroup[], assigned: readonly AssignedGroup[]): Issues {
  for (const { at, name, nestedGroups, hasDirectMembers } of groups) {
    const assignment = assigned.find((one) => one.name === name);
    if (assignment === undefined || nestedGroups.length === 0) continue;
    const place: Path = [...at, 'nestedGroups'];
    const names = quotedList(nestedGroups);
    const related = assignment.at[1] === at[1] ? {} : { related: [assignment.at] };
    const instead = `assign ${names} to the application and grant to them`;
    yield hasDirectMembers
      ? warning('nested-groups', place, {
          problem: `the people of ${names} get nothing in AWS through ${quotedList([name])}: provisioning takes direct members alone`,
          allowed: instead,
          ...related,
        })
      : error('nested-groups-only', place, {
          problem: `${quotedList([name])} is assigned to the AWS application and has groups alone as members: provisioning does not look into them, and no one gets access`,
          allowed: `${instead}, or hasDirectMembers: true where people are added elsewhere`,
          ...related,
        });
  }
}

/**
 * Attributes, in small letters, that people change themselves (My Account, an invitation that they accept), or a help desk for them.
 * https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership lists those that a rule may read.
 */
const EDITABLE: ReadonlySet<string> = new Set(
  ['displayName', 'givenName', 'surname', 'mobile', 'mobilePhone', 'telephoneNumber', 'businessPhones']
    .concat(['facsimileTelephoneNumber', 'otherMails', 'preferredLanguage', 'streetAddress', 'city', 'state'])
    .concat(['postalCode', 'country', 'physicalDeliveryOfficeName'])
    .map((name) => name.toLowerCase()),
);

/** Rules by which people could give themselves access: of groups that are assigned to the AWS application, or that have grants. */
export function* checkEditableRules(
  groups: readonly WorkforceGroup[],
  assigned: readonly AssignedGroup[],
  access: Access | undefined,
): Issues {
  const granted = (access?.grants ?? []).flatMap(({ holder }) => (holder.kind === 'group' ? [holder.name] : []));
  const reaching = new Set([...assigned.map(({ name }) => name), ...granted]);
  for (const { at, name, membershipRule: value = '' } of groups) {
    // What stands in quotation marks is a value.
    const read = value.replaceAll(/"[^"]*"/g, '""').matchAll(/\buser\.(\w+)/gi);
    const attributes = new Set([...read].flatMap(([, attribute]) => attribute ?? []));
    const editable = [...attributes].filter((attribute) => EDITABLE.has(attribute.toLowerCase()));
    if (reaching.has(name) && editable.length > 0)
      yield warning('editable-membership-rule', [...at, 'membershipRule'], {
        value,
        problem: `reads ${quotedList(editable)}, which people or a help desk change: whoever does becomes a member and gets the access of the group`,
        allowed:
          'attributes that only HR or the on-premises directory writes, such as department, employeeId or extensionAttribute1',
      });
  }
}
