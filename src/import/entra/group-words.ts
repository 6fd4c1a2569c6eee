import type { TenantGroup, WorkforceTenant } from '../../clouds/facts/tenant-facts';
import type { RoleAssignment } from '../../clouds/facts/workforce-facts';
import { compareText } from '../../estate/source/finding';
import type { WorkforceWords } from '../../estate/sections/workforce/schema';
import { left } from './left';
import type { Words } from './saml-words';

/** Role of every application that is made from a template, for whoever may use it. */
const ROLE = 'User';

interface GroupWords {
  readonly groups: WorkforceWords['groups'];
  readonly assignedGroups: string[];
}

/** Groups that an estate can name, and those of them that are assigned to the application. */
export function groupWords({ groups, assignments, application }: WorkforceTenant): Words<GroupWords> {
  const named = groups
    .filter(({ namesakes }) => namesakes <= 1)
    .toSorted((a, b) => compareText(a.displayName, b.displayName));
  const byId = new Map(named.map((group) => [group.id, group]));
  const ofGroups = assignments.filter(({ principalType }) => principalType === 'Group');
  const others = assignments.filter(({ principalType }) => principalType !== 'Group');
  const inRole = ofGroups.filter((one) => isInRole(one, application));
  const assigned = new Set(inRole.flatMap(({ principalId }) => byId.get(principalId)?.displayName ?? []));
  const known = new Set(groups.map(({ id }) => id));
  const own = named.filter((group) => !isForeign(group));
  return {
    words: {
      groups: named.map((group) => groupEntry(group, byId)),
      assignedGroups: [...assigned].toSorted(compareText),
    },
    left: [
      ...left('person', ...others.map(({ principalName, principalId }) => `${principalName} (${principalId})`)),
      ...left('role', ...ofGroups.filter((one) => !inRole.includes(one)).map(({ principalName }) => principalName)),
      ...left('gone-group', ...ofGroups.filter((one) => !known.has(one.principalId)).map((one) => one.principalId)),
      ...left('ambiguous-group', ...groups.filter(({ namesakes }) => namesakes > 1).map(describe)),
      ...own.flatMap((group) => leftOf(group, byId)),
      ...left('looked-up', ...named.filter(isForeign).map((one) => `${one.displayName}: ${whyForeign(one)}`)),
    ],
  };
}

/** Tells whether an assignment is in the role in which an estate assigns groups. */
export function isInRole(
  { roleId }: RoleAssignment,
  { roles }: Pick<WorkforceTenant['application'], 'roles'>,
): boolean {
  return roles.some(({ id, displayName }) => id === roleId && displayName === ROLE);
}

type GroupsById = ReadonlyMap<string, TenantGroup>;

function groupEntry(group: TenantGroup, byId: GroupsById): WorkforceWords['groups'][number] {
  const { displayName, description, membershipRule, isAssignableToRoles, hasDirectMembers } = group;
  if (isForeign(group)) return { name: displayName, adopt: { id: group.id } };
  const owners = ownersIn(group);
  const nestedGroups = nestedIn(group, byId).map((one) => one.displayName);
  return {
    name: displayName,
    ...(description !== '' && { description }),
    ...(membershipRule !== undefined && { membershipRule }),
    ...(owners.length > 0 && { owners: [...owners] }),
    ...(isAssignableToRoles && { assignableToRoles: true }),
    ...(nestedGroups.length > 0 && { nestedGroups: nestedGroups.toSorted(compareText) }),
    ...(nestedGroups.length > 0 && hasDirectMembers && { hasDirectMembers }),
  };
}

/** People alone: an estate that names owners would take an application out again. */
function ownersIn({ owners, owningApplications }: TenantGroup): readonly string[] {
  return owningApplications.length === 0 ? owners : [];
}

/** Groups in a group that an estate can name. A group with a rule has the members that the rule finds. */
function nestedIn({ nested, membershipRule }: TenantGroup, byId: GroupsById): readonly TenantGroup[] {
  return membershipRule === undefined ? nested.flatMap((id) => byId.get(id) ?? []) : [];
}

function leftOf(group: TenantGroup, byId: GroupsById): ReturnType<typeof left> {
  const { displayName, nested, owners, owningApplications, isPaused, membershipRule } = group;
  const others = membershipRule === undefined ? nested.length - nestedIn(group, byId).length : 0;
  return [
    ...(owningApplications.length === 0
      ? []
      : left('owner', `${displayName}: ${[...owners, ...owningApplications].join(', ')}`)),
    ...(others === 0 ? [] : left('nested-group', `${displayName}: ${others}`)),
    ...(isPaused ? left('would-change', `the rule of the group ${displayName} is paused; the estate applies it`) : []),
  ];
}

/** Tells whether no deployment can own it. */
function isForeign({ isSynchronized, isPlain }: TenantGroup): boolean {
  return isSynchronized || !isPlain;
}

function whyForeign({ isSynchronized }: TenantGroup): string {
  return isSynchronized ? 'synchronized from on-premises' : 'no plain security group';
}

function describe({ displayName, id, namesakes }: TenantGroup): string {
  return `${displayName} (${id}), of ${namesakes}`;
}
