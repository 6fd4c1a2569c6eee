import { quotedList } from '../../../text/suggest';
import type { Assigned, DirectoryUser, NamedObjects, SignInPolicy } from '../../../clouds/facts/workforce-facts';

/** Gaps that a policy outside of the estate leaves open for people who are assigned, as ends of a sentence about it. */
export function gapsOf(policy: SignInPolicy, assigned: Assigned, { members }: NamedObjects): readonly string[] {
  const { excludedGroups, excludedUsers, exceptions } = policy;
  const out = new Set([...excludedUsers, ...excludedGroups.flatMap((id) => members.get(id) ?? [])]);
  const groups = assigned.groups.filter(({ id }) => excludedGroups.includes(id));
  const people = new Map(
    [...assigned.users, ...assigned.groups.flatMap(({ users }) => users)]
      .filter(({ id }) => out.has(id))
      .map((user): readonly [string, DirectoryUser] => [user.id, user]),
  );
  const names = [...people.values()].map(({ userPrincipalName }) => userPrincipalName);
  return [
    ...(groups.length === 0 ? [] : [`leaves out the assigned groups ${quotedList(groups.map(({ name }) => name))}`]),
    ...(names.length === 0 ? [] : [`leaves out people who are assigned: ${quotedList(names)}`]),
    ...exceptions,
  ];
}
