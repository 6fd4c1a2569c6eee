import type { Issue } from '../../../source/finding';
import type { NameSet } from '../../../../text/suggest';
import { quotedList } from '../../../../text/suggest';
import { error, placed, unknownNames, warning } from '../../shared/issue';
import type { AssignedGroup, WorkforceGroup } from '../workforce';

type Fault = Pick<Issue, 'problem' | 'allowed'>;

/** Checks of who is in a group: kinds of members, groups in groups. */
export function checkGroupMembers(groups: readonly WorkforceGroup[], setAside: NameSet): readonly Issue[] {
  return [...groups.flatMap(checkKind), ...checkNested(groups, setAside)];
}

/**
 * Groups that are assigned to the AWS application and have groups in them. Microsoft Entra, 'How provisioning works', scoping:
 * nested groups are not read, only direct members of an assigned group.
 */
export function checkAssignedNesting(
  groups: readonly WorkforceGroup[],
  assigned: readonly AssignedGroup[],
): readonly Issue[] {
  return groups.flatMap(({ at, name, nestedGroups, hasDirectMembers }) => {
    const assignment = assigned.find((one) => one.name === name);
    if (assignment === undefined || nestedGroups.length === 0) return [];
    const place = [...at, 'nestedGroups'];
    const names = quotedList(nestedGroups);
    const related = assignment.at[1] === at[1] ? {} : { related: [assignment.at] };
    const instead = `assign ${names} to the application and grant to them`;
    return [
      hasDirectMembers
        ? warning('nested-groups', place, {
            problem: `the people of ${names} get nothing at AWS through ${quotedList([name])}: provisioning takes direct members alone`,
            allowed: instead,
            ...related,
          })
        : error('nested-groups-only', place, {
            problem: `${quotedList([name])} is assigned to the AWS application and has groups alone as members: provisioning does not look into them, and no one gets access`,
            allowed: `${instead}, or hasDirectMembers: true where people are added elsewhere`,
            ...related,
          }),
    ];
  });
}

/** Combinations that Entra ID refuses, and settings that are never written. */
function checkKind(group: WorkforceGroup): readonly Issue[] {
  return [...checkDynamic(group), ...checkAssignable(group), ...checkAdopted(group)];
}

function checkDynamic(group: WorkforceGroup): readonly Issue[] {
  const { at, membershipRule, assignableToRoles, nestedGroups, hasDirectMembers } = group;
  if (membershipRule === undefined) return [];
  const hasNested = nestedGroups.length > 0;
  return [
    ...(hasNested || hasDirectMembers
      ? [
          refused([...at, hasNested ? 'nestedGroups' : 'hasDirectMembers'], {
            problem: 'a group with membershipRule has no other members: Entra ID refuses to add any',
            allowed: 'membershipRule, or members',
          }),
        ]
      : []),
    ...(assignableToRoles
      ? [
          refused([...at, 'assignableToRoles'], {
            problem: 'Entra ID assigns no roles to a group with membershipRule',
            allowed: 'one of the two',
          }),
        ]
      : []),
  ];
}

function checkAssignable({ at, assignableToRoles, nestedGroups }: WorkforceGroup): readonly Issue[] {
  if (!assignableToRoles || nestedGroups.length === 0) return [];
  return [
    refused([...at, 'nestedGroups'], {
      problem: 'Entra ID takes no groups into a group with assignableToRoles',
      allowed: 'one of the two',
    }),
  ];
}

function refused(at: Issue['at'], fault: Fault): Issue {
  return error('group-membership', at, fault);
}

function checkAdopted(group: WorkforceGroup): readonly Issue[] {
  const { at, adopt, membershipRule, assignableToRoles, nestedGroups, owners } = group;
  if (adopt === false) return [];
  const written = [
    ...(membershipRule === undefined ? [] : ['membershipRule']),
    ...(owners.length > 0 ? ['owners'] : []),
    ...(assignableToRoles ? ['assignableToRoles'] : []),
    ...(nestedGroups.length > 0 ? ['nestedGroups'] : []),
  ];
  return written.map((key) => neverWritten([...at, key]));
}

function neverWritten(at: Issue['at']): Issue {
  return error('adopted-group-settings', at, {
    problem:
      'is never written: a group with adopt is only looked up, and Entra ID refuses changes of one from on-premises',
    allowed: 'without this key, or without adopt where the estate is to own the group',
  });
}

function checkNested(groups: readonly WorkforceGroup[], setAside: NameSet): readonly Issue[] {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const places = groups.flatMap(({ at, nestedGroups }) => placed(nestedGroups, [...at, 'nestedGroups']));
  const referred = places.filter(({ text }) => !setAside.has(text));
  const unknown = unknownNames('unknown-nested-group', referred, {
    problem: 'is not a group in workforce.groups',
    known: byName.keys(),
    things: 'known groups',
  });
  const circles = groups.flatMap(({ at, name, nestedGroups }) =>
    nestedGroups.flatMap((nested, index) =>
      withNested(nested, byName).has(name)
        ? [
            error('nested-group-cycle', [...at, 'nestedGroups', index], {
              value: nested,
              problem: nested === name ? 'is the group itself' : `has ${quotedList([name])} in it`,
              allowed: 'groups that do not lead back to this one',
            }),
          ]
        : [],
    ),
  );
  return [...unknown, ...circles];
}

/** Names of a group and of those that it has in it at any depth. */
function withNested(name: string, byName: ReadonlyMap<string, WorkforceGroup>): ReadonlySet<string> {
  const found = new Set([name]);
  // The loop reaches what is added while it runs.
  for (const one of found) for (const nested of byName.get(one)?.nestedGroups ?? []) found.add(nested);
  return found;
}
