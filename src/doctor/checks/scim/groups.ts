import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import type { StoreGroup, StoreUser } from '../../../clouds/facts/access-facts';
import type { Assigned, AssignedGroup } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';
import { workforceOf } from '../saml/application';
import { NEXT_CYCLE, People } from './people';
import { NAMESAKES } from './scope';

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
    const storeId = input.plan.access?.organization.identityStoreId ?? 'IDENTITY-STORE-ID';
    return examine(reading, (value) =>
      okUnless(
        [
          ...value.assigned.groups.flatMap((group) =>
            compare(group, value.groups, {
              users: value.users,
              storeId,
              people: new People(value.assigned, nameId),
              assigned: value.assigned.groups,
            }),
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
  readonly storeId: string;
  readonly people: People;
  /** All groups that are assigned. */
  readonly assigned: readonly AssignedGroup[];
}

/** A name that another group has at AWS must not be given to this one: whoever is in it would have what is granted by the name. */
function notAtAws(group: AssignedGroup, stored: readonly StoreGroup[], { assigned }: Records): Observation {
  const name = showValue(group.name);
  const other = stored.find((one) => one.name === group.name);
  if (other !== undefined) {
    return failure(
      `group ${name} at AWS is another group of Entra ID (${other.externalId ?? 'made by hand'}) than the assigned one (${group.id})`,
      NAMESAKES,
    );
  }
  const isAlone = assigned.every((one) => one === group || one.name !== group.name);
  return warning(`group ${name} is assigned, but not at AWS`, isAlone ? NEXT_CYCLE : NAMESAKES);
}

function compare(group: AssignedGroup, stored: readonly StoreGroup[], records: Records): readonly Observation[] {
  const found =
    stored.find(({ externalId }) => externalId === group.id) ??
    stored.find(({ name, externalId }) => externalId === undefined && name === group.name);
  if (found === undefined) return [notAtAws(group, stored, records)];
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

function members(group: AssignedGroup, found: StoreGroup, { users, people, storeId }: Records): readonly Observation[] {
  const ids = new Set(found.members);
  const records = users.filter(({ id }) => ids.has(id));
  const there = new Set(records.map((user) => people.find(user)?.id));
  const expected = new Set(group.users.map(({ id }) => id));
  const missing = group.users.filter(({ id, isEnabled }) => isEnabled && !there.has(id));
  // A disabled record can't sign in, wherever it is a member.
  const surplus = records.filter((user) => {
    const person = people.find(user);
    return user.isEnabled !== false && (person === undefined || !expected.has(person.id));
  });
  const name = showValue(group.name);
  return [
    ...listed(missing.map(({ userPrincipalName }) => userPrincipalName)).map((list) =>
      warning(`group ${name} lacks members at AWS: ${list}`, NEXT_CYCLE),
    ),
    ...listed(surplus.filter(isSynchronized).map((user) => user.name)).map((list) =>
      failure(`group ${name} has members at AWS that it does not have in Entra ID: ${list}`, NEXT_CYCLE),
    ),
    // Entra ID does not know them, so that no cycle takes them out.
    ...surplus
      .filter((user) => !isSynchronized(user))
      .map((user) =>
        failure(
          `group ${name} has a member at AWS that was made by hand there: ${showValue(user.name)}`,
          `find out who made it, and delete it: aws identitystore delete-user --identity-store-id ${storeId} --user-id ${user.id}`,
        ),
      ),
  ];
}

function isSynchronized({ externalId }: StoreUser): boolean {
  return externalId !== undefined;
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
    .filter(({ externalId, name }) => !names.has(name) && (externalId === undefined || !ids.has(externalId)))
    .map(({ name, externalId }) =>
      warning(
        `group ${showValue(name)} is at AWS, but ${externalId === undefined ? 'was made by hand' : 'not assigned in Entra ID'}`,
        'delete it at AWS once nothing is granted to it',
      ),
    );
}
