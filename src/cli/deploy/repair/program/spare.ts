import { GraphError } from '../../../../../provider/graph/error';
import { findSpareObjects, type SpareObject } from '../../../../clouds/graph/recovery/spare-objects';
import type { StackState } from '../../../../clouds/pulumi/stack-state';
import type { ProgramRecovery } from './program-recovery';
import { spareLine } from './recovery-words';

/** Spare objects of this program, after a word on what other programs may be making. @throws GraphError */
export async function findSpare(recovery: ProgramRecovery, state: StackState): Promise<readonly SpareObject[]> {
  const { run, say } = recovery;
  const all = await findSpareObjects(recovery, state, new Set(run.resources.map(({ type }) => type)));
  const isOfOthers = ({ kind, ours, kept }: SpareObject): boolean =>
    kind !== 'client secret' && ours.length === 0 && kept !== undefined;
  for (const one of all.filter(isOfOthers)) say(spareLine(one));
  return all.filter((one) => !isOfOthers(one));
}

/** Spare objects that a run of the stack made without a doubt. */
export function certainlySpare(spare: readonly SpareObject[]): readonly SpareObject[] {
  return spare.filter(({ kept, doubt }) => kept === undefined && doubt === undefined);
}

/**
 * Names what stands twice, and deletes what is to go.
 *
 * @param settled ids of which it is decided that they go
 * @returns true if nothing is left
 * @throws GraphError
 */
export async function removeSpare(
  recovery: ProgramRecovery,
  state: StackState,
  settled: ReadonlySet<string>,
): Promise<boolean> {
  const { say, again, options } = recovery;
  const spare = await findSpare(recovery, state);
  // Of the others a person has been told before.
  for (const one of spare.filter(({ id }) => !settled.has(id))) say(spareLine(one));
  const wanted = spare.filter(({ id }) => settled.has(id));
  if (options.removeSpare) wanted.push(...(await chooseDoubtful(recovery, spare)));
  // One that may not be deleted keeps none of the others.
  const removed: SpareObject[] = [];
  for (const one of wanted) if (await isRemoved(recovery, one)) removed.push(one);
  const isRemovable = spare.some(({ kept }) => kept === undefined);
  if (isRemovable && wanted.length === 0)
    say(`Nothing was deleted. Where they are left over from a run: ${again('--remove-spare')}`);
  return removed.length === spare.length;
}

/** Asks about each object by itself that only may be left over from a run. */
async function chooseDoubtful(
  { confirm }: ProgramRecovery,
  spare: readonly SpareObject[],
): Promise<readonly SpareObject[]> {
  const wanted: SpareObject[] = [];
  for (const one of spare.filter(({ kept, doubt }) => kept === undefined && doubt !== undefined)) {
    if (await confirm(`Delete the ${one.kind} '${one.name}' ${one.id}? Say yes only if you know who made it.`))
      wanted.push(one);
  }
  return wanted;
}

/** @returns false where this identity may not delete it, which a person is told */
async function isRemoved({ graph, say }: ProgramRecovery, { kind, name, id, removal }: SpareObject): Promise<boolean> {
  try {
    await graph.sendIfThere(removal);
  } catch (error) {
    if (!(error instanceof GraphError) || error.status !== 403) throw error;
    say(
      `  not deleted: ${kind} '${name}' ${id}: this identity may delete only what it owns, and Microsoft Graph names no owner of ` +
        'what an application makes from a template. An Application Administrator deletes it, or makes this identity its owner ' +
        '(docs/bicep.md); then run this again',
    );
    return false;
  }
  say(`  deleted: ${kind} '${name}' ${id}`);
  return true;
}
