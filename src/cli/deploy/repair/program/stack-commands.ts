import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStackState, type StackState } from '../../../../clouds/pulumi/stack-state';
import { command, type Command, type CommandResult, shellLine } from '../../../../deploy/steps/command';
import { lockOf } from '../../../../deploy/steps/engine-output';
import type { ProgramResource, ProgramRun } from '../../../../preview/entra/facts';
import type { RepairOptions } from '../../options';
import { keyOf, type LostObject } from './find-lost';
import type { Graph } from '../../../../clouds/graph/recovery/named-objects';

/** Reads the state of the stack. @throws Error if Pulumi fails */
export async function readState({ run, read }: ProgramRecovery): Promise<StackState> {
  const exporting = command(`pulumi stack export --stack ${run.stack}`);
  const result = await read(exporting);
  if (result.stderr.includes('failed to load checkpoint: EOF')) throw new Error(HALF_WRITTEN);
  succeeded(exporting, result);
  return parseStackState(run.stack, result.stdout);
}

/** A folder as a backend keeps attributes beside each file, which a killed engine leaves empty. */
const HALF_WRITTEN =
  'the state was left half written: delete the empty file that ends in .attrs beside it, in the folder that is the backend, and run this again';

/**
 * Takes away pending operations, and the lock of a run that has ended; reads what the stack has from the directory again.
 *
 * @returns false if the stack stays locked
 * @throws Error if Pulumi fails
 */
export async function settle(recovery: ProgramRecovery): Promise<boolean> {
  const { run, read, say, confirm, hasEnded } = recovery;
  const words = '--yes --skip-preview --suppress-outputs --clear-pending-creates --non-interactive';
  const refresh = command(`pulumi refresh ${words} --stack ${run.stack}`);
  const result = await read(refresh);
  const lock = result.code === 0 ? undefined : lockOf(`${result.stdout}\n${result.stderr}`);
  if (lock === undefined) return succeeded(refresh, result);
  const cancel = command(`pulumi cancel --yes --stack ${run.stack}`);
  const isOver = hasEnded(lock);
  const holder = isOver ? 'was locked by a run that was killed on this machine' : 'is locked by a run';
  say(`${run.stack} ${holder}:\n  ${lock}`);
  if (
    !isOver &&
    !(await confirm('Is no other run of this stack at work, here or in a pipeline? Take its lock away?'))
  ) {
    say(
      `Nothing was changed. Once you are sure that no other run is at work: ${shellLine(cancel)}, and run this again`,
    );
    return false;
  }
  succeeded(cancel, await read(cancel));
  return succeeded(refresh, await read(refresh));
}

/** Has the stack take over objects. @throws Error if Pulumi fails */
export async function importAll(
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

/** Longest part of a failed command's output that is shown. */
const LONGEST_REASON = 2_000;

/** @throws Error with what the command printed */
function succeeded(failed: Command, { code, stdout, stderr }: CommandResult): true {
  if (code === 0) return true;
  const said = [stdout.trim(), stderr.trim()].filter((text) => text !== '').join('\n');
  throw new Error(`${shellLine(failed)} failed:\n${said.slice(-LONGEST_REASON)}`);
}

/** A file of `pulumi import --file`: https://www.pulumi.com/docs/iac/adopting-pulumi/import/ */
export interface ImportFile {
  /** URNs of parents that the stack has, by the names that resources here call them. */
  readonly nameTable: Readonly<Record<string, string>>;
  /** Objects with their ids, and components that the stack lacks as well. */
  readonly resources: readonly (Record<'type' | 'name', string> & { parent?: string; id?: string; component?: true })[];
}

/** Says what a stack takes over, each below its parent. */
export function importFileFor(
  lost: readonly LostObject[],
  run: ProgramRun,
  state: Pick<StackState, 'resources'>,
): ImportFile {
  const declared = new Map(run.resources.map((resource) => [resource.key, resource]));
  const urns = new Map(state.resources.map((resource) => [keyOf(resource), resource.urn]));
  const parentsOf = (resource: ProgramResource): readonly ProgramResource[] => {
    const parent = resource.parent === undefined ? undefined : declared.get(resource.parent);
    return parent === undefined || parent.type === STACK ? [] : [...parentsOf(parent), parent];
  };
  const parents = new Map(
    lost.flatMap(({ resource }) => parentsOf(resource)).map((parent) => [parent.key, parent] as const),
  );
  // A parent that the file makes goes by its own name; so does one that the stack has.
  const belowOf = (resource: ProgramResource) => {
    const parent = parentsOf(resource).at(-1);
    return parent && { parent: parent.name };
  };
  const named = [...parents.values()].map((parent) => ({ parent, urn: urns.get(keyOf(parent)) }));
  return {
    nameTable: Object.fromEntries(named.flatMap(({ parent, urn }) => (urn ? [[parent.name, urn]] : []))),
    resources: [
      ...named.flatMap(({ parent, urn }) =>
        urn ? [] : [{ type: parent.type, name: parent.name, component: true as const, ...belowOf(parent) }],
      ),
      ...lost.map(({ resource, object }) => ({
        type: resource.type,
        name: resource.name,
        id: object.id,
        ...belowOf(resource),
      })),
    ],
  };
}

const STACK = 'pulumi:pulumi:Stack';

/** Options of a recovery: to change nothing, to go on without asking, to delete what is spare, and ids to take over. */
export type RecoveryOptions = Pick<RepairOptions, 'check' | 'yes' | 'removeSpare' | 'takeOver'>;

/** A program whose last run may have ended early, and what its recovery works with. */
export interface ProgramRecovery {
  /** The program as the estate declares it. */
  readonly run: ProgramRun;
  readonly graph: Graph;
  /** Object id of the identity that deploys; undefined if its token does not contain it. */
  readonly caller: string | undefined;
  /** Tells whether the runs that hold a lock have ended. */
  readonly hasEnded: (lock: string) => boolean;
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

/** This machine, as a lock of Pulumi names it. */
interface Machine {
  readonly hostname: string;
  readonly isAlive: (processId: number) => boolean;
}

/**
 * Tells whether the runs that hold a lock have ended: they were on this machine, and their processes are gone. Source: Pulumi,
 * pkg/backend/diy/lock.go.
 */
export function hasEnded(lock: string, { hostname, isAlive }: Machine): boolean {
  const lines = lock.split('\n');
  return lines.every((line) => {
    const [, host, processId] = /created by .*@(\S+) \(pid (\d+)\)/.exec(line) ?? [];
    return host === hostname && !isAlive(Number(processId));
  });
}

/** Tells whether a process of this machine is at work. One of another user counts, too. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return !isDefunct(processId);
  } catch (error) {
    return !(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH');
  }
}

/** Tells whether a process has ended and is only not yet waited for; where there is no /proc, that is not known. */
function isDefunct(processId: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
