import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import type { AwsApplication } from '../../../estate/sections/workforce/workforce';
import type { Assigned, AssignedGroup, NamedObjects } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { type Check, type CheckInput, examine, failure, type Observation, okUnless } from '../../check';
import { PULUMI_UP, workforceOf } from '../saml/application';

/** Advice on two groups of one name. */
export const NAMESAKES =
  'see in `pulumi stack output groupObjectIds` which of the two is the one of the estate; take the assignment of the other one away, and rename ' +
  'or delete it; provision neither on demand before that, since grants go by the name';

/** Only the declared groups are assigned to the application, and all of them. */
export const scope: Check = {
  id: 'scim-scope',
  area: 'scim',
  title: 'The declared groups are assigned, and no one else',
  run: (input) => {
    const workforce = workforceOf(input);
    if (workforce === undefined) return undefined;
    const { assigned, named } = workforce.facts;
    const atAws = membersAtAws(input);
    return examine(together({ assigned, named }), (facts) =>
      okUnless(
        scopeOf({ ...facts, atAws }, workforce.declared),
        `${facts.assigned.groups.length} groups are assigned, as declared`,
      ),
    );
  },
};

interface Scope {
  readonly assigned: Assigned;
  readonly named: NamedObjects;
  /** People whom a group still has at AWS, by its name. */
  readonly atAws: (group: string) => readonly string[];
}

function scopeOf(
  { assigned: { groups, users }, named, atAws }: Scope,
  declared: AwsApplication,
): readonly Observation[] {
  const names = new Set(declared.assignedGroups.map(({ name }) => name));
  const others = groups.filter(({ name }) => !names.has(name));
  return [
    ...[...names].flatMap((name) =>
      ofName(
        name,
        groups.filter((group) => group.name === name),
        { ids: named.groups.get(name) ?? [], atAws: atAws(name) },
      ),
    ),
    ...others.map(({ name }) =>
      failure(
        `group ${showValue(name)} is assigned, but not in the estate`,
        'take the assignment away, or add the group to assignedGroups',
      ),
    ),
    ...(users.length === 0
      ? []
      : [
          failure(
            `people are assigned by themselves, outside of any group: ${quotedList(users.map(({ userPrincipalName }) => userPrincipalName))}`,
            'put them into a group of the estate, and take the assignments away',
          ),
        ]),
  ];
}

interface Known {
  /** Ids of the groups of the name. */
  readonly ids: readonly string[];
  readonly atAws: readonly string[];
}

/** Members of a deleted group are at AWS until the next cycle, and nowhere else: Entra ID keeps no security group that was deleted. */
function goneGroup(name: string, atAws: readonly string[]): Observation {
  const people =
    atAws.length === 0
      ? 'who was in it is in the audit log of Entra ID'
      : `put in who it has at AWS: ${quotedList(atAws)}`;
  return failure(
    `group ${name} is not there, so that its people lose access with the next cycle`,
    `pause provisioning at once (Enterprise applications > the application > Provisioning); ${PULUMI_UP}, which makes an empty group; ${people}; then start provisioning`,
  );
}

function membersAtAws({ facts: { access } }: CheckInput): Scope['atAws'] {
  const groups = access?.groups.state === 'known' ? access.groups.value : [];
  const users = access?.users.state === 'known' ? access.users.value : [];
  const names = new Map(users.map(({ id, name }) => [id, name]));
  return (group) => groups.find(({ name }) => name === group)?.members.flatMap((id) => names.get(id) ?? []) ?? [];
}

/** Faults of the groups of a declared name: those that are assigned, and the ids of all that Entra ID has. */
function ofName(text: string, assigned: readonly AssignedGroup[], { ids, atAws }: Known): readonly Observation[] {
  const name = showValue(text);
  const [first] = assigned;
  if (first === undefined && ids.length === 0) return [goneGroup(name, atAws)];
  if (first === undefined) {
    return [failure(`group ${name} is not assigned, so that its people lose access`, PULUMI_UP)];
  }
  const all = [...new Set([...ids, ...assigned.map(({ id }) => id)])].toSorted();
  const which = assigned.map(({ id }) => id).toSorted();
  if (all.length === 1) return [];
  return [
    failure(
      `${all.length} groups of Entra ID have the name ${name}: ${quotedList(all)}; assigned is ${quotedList(which)}`,
      NAMESAKES,
    ),
  ];
}
