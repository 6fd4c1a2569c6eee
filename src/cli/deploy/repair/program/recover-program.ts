import { GraphError } from '../../../../../provider/graph/error';
import { findSpareObjects, lastPart, type SpareObject } from '../../../../clouds/graph/recovery/spare-objects';
import type { StackState } from '../../../../clouds/pulumi/stack-state';
import { command } from '../../../../deploy/steps/command';
import type { ProgramResource, ProgramRun } from '../../../../preview/entra/facts';
import { quotedList } from '../../../../text/suggest';
import { type Dropped, findDropped, findLost, findStrays, type LostObject, type StrayObject } from './find-lost';
import { importAll, type ProgramRecovery, readState, settle } from './stack-commands';

/**
 * Brings the state of a program back in line with its directory after a run that ended early: its lock and its pending
 * operations go, what it had made is taken over, and what stands in the directory twice is named, and deleted on request.
 *
 * @returns true if the program can be deployed and every name stands once
 * @throws Error if Pulumi fails, GraphError
 */
export async function recoverProgram(recovery: ProgramRecovery): Promise<boolean> {
  const { run, say, options } = recovery;
  const state = await readState(recovery);
  if (state.pending.length > 0) say(`${run.stack}: the last run ended while it was at work on`);
  for (const { type, resource } of state.pending) say(`  ${type} ${shortType(resource.type)} ${resource.name}`);
  const strays = await findStrays(run, state, recovery);
  for (const one of strays) say(strayLine(one));
  const isRecovered = await (options.check ? look : change)(recovery, state);
  return isRecovered && strays.length === 0;
}

/** Decision about what an interrupted run left. */
interface Decision {
  readonly lost: readonly LostObject[];
  /** Those that the stack takes over. */
  readonly taken: readonly LostObject[];
  /** Ids of what is deleted. */
  readonly removed: ReadonlySet<string>;
}

/** Asks what is to be done about an interrupted run, and does it. */
async function change(recovery: ProgramRecovery, before: StackState): Promise<boolean> {
  const { run, say, show } = recovery;
  const decision = await decide(recovery, before);
  if (decision === undefined) return false;
  const { lost, removed } = decision;
  // A pending operation tells what a run was making: it stays until a person has decided.
  if (lost.some((one) => one.wasPending && !decision.taken.includes(one))) return false;
  if (!(await settle(recovery))) return false;
  const settled = await readState(recovery);
  const dropped = await findDropped(run, { before, after: settled }, recovery);
  const taken = [...decision.taken, ...dropped.there];
  if (taken.length > 0) await importAll(recovery, taken, settled);
  for (const line of droppedLines(run.stack, dropped)) say(line);
  const { resources } = taken.length === 0 ? settled : await readState(recovery);
  // What the run was making, and when it ended, only the state of before knows.
  const isClean = await removeSpare(recovery, { ...before, resources }, removed);
  if (before.pending.length + lost.length > 0) await show(command(`pulumi preview --stack ${run.stack}`));
  else if (isClean) say(`${run.stack}: nothing to recover`);
  return isClean && decision.taken.length === lost.length;
}

/**
 * Finds what a run left, and asks one question about all of it.
 *
 * @returns undefined if a person said no, or no one was there to say yes
 */
async function decide(recovery: ProgramRecovery, before: StackState): Promise<Decision | undefined> {
  const { run, say, confirm, again, options } = recovery;
  const lost = await findLost(run, before, recovery);
  const { certain, uncertain, refused } = sortOut(lost, run, options.takeOver);
  if (lost.length > 0) say(`${run.stack} has no record of what is in the directory:`);
  for (const one of certain) say(`  ${lostLine(one)}`);
  for (const one of [...uncertain, ...refused]) say(`  ${leftLine(one, (id) => again(`--take-over ${id}`))}`);
  const spare = await findGoing(recovery, withTaken(before, certain));
  for (const one of spare) say(spareLine(one));
  const question = questionOf(certain.length, spare.length);
  const isYes = question === undefined || options.yes || (await confirm(question));
  if (isYes) return { lost, taken: certain, removed: new Set(spare.map(({ id }) => id)) };
  say(`Nothing was changed. To decide: ${again('')}, at a terminal, or with --yes`);
  return undefined;
}

/** Client secrets whose value was lost; with `removeSpare` whatever else a run made without a doubt. */
async function findGoing(recovery: ProgramRecovery, state: StackState): Promise<readonly SpareObject[]> {
  const spare = await findSpare({ ...recovery, say: () => undefined }, state);
  const { removeSpare } = recovery.options;
  return spare.filter(
    ({ kept, doubt, isLost }) => kept === undefined && doubt === undefined && (removeSpare || isLost),
  );
}

/** The state as it will be once the stack has taken objects over. */
function withTaken(state: StackState, taken: readonly LostObject[]): StackState {
  const imported = taken.map(({ resource: { key, type, name, inputs }, object: { id, outputs } }) => {
    const { displayName } = inputs;
    const named = { ...outputs, ...(typeof displayName === 'string' && { displayName }) };
    return { urn: key, type, name, id, inputs: {}, outputs: named, createdAt: Number.NaN };
  });
  return { ...state, resources: [...state.resources, ...imported] };
}

/** `Of what the last run made: take over 3 and delete 1?`; undefined where there is nothing to ask. */
function questionOf(taken: number, removed: number): string | undefined {
  const parts = [...(taken > 0 ? [`take over ${taken}`] : []), ...(removed > 0 ? [`delete ${removed}`] : [])];
  return parts.length === 0 ? undefined : `Of what the last run made: ${parts.join(' and ')}?`;
}

/** Tells what there is to recover. */
async function look(recovery: ProgramRecovery, state: StackState): Promise<boolean> {
  const { run, say, again } = recovery;
  const lost = await findLost(run, state, recovery);
  const spare = await findSpare(recovery, state);
  if (lost.length > 0) say(`${run.stack} has no record of`);
  for (const one of lost) say(`  ${lostLine(one)}`);
  for (const one of spare) say(spareLine(one));
  const isDue = state.pending.length + lost.length > 0 || spare.some(({ isLost }) => isLost);
  if (isDue) say(`  to do: ${again('')}`);
  if (spare.some(({ isLost }) => isLost !== true)) say(`  to do: ${again('--remove-spare')}`);
  if (isDue || spare.length > 0) return false;
  say(`${run.stack}: nothing to recover, and every name stands once`);
  return true;
}

/** Spare objects of this program, after a word on what other programs may be making. @throws GraphError */
async function findSpare(recovery: ProgramRecovery, state: StackState): Promise<readonly SpareObject[]> {
  const { run, say } = recovery;
  const all = await findSpareObjects(recovery, state, new Set(run.resources.map(({ type }) => type)));
  const isOfOthers = ({ kind, ours, kept }: SpareObject): boolean =>
    kind !== 'client secret' && ours.length === 0 && kept !== undefined;
  for (const one of all.filter(isOfOthers)) say(spareLine(one));
  return all.filter((one) => !isOfOthers(one));
}

/**
 * Names what stands twice, and deletes what is to go.
 *
 * @param settled ids of which it is decided that they go
 * @returns true if nothing is left
 * @throws GraphError
 */
async function removeSpare(
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
        '(npx --no entra-aws docs bicep); then run this again',
    );
    return false;
  }
  say(`  deleted: ${kind} '${name}' ${id}`);
  return true;
}

/** `Group workforce-Auditors: /groups/… of 2026-01-31T10:00:00Z, made by the last run` */
function lostLine({ resource, object, wasPending }: LostObject): string {
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
function leftLine(lost: LostObject, naming: (id: string) => string): string {
  const { doubt, isOwn } = lost.object;
  if (doubt !== undefined)
    return `${lostLine(lost)}: not taken over, since somebody uses it; rename or delete it, or import it by hand, and run this again`;
  if (isOwn !== false) return `${lostLine(lost)}: not taken over, since what it belongs to is not`;
  return `${lostLine(lost)}: not taken over, since somebody else may have made it; rename or delete it, or take it over once you know who made it: ${naming(objectIdOf(lost.object))}`;
}

/** One line on what no stack will ever have. */
function strayLine({ resource, object }: StrayObject): string {
  return `left over: ${shortType(resource.type)} ${resource.name} is no longer in the estate, and the last run may have made ${object.id}: look at it, and delete it by hand`;
}

/** Lines on what a refresh took out of a stack. */
function droppedLines(stack: string, { there, gone, unsought }: Dropped): readonly string[] {
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
function spareLine({ kind, name, id, ours, created, kept, doubt, isLost }: SpareObject): string {
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

interface SortedOut {
  /** Made by a run of the stack, a part of what is the stack's, or named by a person. */
  readonly certain: readonly LostObject[];
  /** Of the right name, and made by somebody else, who would get the access that it is given. */
  readonly uncertain: readonly LostObject[];
  /** In use by somebody. */
  readonly refused: readonly LostObject[];
}

/** Id by which a portal shows an object. */
function objectIdOf({ id, outputs }: LostObject['object']): string {
  return outputs['applicationObjectId'] ?? lastPart(id) ?? id;
}

/**
 * Sorts out what may be taken over without a doubt.
 *
 * @param named object ids that a person gave
 */
export function sortOut(lost: readonly LostObject[], run: ProgramRun, named: readonly string[] = []): SortedOut {
  const declared = new Map(run.resources.map((resource) => [resource.key, resource]));
  const byKey = new Map(lost.map((one) => [one.resource.key, one]));
  const needed = (resource: ProgramResource, seen: Set<string>): readonly LostObject[] => {
    if (seen.has(resource.key)) return [];
    seen.add(resource.key);
    const own = byKey.get(resource.key);
    const others = resource.dependsOn.flatMap((key) => {
      const next = declared.get(key);
      return next === undefined ? [] : needed(next, seen);
    });
    return own === undefined ? others : [own, ...others];
  };
  const standing = ({ resource }: LostObject): keyof SortedOut => {
    const chain = needed(resource, new Set());
    if (chain.some(({ object }) => object.doubt !== undefined)) return 'refused';
    const isCertain = chain.every(({ object }) => object.isOwn !== false || named.includes(objectIdOf(object)));
    return isCertain ? 'certain' : 'uncertain';
  };
  const { certain = [], uncertain = [], refused = [] } = Object.groupBy(lost, standing);
  return { certain, uncertain, refused };
}
