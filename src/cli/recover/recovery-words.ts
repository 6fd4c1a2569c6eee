import type { SpareObject } from '../../clouds/graph/recovery/spare-object';
import type { PendingOperation } from '../../clouds/pulumi/stack-state';
import { quotedList } from '../../text/suggest';
import type { Dropped, LostObject, StrayObject } from './find-lost';

/** `creating Group workforce-Auditors` */
export function pendingLine({ type, resource }: PendingOperation): string {
  return `${type} ${shortType(resource.type)} ${resource.name}`;
}

/** `Group workforce-Auditors: /groups/… of 2026-01-31T10:00:00Z, which the last run was making` */
export function lostLine({ resource, object, wasPending }: LostObject): string {
  const { id, created, doubt, others = [] } = object;
  const how = wasPending ? ', which the last run was making' : '';
  const why = doubt === undefined ? '' : `; ${doubt}, so that only a person can take it over`;
  const more = others.length === 0 ? '' : `; of the same name: ${quotedList(others)}`;
  return `${shortType(resource.type)} ${resource.name}: ${id}${created === undefined ? '' : ` of ${created}`}${how}${more}${why}`;
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
export function spareLine({ kind, name, id, ours, created, kept, doubt }: SpareObject): string {
  const of = created === undefined ? '' : ` of ${created}`;
  const asked = doubt === undefined ? '' : `; ${doubt}, so that --yes does not delete it`;
  const left = kept === undefined ? asked : `; ${kept}, so that only a person may delete it`;
  if (kind === 'client secret') return `spare: ${kind} '${name}' (${id}${of}): the stack has no record of it${left}`;
  if (ours.length === 0) return `unfinished: ${kind} ${id}${of} was left half made: '${name}'${left}`;
  const own = `ours ${ours.length === 1 ? 'is' : 'are'} ${quotedList(ours)}`;
  return `name stands twice: ${kind} '${name}': ${own}; ${id}${of} is spare${left}`;
}

/** `azuread:index/group:Group` is a `Group`. */
function shortType(type: string): string {
  return type.split(':').at(-1) ?? type;
}
