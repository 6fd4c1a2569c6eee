import type { SpareObject } from '../../../../clouds/graph/recovery/spare-objects';
import type { StackState } from '../../../../clouds/pulumi/stack-state';
import { command } from '../../../../deploy/steps/command';
import { findDropped, findLost, findStrays, type LostObject } from './find-lost';
import type { ProgramRecovery } from './program-recovery';
import { droppedLines, leftLine, lostLine, pendingLine, spareLine, strayLine } from './recovery-words';
import { sortOut } from './sort-out';
import { certainlySpare, findSpare, removeSpare } from './spare';
import { importAll, readState, settle } from './stack-commands';

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
  for (const operation of state.pending) say(`  ${pendingLine(operation)}`);
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
  /** True if a person said no, or no one was there to say yes. */
  readonly isDeclined: boolean;
}

/** Asks what is to be done about an interrupted run, and does it. */
async function change(recovery: ProgramRecovery, before: StackState): Promise<boolean> {
  const { run, say, show } = recovery;
  const decision = await decide(recovery, before);
  const { lost, removed, isDeclined } = decision;
  // A pending operation tells what a run was making: it stays until a person has decided.
  if (isDeclined || lost.some((one) => one.wasPending && !decision.taken.includes(one))) return false;
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

/** Finds what a run left, and asks one question about all of it. */
async function decide(recovery: ProgramRecovery, before: StackState): Promise<Decision> {
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
  if (isYes) return { lost, taken: certain, removed: new Set(spare.map(({ id }) => id)), isDeclined: false };
  say(`Nothing was changed. To decide: ${again('')}, at a terminal, or with --yes`);
  return { lost, taken: [], removed: new Set(), isDeclined: true };
}

/** Client secrets whose value was lost; with `removeSpare` whatever else a run made without a doubt. */
async function findGoing(recovery: ProgramRecovery, state: StackState): Promise<readonly SpareObject[]> {
  const spare = certainlySpare(await findSpare({ ...recovery, say: () => undefined }, state));
  return recovery.options.removeSpare ? spare : spare.filter(({ isLost }) => isLost);
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
