import type { StoreGroup, StoreUser } from '../../../clouds/facts/access-facts';
import type { Assigned, AssignedGroup, DirectoryGroup } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import type { WorkforceGroup } from '../../../estate/sections/workforce/workforce';
import { showValue } from '../../../estate/source/finding';
import type { ObjectId } from '../../../estate/source/ids';
import { quotedList } from '../../../text/suggest';
import {
  check,
  type CheckInput,
  examine,
  failure,
  type Observation,
  type Observed,
  okUnless,
  scimAtAwsOf,
  warning,
  workforceOf,
} from '../../check';
import { patchCommand, WORKFORCE_UP } from '../applications';
import { NEXT_CYCLE, People } from './people';

/** Advice on two groups of one name. */
const NAMESAKES =
  'see in `pulumi stack output groupObjectIds` which of the two is the one of the estate; take the assignment of the other one away, and rename ' +
  'or delete it; provision neither on demand before that, since grants go by the name';

/** Only the declared groups are assigned to the application, and all of them. */
export const scope = check(workforceOf, {
  id: 'scim-scope',
  title: 'The declared groups are assigned, and no one else',
  run: ({ declared, facts: { assigned, named } }, input) =>
    examine(together({ assigned, named }), (found) => {
      const { groups: there, users } = found.assigned;
      const names = new Set(declared.assignedGroups.map(({ name }) => name));
      const people = users.map(({ userPrincipalName }) => userPrincipalName);
      return okUnless(
        [
          ...[...names].map((name) => {
            const ids = there.filter((group) => group.name === name).map(({ id }) => id);
            return scopeFault(name, ids, { all: found.named.groups.get(name) ?? [], input });
          }),
          ...there.map(
            ({ name }) =>
              !names.has(name) &&
              failure(
                `group ${showValue(name)} is assigned, but not in the estate`,
                'take the assignment away, or add the group to assignedGroups',
              ),
          ),
          people.length > 0 &&
            failure(
              `people are assigned by themselves, outside of any group: ${quotedList(people)}`,
              'put them into a group of the estate, and take the assignments away',
            ),
        ],
        `${there.length} groups are assigned, as declared`,
      );
    }),
});

/**
 * A fault of the groups of a declared name. Members of a deleted group are at AWS until the next cycle, and nowhere else: Entra ID
 * keeps no security group that was deleted.
 *
 * @param assigned ids of those that are assigned
 * @param all ids of all that Entra ID has
 */
function scopeFault(
  name: string,
  assigned: readonly string[],
  { all, input }: { readonly all: readonly string[]; readonly input: CheckInput },
): Observation | false {
  const what = `group ${showValue(name)}`;
  const ids = new Set([...all, ...assigned]);
  if (assigned.length > 0) {
    return (
      ids.size > 1 &&
      failure(
        `${ids.size} groups of Entra ID have the name ${showValue(name)}: ${quotedList([...ids].toSorted())}; assigned is ${quotedList(assigned.toSorted())}`,
        NAMESAKES,
      )
    );
  }
  if (ids.size > 0) return failure(`${what} is not assigned, so that its people lose access`, WORKFORCE_UP);
  const atAws = membersAtAws(name, input);
  const people =
    atAws.length === 0
      ? 'who was in it is in the audit log of Entra ID'
      : `put in who it has at AWS: ${quotedList(atAws)}`;
  return failure(
    `${what} is not there, so that its people lose access with the next cycle`,
    `pause provisioning at once (Enterprise applications > the application > Provisioning); ${WORKFORCE_UP}, which makes an empty group; ${people}; then start provisioning`,
  );
}

/** Names of the people whom a group still has at AWS. */
function membersAtAws(group: string, { facts: { access } }: CheckInput): readonly string[] {
  if (access?.groups.state !== 'known' || access.users.state !== 'known') return [];
  const names = new Map(access.users.value.map(({ id, name }) => [id, name]));
  const members = access.groups.value.find(({ name }) => name === group)?.members ?? [];
  return members.flatMap((id) => names.get(id) ?? []);
}

/** The groups at AWS are those that are assigned, with the same members. */
export const groups = check(scimAtAwsOf, {
  id: 'scim-groups',
  title: 'Groups at AWS have the same members as in Entra ID',
  run: ({ declared: { saml }, facts, access }, { plan }) =>
    examine(together({ assigned: facts.assigned, groups: access.groups, users: access.users }), (found) => {
      const storeId = plan.access?.organization.identityStoreId ?? 'IDENTITY-STORE-ID';
      const { assigned, users } = found;
      const records = { users, storeId, people: new People(assigned, saml.nameId), assigned: assigned.groups };
      return okUnless(
        [...assigned.groups.flatMap((group) => compare(group, found.groups, records)), ...extra(found)],
        `${assigned.groups.length} groups are at AWS with their members`,
      );
    }),
});

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

function compare(group: AssignedGroup, stored: readonly StoreGroup[], records: Records): Observed {
  const found =
    stored.find(({ externalId }) => externalId === group.id) ??
    stored.find(({ name, externalId }) => externalId === undefined && name === group.name);
  if (found === undefined) return [notAtAws(group, stored, records)];
  if (found.name === group.name) return members(group, found, records);
  const message = `group ${showValue(group.name)} is ${showValue(found.name)} at AWS: renamed`;
  return [warning(message, `${NEXT_CYCLE}; grants go by the name`)];
}

function members(group: AssignedGroup, found: StoreGroup, { users, people, storeId }: Records): Observed {
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
  const synchronized = surplus.filter(({ externalId }) => externalId !== undefined);
  const name = showValue(group.name);
  return [
    missing.length > 0 &&
      warning(
        `group ${name} lacks members at AWS: ${quotedList(missing.map((user) => user.userPrincipalName))}`,
        NEXT_CYCLE,
      ),
    synchronized.length > 0 &&
      failure(
        `group ${name} has members at AWS that it does not have in Entra ID: ${quotedList(synchronized.map((user) => user.name))}`,
        NEXT_CYCLE,
      ),
    // Entra ID does not know them, so that no cycle takes them out.
    ...surplus.map(
      (user) =>
        user.externalId === undefined &&
        failure(
          `group ${name} has a member at AWS that was made by hand there: ${showValue(user.name)}`,
          `find out who made it, and delete it: aws identitystore delete-user --identity-store-id ${storeId} --user-id ${user.id}`,
        ),
    ),
  ];
}

interface Skew {
  readonly assigned: Assigned;
  readonly groups: readonly StoreGroup[];
}

function extra({ assigned: { groups: assigned }, groups: stored }: Skew): Observed {
  return stored.map(
    ({ name, externalId }) =>
      !assigned.some((one) => one.name === name || one.id === externalId) &&
      warning(
        `group ${showValue(name)} is at AWS, but ${externalId === undefined ? 'was made by hand' : 'not assigned in Entra ID'}`,
        'delete it at AWS once nothing is granted to it',
      ),
  );
}

/** Assigned groups are what the estate says: their rules, their owners, whether they carry roles, and where they come from. */
export const groupSettings = check(workforceOf, {
  id: 'scim-group-settings',
  title: 'Assigned groups are what the estate says they are',
  run: ({ facts: { assigned, groups: there } }, { plan: { estate } }) =>
    examine(together({ assigned, there }), (found) =>
      okUnless(
        found.assigned.groups.flatMap(({ id, name }) => {
          const group = estate.workforce?.groups.find((one) => one.name === name);
          const one = found.there.get(id);
          return group === undefined || one === undefined ? [] : settingFaults(group, one);
        }),
        `${found.assigned.groups.length} assigned groups are as declared`,
      ),
    ),
});

function settingFaults(group: WorkforceGroup, found: DirectoryGroup): Observed {
  const name = showValue(group.name);
  // A group that is only looked up is somebody else's.
  const isOurs = group.adopt === false;
  if (isOurs && found.isSynchronized) {
    return [
      failure(
        `group ${name} is synchronized from on-premises, and Entra ID refuses every change of it`,
        'adopt: { id } in the estate; take it out of the state of the stack first (pulumi state delete)',
      ),
    ];
  }
  return [
    found.isPaused &&
      failure(
        `the rule of group ${name} is not applied: whoever it newly fits gets no access, and whoever it no longer fits keeps it`,
        'set Pause processing to No in the portal (Groups > the group > Dynamic membership rules)',
      ),
    ...(isOurs ? [ruleFault(group, found), roleFault(group, found), ...owners(group, found)] : []),
  ];
}

function ruleFault({ name, membershipRule: rule }: WorkforceGroup, found: DirectoryGroup) {
  const inWords = (text: string | undefined): string =>
    text === undefined ? 'no rule' : `the rule ${showValue(text)}`;
  return (
    rule !== found.membershipRule &&
    failure(
      `group ${showValue(name)} has ${inWords(found.membershipRule)} for its members; the estate has ${inWords(rule)}`,
      rule !== undefined && found.membershipRule !== undefined ? WORKFORCE_UP : changeType(found.id, rule),
    )
  );
}

function roleFault({ name, assignableToRoles }: WorkforceGroup, { isAssignableToRoles }: DirectoryGroup) {
  return (
    assignableToRoles !== isAssignableToRoles &&
    failure(
      `roles of Entra ID ${isAssignableToRoles ? 'may' : "can't"} be assigned to group ${showValue(name)}, unlike in the estate`,
      'set assignableToRoles in the estate to what the group is: a deployment would make another group, without its members',
    )
  );
}

/** A deployment would make another group, so that its people lose access: only the directory changes the type of one in place. */
function changeType(id: ObjectId, rule: string | undefined): string {
  const body =
    rule === undefined
      ? { groupTypes: [], membershipRule: null, membershipRuleProcessingState: 'Paused' }
      : { groupTypes: ['DynamicMembership'], membershipRule: rule, membershipRuleProcessingState: 'On' };
  const members = rule === undefined ? ', then take out whom the rule put in, and put back whom it took out' : '';
  return (
    'do not deploy before: a deployment replaces the group, and its people lose access; ' +
    `${patchCommand(`groups/${id}`, body)}${members}`
  );
}

/** Without owners in the estate, whoever made the group owns it, and whoever was named before stays. */
function owners({ name: text, owners: wanted }: WorkforceGroup, found: DirectoryGroup): Observed {
  const name = showValue(text);
  if (wanted.length === 0) {
    return [
      found.owners.length > 0 &&
        warning(
          `group ${name} belongs to ${quotedList(found.owners)}, who can give access to anyone; the estate names no owners, so that a deployment leaves them`,
          'name the owners in the estate (workforce.groups, owners); to have none of them, name somebody else',
        ),
    ];
  }
  const without = (some: readonly string[], others: readonly string[]): readonly string[] =>
    some.filter((one) => !others.some((other) => other.toLowerCase() === one.toLowerCase()));
  const missing = without(wanted, found.owners);
  const surplus = [...without(found.owners, wanted), ...found.owningApplications];
  return [
    missing.length > 0 && warning(`group ${name} lacks owners: ${quotedList(missing)}`, WORKFORCE_UP),
    surplus.length > 0 &&
      failure(
        `group ${name} has owners that the estate does not have, who can give access to anyone: ${quotedList(surplus)}`,
        WORKFORCE_UP,
      ),
  ];
}

const INSTEAD =
  'add their people to the group itself, or assign these groups to the application and grant to them; ' +
  'provisioning does not look into groups of groups';

/** No assigned group has groups in it: provisioning takes direct members alone. */
export const nestedGroups = check(workforceOf, {
  id: 'access-nested-groups',
  title: 'Assigned groups have no groups in them',
  run: ({ facts }) =>
    examine(facts.assigned, ({ groups: assigned }) =>
      okUnless(
        assigned.map(({ name, nested, users }) => {
          if (nested.length === 0) return false;
          const [group, list] = [`group ${showValue(name)}`, quotedList(nested)];
          return users.length === 0
            ? failure(`${group} has groups alone in it, so that it gives no one access: ${list}`, INSTEAD)
            : warning(`${group} has groups in it, whose people get no access: ${list}`, INSTEAD);
        }),
        `${assigned.length} assigned groups have direct members only`,
      ),
    ),
});
