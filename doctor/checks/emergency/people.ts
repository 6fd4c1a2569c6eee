import { type EmergencyMembers, SESSION_NAME } from '../../../model/emergency';
import { quotedList } from '../../../model/suggest';
import type { Assigned, AssignedGroup, DirectoryUser, SignInPolicy } from '../../facts/workforce-facts';
import { together } from '../../reading';
import { type Check, examine, failure, type Observation, ok, orWell, warning } from '../../check';
import { PULUMI_UP } from '../saml/application';
import { entraOf } from './emergency-of';

/** One person may be away. */
const PEOPLE = 2;

/** The group is assigned, nobody else is, and it has whom the estate says. */
export const emergencyPeople: Check = {
  id: 'emergency-people',
  area: 'emergency',
  title: 'The right people can sign in in an emergency',
  run: (input) => {
    const entra = entraOf(input);
    if (entra === undefined) return undefined;
    const { group, members } = entra.declared;
    return examine(entra.facts.assigned, (assigned) => {
      const found = assigned.groups.find(({ name }) => name === group.text);
      return orWell(
        [
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
            `'${name}' has ${enabled.length} who can sign in: one may be away, and nobody should be alone`,
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

/** A second factor is asked for, and no policy may keep people out for anything else. */
export const emergencyMfa: Check = {
  id: 'emergency-mfa',
  area: 'emergency',
  title: 'A second factor is asked for in an emergency, and nothing that may not be there',
  run: (input) => {
    const entra = entraOf(input);
    if (entra === undefined) return undefined;
    const { application, signInPolicies, assigned } = entra.facts;
    return examine(together({ application, signInPolicies, assigned }), (facts) => {
      const group = facts.assigned.groups.find(({ name }) => name === entra.declared.group.text);
      const covering = facts.signInPolicies.filter((policy) =>
        isAbout(policy, facts.application?.appId ?? '', group?.id ?? ''),
      );
      return [...secondFactor(covering), ...otherDemands(covering)];
    });
  },
};

function isAbout(policy: SignInPolicy, appId: string, groupId: string): boolean {
  const { applications, excludedApplications, users, groups, excludedGroups } = policy;
  const isIncluded = applications.includes('All') || applications.includes(appId);
  const isOfGroup = users.includes('All') || groups.includes(groupId);
  return isIncluded && !excludedApplications.includes(appId) && isOfGroup && !excludedGroups.includes(groupId);
}

function secondFactor(policies: readonly SignInPolicy[]): readonly Observation[] {
  const asking = policies.filter(({ asksForMfa }) => asksForMfa);
  const enforced = asking.filter(({ isEnforced }) => isEnforced);
  if (enforced.length > 0) return [ok(`asked for by ${quotedList(enforced.map(({ name }) => name))}`)];
  if (asking.length > 0) {
    const names = quotedList(asking.map(({ name }) => name));
    return [warning(`a second factor is only reported, not asked for: ${names}`, 'turn the policy on')];
  }
  return [
    failure(
      'no Conditional Access policy asks the group for a second factor at this application',
      'say emergency.application.conditionalAccess, with state: enabled',
    ),
  ];
}

function otherDemands(policies: readonly SignInPolicy[]): readonly Observation[] {
  return policies
    .filter(({ isEnforced, otherControls }) => isEnforced && otherControls.length > 0)
    .map(({ name, otherControls }) =>
      warning(
        `the policy '${name}' also has ${quotedList(otherControls)}, which may keep people out in an emergency`,
        'exclude the application or the group from it, or make sure that its people always meet it',
      ),
    );
}
