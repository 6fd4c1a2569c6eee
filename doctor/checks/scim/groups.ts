import { showValue } from '../../../model/finding';
import { quotedList } from '../../../model/suggest';
import type { AwsApplication } from '../../../model/workforce';
import type { StoreGroup, StoreUser } from '../../facts/access-facts';
import type { Assigned, AssignedGroup } from '../../facts/workforce-facts';
import { together } from '../../reading';
import { type Check, examine, failure, type Observation, orWell, warning } from '../../check';
import { PULUMI_UP, workforceOf } from '../saml/application';
import { NEXT_CYCLE, People } from './people';

/** Only the declared groups are assigned to the application, and all of them. */
export const scope: Check = {
  id: 'scim-scope',
  area: 'scim',
  title: 'The declared groups are assigned, and nobody else',
  run: (input) => {
    const workforce = workforceOf(input);
    return (
      workforce &&
      examine(workforce.facts.assigned, (assigned) =>
        orWell(scopeOf(assigned, workforce.declared), `${assigned.groups.length} groups are assigned, as declared`),
      )
    );
  },
};

function scopeOf({ groups, users }: Assigned, { assignedGroups }: AwsApplication): readonly Observation[] {
  const declared = new Set(assignedGroups.map(({ name }) => name));
  const there = new Set(groups.map(({ name }) => name));
  const missing = [...declared].filter((name) => !there.has(name));
  const others = [...there].filter((name) => !declared.has(name));
  return [
    ...missing.map((name) =>
      failure(`group ${showValue(name)} is not assigned, so that its people lose access`, PULUMI_UP),
    ),
    ...others.map((name) =>
      failure(
        `group ${showValue(name)} is assigned, but not in the estate`,
        'take the assignment away, or add the group to assignedGroups',
      ),
    ),
    ...(users.length === 0
      ? []
      : [
          warning(
            `people are assigned by themselves, outside of any group: ${quotedList(users.map(({ userPrincipalName }) => userPrincipalName))}`,
            'put them into a group of the estate, and take the assignments away',
          ),
        ]),
  ];
}

/** The groups at AWS are those that are assigned, with the same members. */
export const groups: Check = {
  id: 'scim-groups',
  area: 'scim',
  title: 'Groups at AWS have the same members as in Entra ID',
  run: (input) => {
    const workforce = workforceOf(input);
    const { access } = input.facts;
    if (workforce?.declared.scim === undefined || access === undefined) return undefined;
    const reading = together({ assigned: workforce.facts.assigned, groups: access.groups, users: access.users });
    const { nameId } = workforce.declared.saml;
    return examine(reading, (value) =>
      orWell(
        [
          ...value.assigned.groups.flatMap((group) =>
            compare(group, value.groups, { users: value.users, people: new People(value.assigned, nameId) }),
          ),
          ...extra(value),
        ],
        `${value.assigned.groups.length} groups are at AWS with their members`,
      ),
    );
  },
};

interface Records {
  readonly users: readonly StoreUser[];
  readonly people: People;
}

function compare(group: AssignedGroup, stored: readonly StoreGroup[], records: Records): readonly Observation[] {
  const found =
    stored.find(({ externalId }) => externalId === group.id) ??
    stored.find(({ name, externalId }) => externalId === undefined && name === group.name);
  if (found === undefined) return [warning(`group ${showValue(group.name)} is assigned, but not at AWS`, NEXT_CYCLE)];
  if (found.name !== group.name) {
    return [
      warning(
        `group ${showValue(group.name)} is ${showValue(found.name)} at AWS: renamed`,
        `${NEXT_CYCLE}; grants go by the name`,
      ),
    ];
  }
  return members(group, found, records);
}

function members(group: AssignedGroup, found: StoreGroup, { users, people }: Records): readonly Observation[] {
  const ids = new Set(found.members);
  const records = users.filter(({ id }) => ids.has(id));
  const there = new Set(records.map((user) => people.find(user)?.id));
  const expected = new Set(group.users.map(({ id }) => id));
  const missing = group.users.filter(({ id, isEnabled }) => isEnabled && !there.has(id));
  // A disabled record can't sign in, wherever it is a member.
  const surplus = records.filter((user) => user.isEnabled !== false && !expected.has(people.find(user)?.id ?? ''));
  const name = showValue(group.name);
  return [
    ...listed(missing.map(({ userPrincipalName }) => userPrincipalName)).map((list) =>
      warning(`group ${name} lacks members at AWS: ${list}`, NEXT_CYCLE),
    ),
    ...listed(surplus.map((user) => user.name)).map((list) =>
      failure(`group ${name} has members at AWS that it does not have in Entra ID: ${list}`, NEXT_CYCLE),
    ),
  ];
}

function listed(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [quotedList(names)];
}

interface Skew {
  readonly assigned: Assigned;
  readonly groups: readonly StoreGroup[];
}

function extra({ assigned, groups: stored }: Skew): readonly Observation[] {
  const ids = new Set(assigned.groups.map(({ id }) => id));
  const names = new Set(assigned.groups.map(({ name }) => name));
  return stored
    .filter(({ externalId, name }) => (externalId === undefined ? !names.has(name) : !ids.has(externalId)))
    .map(({ name, externalId }) =>
      warning(
        `group ${showValue(name)} is at AWS, but ${externalId === undefined ? 'was made by hand' : 'not assigned in Entra ID'}`,
        'delete it at AWS once nothing is granted to it',
      ),
    );
}
