import type { TenantAssignment, TenantGroup, WorkforceTenant } from '../../clouds/facts/tenant-facts';
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
  return {
    words: { groups: named.map(groupEntry), assignedGroups: [...assigned].toSorted(compareText) },
    left: [
      ...left('person', ...others.map(({ principalName, principalId }) => `${principalName} (${principalId})`)),
      ...left('role', ...ofGroups.filter((one) => !inRole.includes(one)).map(({ principalName }) => principalName)),
      ...left('gone-group', ...ofGroups.filter((one) => !known.has(one.principalId)).map((one) => one.principalId)),
      ...left('ambiguous-group', ...groups.filter(({ namesakes }) => namesakes > 1).map(describe)),
      ...left('looked-up', ...named.filter(isForeign).map((one) => `${one.displayName}: ${one.foreign ?? ''}`)),
    ],
  };
}

/** Tells whether an assignment is in the role in which an estate assigns groups. */
export function isInRole(
  { roleId }: TenantAssignment,
  { roles }: Pick<WorkforceTenant['application'], 'roles'>,
): boolean {
  return roles.some(({ id, displayName }) => id === roleId && displayName === ROLE);
}

function groupEntry(group: TenantGroup): WorkforceWords['groups'][number] {
  const { displayName, description } = group;
  if (isForeign(group)) return { name: displayName, adopt: true };
  return { name: displayName, ...(description !== '' && { description }) };
}

function isForeign({ foreign }: TenantGroup): boolean {
  return foreign !== undefined;
}

function describe({ displayName, id, namesakes }: TenantGroup): string {
  return `${displayName} (${id}), of ${namesakes}`;
}
