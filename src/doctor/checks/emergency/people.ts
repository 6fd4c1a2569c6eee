import { type EmergencyMembers, SESSION_NAME } from '../../../estate/sections/emergency/emergency';
import { quotedList } from '../../../text/suggest';
import type { Assigned, AssignedGroup, DirectoryUser } from '../../../clouds/facts/workforce-facts';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';
import { PULUMI_UP } from '../saml/application';
import { entraOf } from './emergency-of';

/** One person may be away. */
const PEOPLE = 2;

/** The group is assigned, no one else is, and it has whom the estate says. */
export const emergencyPeople: Check = {
  id: 'emergency-people',
  area: 'emergency',
  title: 'The right people can sign in in an emergency',
  run: (input) => {
    const entra = entraOf(input);
    if (entra === undefined) return undefined;
    const { group, members } = entra.declared;
    return examine(entra.facts.assigned, (assigned) => {
      const namesakes = assigned.groups.filter(({ name }) => name === group.text);
      const [found] = namesakes;
      return okUnless(
        [
          ...doubled(group.text, namesakes),
          ...(found === undefined ? [failure(`the group '${group.text}' is not assigned`, PULUMI_UP)] : []),
          ...strangers(assigned, group.text),
          ...(found === undefined ? [] : [...peopleOf(found, members), ...nested(found)]),
        ],
        members === 'onDemand'
          ? `'${group.text}' is assigned, and empty until an emergency`
          : `'${group.text}' is assigned, with ${found?.users.filter(({ isEnabled }) => isEnabled).length ?? 0} people`,
      );
    });
  },
};

/** By its name alone a second group would pass for the first one. */
function doubled(name: string, namesakes: readonly AssignedGroup[]): readonly Observation[] {
  if (namesakes.length < 2) return [];
  const groups = namesakes.map(
    ({ id, users }) => `${id} with ${quotedList(users.map((one) => one.userPrincipalName))}`,
  );
  return [
    failure(
      `${namesakes.length} assigned groups have the name '${name}': ${groups.join('; ')}`,
      "take away the assignment of the one that is not the estate's, by its id",
    ),
  ];
}

function strangers({ groups, users }: Assigned, group: string): readonly Observation[] {
  const others = [
    ...groups.map(({ name }) => name).filter((name) => name !== group),
    ...users.map(({ userPrincipalName }) => userPrincipalName),
  ];
  if (others.length === 0) return [];
  return [failure(`others are assigned too: ${quotedList(others)}`, 'take their assignments away in the portal')];
}

function peopleOf({ name, users }: AssignedGroup, members: EmergencyMembers): readonly Observation[] {
  if (members === 'onDemand') {
    return users.length === 0
      ? []
      : [
          warning(
            `'${name}' has members, but should have none until an emergency: ${namesOf(users)}`,
            'take them out once the emergency or the drill is over',
          ),
        ];
  }
  const enabled = users.filter(({ isEnabled }) => isEnabled);
  const nameless = enabled.filter(({ userPrincipalName }) => !SESSION_NAME.test(userPrincipalName));
  return [
    ...(enabled.length >= PEOPLE
      ? []
      : [
          failure(
            `'${name}' has ${enabled.length} who can sign in: one may be away, and no one should be alone`,
            `add people until there are ${PEOPLE} at least`,
          ),
        ]),
    ...(nameless.length === 0
      ? []
      : [
          failure(
            `AWS takes no session of ${namesOf(nameless)}: the name has characters other than A-Z a-z 0-9 _+=,.@-, or more than 64`,
            'put an account with a plain user principal name into the group in their place',
          ),
        ]),
  ];
}

function nested({ nested: groups }: AssignedGroup): readonly Observation[] {
  if (groups.length === 0) return [];
  return [
    warning(
      `groups in the group can't sign in: ${quotedList(groups)}`,
      'add their people themselves: nested groups are not assigned',
    ),
  ];
}

function namesOf(users: readonly DirectoryUser[]): string {
  return quotedList(users.map(({ userPrincipalName }) => userPrincipalName));
}
