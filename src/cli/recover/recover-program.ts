import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '../../clouds/graph/recovery/named-objects';
import type { SpareObject } from '../../clouds/graph/recovery/spare-object';
import { findSpareObjects } from '../../clouds/graph/recovery/spare-objects';
import { parseStackState, type StackState } from '../../clouds/pulumi/stack-state';
import { type Command, command, type CommandResult, shellLine } from '../../deploy/steps/command';
import { lockOf } from '../../deploy/steps/pulumi-preview';
import type { ProgramRun } from '../../preview/entra/facts';
import { findDropped, findLost, findStrays, type LostObject } from './find-lost';
import { importFileFor } from './import-file';
import { droppedLines, lostLine, pendingLine, spareLine, strayLine } from './recovery-words';
import { sortOut } from './sort-out';

/** A program whose last run may have ended early, and what its recovery works with. */
export interface ProgramRecovery {
  /** The program as the estate declares it. */
  readonly run: ProgramRun;
  readonly graph: Graph;
  /** Runs a command of Pulumi, without showing it. */
  readonly read: (command: Command) => Promise<CommandResult>;
  /** Runs a command that the person sees. */
  readonly show: (command: Command) => Promise<number>;
  /** Asks the person; false where there is none. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly say: (text: string) => void;
  /** The command as it is typed, with these options more. */
  readonly again: (options: string) => string;
  readonly options: RecoveryOptions;
}

export interface RecoveryOptions {
  /** True to look, and change nothing. */
  readonly check: boolean;
  /** True to go on without asking, where it is certain what an object is. */
  readonly yes: boolean;
  /** True to delete spare objects. */
  readonly removeSpare: boolean;
}

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
  const strays = await findStrays(run, state, recovery.graph);
  for (const one of strays) say(strayLine(one));
  const isRecovered = await (options.check ? look : change)(recovery, state);
  return isRecovered && strays.length === 0;
}

/** Asks what is to be done about an interrupted run, and does it. */
async function change(recovery: ProgramRecovery, before: StackState): Promise<boolean> {
  const { run, say, graph, show } = recovery;
  const { pending } = before;
  const lost = await findLost(run, before, graph);
  const wanted = await choose(recovery, lost);
  // A pending operation is all that tells what a run was making: it stays until a person has decided.
  if (lost.some((one) => one.wasPending && !wanted.includes(one))) return false;
  if (!(await settle(recovery))) return false;
  const settled = await readState(recovery);
  const dropped = await findDropped(run, { before, after: settled }, graph);
  const taken = [...wanted, ...dropped.there];
  if (taken.length > 0) await importAll(recovery, taken, settled);
  for (const line of droppedLines(run.stack, dropped)) say(line);
  const { resources } = taken.length === 0 ? settled : await readState(recovery);
  // What the run was making, and when it ended, only the state of before knows.
  const isClean = await removeSpare(recovery, { ...before, resources });
  if (pending.length + lost.length > 0) await show(command(`pulumi preview --stack ${run.stack}`));
  else if (isClean) say(`${run.stack}: nothing to recover`);
  return isClean && wanted.length === lost.length;
}

/** Tells what there is to recover. */
async function look(recovery: ProgramRecovery, state: StackState): Promise<boolean> {
  const { run, graph, say, again } = recovery;
  const lost = await findLost(run, state, graph);
  const spare = await findSpare(recovery, state);
  if (lost.length > 0) say(`${run.stack} has no record of`);
  for (const one of lost) say(`  ${lostLine(one)}`);
  for (const one of spare) say(spareLine(one));
  if (state.pending.length + lost.length > 0) say(`  to do: ${again('')}`);
  if (spare.length > 0) say(`  to do: ${again('--remove-spare')}`);
  if (state.pending.length + lost.length + spare.length > 0) return false;
  say(`${run.stack}: nothing to recover, and every name stands once`);
  return true;
}

/** Takes away a lock, on request, and pending operations; reads what the stack has from the directory again. */
async function settle(recovery: ProgramRecovery): Promise<boolean> {
  const { run, read, say, confirm, again, options } = recovery;
  const words = '--yes --skip-preview --suppress-outputs --clear-pending-creates --non-interactive';
  const refresh = command(`pulumi refresh ${words} --stack ${run.stack}`);
  const result = await read(refresh);
  const lock = result.code === 0 ? undefined : lockOf(`${result.stdout}\n${result.stderr}`);
  if (lock === undefined) return succeeded(refresh, result);
  say(`${run.stack} is locked by a run that is at work, or was killed:\n  ${lock}`);
  if (!(
    options.yes || (await confirm('Is no other run of this stack at work, here or in a pipeline? Take its lock away?'))
  )) {
    say(`Nothing was changed. Once you are sure that no other run is at work: ${again('--yes')}`);
    return false;
  }
  const cancel = command(`pulumi cancel --yes --stack ${run.stack}`);
  succeeded(cancel, await read(cancel));
  return succeeded(refresh, await read(refresh));
}

/** Asks which objects the stack is to take over. */
async function choose(recovery: ProgramRecovery, lost: readonly LostObject[]): Promise<readonly LostObject[]> {
  const { run, say, confirm, again, options } = recovery;
  if (lost.length === 0) return [];
  const { certain, uncertain, refused } = sortOut(lost, run);
  say(`${run.stack} has no record of what is in the directory:`);
  for (const one of lost) say(`  ${lostLine(one)}`);
  for (const { object } of refused)
    say(
      `  not taken over: ${object.id}, or what it belongs to, is in use by somebody: rename or delete it, or import it by hand, and run this again`,
    );
  const ask = async (all: readonly LostObject[], question: string): Promise<readonly LostObject[]> =>
    all.length > 0 && (await confirm(question)) ? all : [];
  const ours = options.yes ? certain : await ask(certain, `Take over what the last run made (${certain.length})?`);
  const named = await ask(uncertain, `Take over what only has the right name (${uncertain.length})? ${KNOWN_MAKER}`);
  const left = certain.length + uncertain.length - ours.length - named.length;
  if (left > 0) say(`Left as they are: ${left}. To decide, run at a terminal: ${again('')}`);
  return [...ours, ...named];
}

const KNOWN_MAKER = 'Say yes only if you know who made it.';

async function importAll(
  { run, read, say }: ProgramRecovery,
  lost: readonly LostObject[],
  state: StackState,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'entra-aws-recover-'));
  try {
    const file = join(folder, 'import.json');
    writeFileSync(file, JSON.stringify(importFileFor(lost, run, state)));
    const words = '--yes --skip-preview --suppress-outputs --protect=false --generate-code=false --non-interactive';
    const importing = command(`pulumi import ${words} --stack ${run.stack} --file`, file);
    succeeded(importing, await read(importing));
    say(`${run.stack} has taken over ${lost.length}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names what stands twice, and deletes it if that is asked for. @returns true if nothing is left */
async function removeSpare(recovery: ProgramRecovery, state: StackState): Promise<boolean> {
  const { say, again, options } = recovery;
  const spare = await findSpare(recovery, state);
  for (const one of spare) say(spareLine(one));
  const removable = spare.filter(({ kept }) => kept === undefined);
  if (removable.length === 0) return spare.length === 0;
  const wanted = options.removeSpare ? await chooseSpare(recovery, removable) : [];
  for (const one of wanted) await remove(recovery, one);
  if (wanted.length === 0) say(`Nothing was deleted. Where they are left over from a run: ${again('--remove-spare')}`);
  return wanted.length === spare.length;
}

/** Asks which spare objects are to be deleted: about those that a run made together, about each other one by itself. */
async function chooseSpare(
  { confirm, options }: ProgramRecovery,
  removable: readonly SpareObject[],
): Promise<readonly SpareObject[]> {
  const certain = removable.filter((one) => !isDoubtful(one));
  const isYes = certain.length > 0 && (options.yes || (await confirm(`Delete what is spare (${certain.length})?`)));
  const wanted = isYes ? [...certain] : [];
  for (const one of removable.filter(isDoubtful)) {
    if (await confirm(`Delete the ${one.kind} '${one.name}' ${one.id}? ${KNOWN_MAKER}`)) wanted.push(one);
  }
  return wanted;
}

const isDoubtful = ({ doubt }: SpareObject): boolean => doubt !== undefined;

async function remove({ graph, say }: ProgramRecovery, { kind, name, id, removal }: SpareObject): Promise<void> {
  await graph.sendIfThere(removal);
  say(`  deleted: ${kind} '${name}' ${id}`);
}

/** Spare objects of this program, after a word on what other programs may be making. */
async function findSpare({ run, graph, say }: ProgramRecovery, state: StackState): Promise<readonly SpareObject[]> {
  const all = await findSpareObjects(graph, state, typesOf(run));
  const isOfOthers = ({ kind, ours, kept }: SpareObject): boolean =>
    kind !== 'client secret' && ours.length === 0 && kept !== undefined;
  for (const one of all.filter(isOfOthers)) say(spareLine(one));
  return all.filter((one) => !isOfOthers(one));
}

const typesOf = ({ resources }: ProgramRun): ReadonlySet<string> => new Set(resources.map(({ type }) => type));

async function readState({ run, read }: ProgramRecovery): Promise<StackState> {
  const exporting = command(`pulumi stack export --stack ${run.stack}`);
  const result = await read(exporting);
  if (result.stderr.includes('failed to load checkpoint: EOF')) throw new Error(HALF_WRITTEN);
  succeeded(exporting, result);
  return parseStackState(run.stack, result.stdout);
}

/** A folder as a backend keeps attributes beside each file, which a killed engine leaves empty. */
const HALF_WRITTEN =
  'the state was left half written: delete the empty file that ends in .attrs beside it, in the folder that is the backend, and run this again (docs/rollback.md)';

/** Longest part of a failed command's output that is shown. */
const LONGEST_REASON = 2_000;

/** @throws Error with what the command said */
function succeeded(failed: Command, { code, stdout, stderr }: CommandResult): true {
  if (code === 0) return true;
  const said = [stdout.trim(), stderr.trim()].filter((text) => text !== '').join('\n');
  throw new Error(`${shellLine(failed)} failed:\n${said.slice(-LONGEST_REASON)}`);
}
