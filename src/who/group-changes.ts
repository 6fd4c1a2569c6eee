import { z } from 'zod';
import type { Directory } from '../clouds/graph/directory';
import { compareText } from '../estate/source/finding';
import { type Properties, textOf } from '../../provider/values';

/** Somebody came into a group or out of it. */
export interface GroupChange {
  /** Display name, which provisioning gives the group in AWS too. */
  readonly group: string;
  readonly isAdded: boolean;
  /** Time of the audit log, ISO 8601. */
  readonly at: string;
  /** Actor: a user principal name, or an application. Empty where the log does not say. */
  readonly by: string;
}

/** Days that Entra ID keeps its audit log, with a premium licence ('Microsoft Entra data retention'). */
export const AUDIT_LOG_DAYS = 30;

const ADDED = 'Add member to group';
const REMOVED = 'Remove member from group';

/** Permissions of Microsoft Graph that the reading takes ('List directoryAudits', 'Get user'). */
export const AUDIT_LOG_PERMISSIONS = 'AuditLog.Read.All, Directory.Read.All and User.Read.All';

/**
 * Changes of somebody's direct memberships since a moment, the latest first.
 *
 * @throws GraphError, also if there is no such user
 */
export async function readGroupChanges(
  { context: { graph } }: Directory,
  { user, since }: { /** User principal name. */ readonly user: string; readonly since: Date },
): Promise<readonly GroupChange[]> {
  const path = `/v1.0/users/${encodeURIComponent(user)}`;
  const id = textOf((await graph.send({ method: 'GET', path, query: { $select: 'id' } }))['id']);
  const $filter = `activityDateTime ge ${since.toISOString()} and targetResources/any(t:t/id eq '${id}')`;
  const events = await graph.list('/v1.0/auditLogs/directoryAudits', { query: { $filter } });
  const changes = events.flatMap((event) => changesIn(event, id));
  return changes.toSorted((a, b) => compareText(b.at, a.at));
}

const Name = z.string().nullish();
const Initiator = z.object({ userPrincipalName: Name, displayName: Name }).nullish();
const Property = z.object({ displayName: Name, oldValue: Name, newValue: Name });
const Target = z.object({ id: Name, modifiedProperties: z.array(Property).nullish() });

/** 'directoryAudit resource type': values of modified properties are JSON in a string. */
const Membership = z.object({
  activityDisplayName: z.enum([ADDED, REMOVED]),
  activityDateTime: z.string(),
  result: z.literal('success'),
  initiatedBy: z.object({ user: Initiator, app: Initiator }).nullish(),
  targetResources: z.array(Target),
});

function changesIn(event: Properties, userId: string): readonly GroupChange[] {
  const { data } = Membership.safeParse(event);
  if (data === undefined) return [];
  const isAdded = data.activityDisplayName === ADDED;
  const group = groupName(data.targetResources.find(({ id }) => id === userId)?.modifiedProperties ?? [], isAdded);
  return group === '' ? [] : [{ group, isAdded, at: data.activityDateTime, by: initiator(data) }];
}

function groupName(properties: readonly z.output<typeof Property>[], isAdded: boolean): string {
  const name = properties.find(({ displayName }) => displayName === 'Group.DisplayName');
  return ((isAdded ? name?.newValue : name?.oldValue) ?? '').replace(/^"(.*)"$/s, '$1');
}

function initiator({ initiatedBy }: z.output<typeof Membership>): string {
  return initiatedBy?.user?.userPrincipalName ?? initiatedBy?.app?.displayName ?? '';
}

/** The groups before some changes. @param changes the latest first */
export function groupsBefore(now: readonly string[], changes: readonly GroupChange[]): readonly string[] {
  const groups = new Set(now);
  for (const { group, isAdded } of changes) {
    if (isAdded) groups.delete(group);
    else groups.add(group);
  }
  return [...groups].toSorted();
}
