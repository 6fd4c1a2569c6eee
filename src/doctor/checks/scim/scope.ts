import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import type { AwsApplication } from '../../../estate/sections/workforce/workforce';
import type { Assigned, AssignedGroup, NamedObjects } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';
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
    return examine(together({ assigned, named }), (facts) =>
      okUnless(scopeOf(facts, workforce.declared), `${facts.assigned.groups.length} groups are assigned, as declared`),
    );
  },
};

interface Scope {
  readonly assigned: Assigned;
  readonly named: NamedObjects;
}

function scopeOf({ assigned: { groups, users }, named }: Scope, declared: AwsApplication): readonly Observation[] {
  const names = new Set(declared.assignedGroups.map(({ name }) => name));
  const others = groups.filter(({ name }) => !names.has(name));
  return [
    ...[...names].flatMap((name) =>
      ofName(
        name,
        groups.filter((group) => group.name === name),
        named.groups.get(name) ?? [],
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
          warning(
            `people are assigned by themselves, outside of any group: ${quotedList(users.map(({ userPrincipalName }) => userPrincipalName))}`,
            'put them into a group of the estate, and take the assignments away',
          ),
        ]),
  ];
}

/** Faults of the groups of a declared name: those that are assigned, and the ids of all that Entra ID has. */
function ofName(text: string, assigned: readonly AssignedGroup[], ids: readonly string[]): readonly Observation[] {
  const name = showValue(text);
  const [first] = assigned;
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
