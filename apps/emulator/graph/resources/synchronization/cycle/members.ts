import type { JsonObject } from '../../../json';
import { failed, type Outcome, type Subject } from './export';
import type { ScimTarget } from './scim';
import type { SourceObject } from './source';
import type { Link } from './state';

/** Most memberships in one request, as IAM Identity Center takes them ('PatchGroup'). */
const MOST = 100;

export interface MemberContext {
  readonly links: Readonly<Record<string, Link>>;
  readonly objects: ReadonlyMap<string, SourceObject>;
}

/** Ids at the target of the members that a group is to have. */
export function wantedMembers({ members }: SourceObject, { links }: MemberContext): readonly string[] {
  return members.flatMap((id) => (links[id]?.isManaged === true ? [links[id].targetId] : []));
}

/** Adds and removes members of a group that was exported. @returns its outcome, with the members that it has now */
export async function exportMembers(
  target: ScimTarget,
  subject: Subject,
  { outcome, context }: { readonly outcome: Outcome; readonly context: MemberContext },
): Promise<Outcome> {
  const { link } = outcome;
  if (link === undefined || outcome.status === 'failure' || !subject.mapping.mapsMembers) return outcome;
  const wanted = wantedMembers(subject.object, context);
  const leaving = link.members.filter((id) => !wanted.includes(id)).map((id) => [id, leaves(id, context)] as const);
  const added = wanted.filter((id) => !link.members.includes(id));
  const removed = leaving.flatMap(([id, how]) => (how === 'removed' ? [id] : []));
  const members = [...wanted, ...leaving.flatMap(([id, how]) => (how === 'stays' ? [id] : []))];
  if (added.length + removed.length === 0) return { ...outcome, link: { ...link, members } };
  try {
    for (const [op, ids] of [
      ['Add', added],
      ['Remove', removed],
    ] as const) {
      for (const part of parts(ids)) await target.patch('Groups', link.targetId, [operation(op, part)]);
    }
  } catch (error) {
    return failed({ object: subject.object, link }, error);
  }
  const changes = [
    ...outcome.changes,
    ...added.map((id) => ({ name: 'members', before: undefined, after: id })),
    ...removed.map((id) => ({ name: 'members', before: id, after: null })),
  ];
  const action = outcome.action === 'create' ? 'create' : 'update';
  const description = `'${subject.object.name}': ${added.length} added, ${removed.length} removed`;
  return { ...outcome, action, status: 'success', reason: '', description, changes, link: { ...link, members } };
}

/** Somebody in the recycle bin stays a member: the target "should maintain" the groups of who is inactive. */
function leaves(targetId: string, { links, objects }: MemberContext): 'removed' | 'stays' | 'gone' {
  const [id] = Object.entries(links).find(([, link]) => link.targetId === targetId) ?? [];
  if (id === undefined) return 'gone';
  return objects.get(id)?.state === 'soft-deleted' ? 'stays' : 'removed';
}

function parts(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / MOST) }, (_, index) =>
    ids.slice(index * MOST, (index + 1) * MOST),
  );
}

function operation(op: 'Add' | 'Remove', ids: readonly string[]): JsonObject {
  return { op, path: 'members', value: ids.map((value) => ({ $ref: null, value })) };
}
