import type { SpareObject } from '../../../../clouds/graph/recovery/spare-objects';
import type { PendingOperation } from '../../../../clouds/pulumi/stack-state';
import { quotedList } from '../../../../text/suggest';
import { objectIdOf } from './sort-out';
import type { Dropped, LostObject, StrayObject } from './find-lost';

/** `creating Group workforce-Auditors` */
export function pendingLine({ type, resource }: PendingOperation): string {
  return `${type} ${shortType(resource.type)} ${resource.name}`;
}

/** `Group workforce-Auditors: /groups/… of 2026-01-31T10:00:00Z, made by the last run` */
export function lostLine({ resource, object, wasPending }: LostObject): string {
  const { id, created, others = [], isOwn, doubt } = object;
  const maker = isOwn === false ? ', not known to be made by this stack' : wasPending ? ', made by the last run' : '';
  const why = doubt === undefined ? '' : `; ${doubt}`;
  const more = others.length === 0 ? '' : `; of the same name: ${quotedList(others)}`;
  return `${shortType(resource.type)} ${resource.name}: ${id}${created === undefined ? '' : ` of ${created}`}${maker}${more}${why}`;
}

/**
 * One line on what is not taken over, and on what a person can do.
 *
 * @param naming the command that takes over the object of an id
 */
export function leftLine(lost: LostObject, naming: (id: string) => string): string {
  const { doubt, isOwn } = lost.object;
  if (doubt !== undefined)
    return `${lostLine(lost)}: not taken over, since somebody uses it; rename or delete it, or import it by hand, and run this again`;
  if (isOwn !== false) return `${lostLine(lost)}: not taken over, since what it belongs to is not`;
  return `${lostLine(lost)}: not taken over, since somebody else may have made it; rename or delete it, or take it over once you know who made it: ${naming(objectIdOf(lost.object))}`;
}

/** One line on what no stack will ever have. */
export function strayLine({ resource, object }: StrayObject): string {
  return `left over: ${shortType(resource.type)} ${resource.name} is no longer in the estate, and the last run may have made ${object.id}: look at it, and delete it by hand`;
}

/** Lines on what a refresh took out of a stack. */
export function droppedLines(stack: string, { there, gone, unsought }: Dropped): readonly string[] {
  return [
    ...there.map((one) => `  ${lostLine(one)}, which the directory did not show at once: it stays in the stack`),
    ...gone.map((name) => `${stack}: ${name} is not in the directory; the next deployment makes it`),
    ...unsought.map(
      (name) =>
        `${stack}: ${name} went out of the stack, since the directory did not show it, and can't be looked for here; if it is ` +
        'there, import it by hand, or else the next deployment may make another one',
    ),
  ];
}

/** One line on a spare object, and which one is ours. */
export function spareLine({ kind, name, id, ours, created, kept, doubt, isLost }: SpareObject): string {
  const of = created === undefined ? '' : ` of ${created}`;
  const asked = doubt === undefined ? '' : `; ${doubt}, so that --yes does not delete it`;
  const left = kept === undefined ? asked : `; ${kept}, so that only a person may delete it`;
  if (isLost) return `${kind} '${name}' (${id}${of}): made by the last run, and its value was lost`;
  if (kind === 'client secret') return `spare: ${kind} '${name}' (${id}${of}): the stack has no record of it${left}`;
  if (ours.length === 0) return `unfinished: ${kind} ${id}${of} was left half made: '${name}'${left}`;
  const own = `ours ${ours.length === 1 ? 'is' : 'are'} ${quotedList(ours)}`;
  return `name stands twice: ${kind} '${name}': ${own}; ${id}${of} is spare${left}`;
}

/** `azuread:index/group:Group` is a `Group`. */
function shortType(type: string): string {
  return type.split(':').at(-1) ?? type;
}
