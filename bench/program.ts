import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { makeSandboxRepository } from '../test/support/git-repository';
import { SANDBOX } from '../test/support/repository';
import { Team } from '../test/support/runners/team';
import { deepEstate } from './deep-organization';
import type { Conditions, Run } from './measure';
import { ENTRA_AWS, inWorkspace, measured, median, REPOSITORY, row, tableHead } from './measure';

const ROUNDS = 5;
/** Rounds of calls that take long. */
const FEW_ROUNDS = 3;
const EXPLAIN = ['explain', '--estate', 'sandbox', '--group', 'Claims Developers', '--account', 'claims-test'];
const BARE = 'node -e 0';

/** Folder of all that runs keep beside the packages: compiled code, and answers. */
const KEPT = join(REPOSITORY, 'node_modules/.cache/entra-aws');

/** Arguments of Node that start something as users do. */
interface Call extends Conditions {
  readonly args: readonly string[];
  /** Done before each run, and not measured. */
  readonly prepare?: (run: number) => void;
}

type Calls = Readonly<Record<string, Call>>;

/**
 * Measures how long the program takes as users start it, first in a clone, then compiled and with its compile cache warm, in turn
 * with the bare runtime.
 */
export async function benchProgram(): Promise<void> {
  const { path, remove } = makeSandboxRepository();
  try {
    await measureCalls(FEW_ROUNDS, callsInClone(path));
    await measureCalls(ROUNDS, callsIn(path));
  } finally {
    remove();
  }
}

/** Measures previews in a team's repository, where nothing is remembered: npm's list is missing beside linked packages. */
export async function benchTeam(): Promise<void> {
  const team = await Team.create({ forge: 'github', init: ['--customers', 'b2c'] });
  try {
    const preview = { args: ['node_modules/.bin/entra-aws', 'preview'], cwd: team.folder };
    const scope = realpathSync(join(team.folder, 'node_modules/@entra-aws-identity'));
    const first = { ...preview, prepare: removing(join(scope, '../.cache/entra-aws')) };
    await measureCalls(ROUNDS, { 'preview, the first': first, 'preview, cold': preview });
  } finally {
    team.remove();
  }
}

/** Measures a preview of a million assignments. It fails in the end: they are too many for the one stack of an estate. */
export async function benchMillion(): Promise<void> {
  await inWorkspace(async (workspace) => {
    const estate = join(workspace, 'large');
    mkdirSync(estate);
    for (const [file, text] of Object.entries(deepEstate())) writeFileSync(join(estate, file), text);
    const args = [ENTRA_AWS, 'preview', '--no-cache', '--estates', workspace, '--out', join(workspace, 'plan')];
    await measureCalls(FEW_ROUNDS, { 'preview, refused in the end': { args, code: 1 } });
  });
}

function previewIn(folder: string): readonly string[] {
  const [estates, out] = [join(folder, 'estates'), join(folder, 'plan')];
  return [ENTRA_AWS, 'preview', '--estate', 'sandbox', '--estates', estates, '--out', out];
}

function callsInClone(folder: string): Calls {
  const prepare = removing(KEPT, join(REPOSITORY, 'dist/program'));
  return { 'preview, the first in a clone': { args: previewIn(folder), prepare } };
}

function callsIn(folder: string): Calls {
  const sandbox = join(folder, 'estates/sandbox');
  const file = join(sandbox, 'estate.yaml');
  const original = readFileSync(file, 'utf8');
  const args = previewIn(folder);
  // The placement too, which a preview may write.
  const restore = (): void => {
    cpSync(SANDBOX, sandbox, { recursive: true });
  };
  const edit = (from: string, to: string): void => {
    restore();
    if (!original.includes(from)) throw new Error(`the sandbox has no '${from}' to edit`);
    writeFileSync(file, original.replace(from, to));
  };
  const forget = removing(join(KEPT, 'answers'));
  const grant = '          - ou: /Sandbox\n';
  return {
    '--help': { args: [ENTRA_AWS, '--help'] },
    explain: { args: [ENTRA_AWS, ...EXPLAIN] },
    'preview, nothing changed': { args },
    'preview, another grant': {
      args,
      prepare: (run) => {
        edit(grant, `${run % 2 === 0 ? grant : ''}          - ou: /Security\n          # ${run}\n`);
      },
    },
    'preview, another permission set': {
      args,
      prepare: (run) => {
        edit('sessionDuration: PT8H', `sessionDuration: PT8H${run}M`);
      },
    },
    'preview, cold, who loses access on a terminal': {
      args: [...args, '--base', 'HEAD'],
      until: 'Who loses access',
      prepare: () => {
        edit(grant, `${grant}          - ou: /Security\n`);
        forget();
      },
    },
    'preview, cold': {
      args,
      prepare: () => {
        restore();
        forget();
      },
    },
  };
}

function removing(...folders: readonly string[]): () => void {
  return () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
}

async function measureCalls(count: number, calls: Calls): Promise<void> {
  const entries = Object.entries<Call>({ [BARE]: { args: ['-e', '0'] }, ...calls });
  for (const [, call] of entries) await start(call, 0);
  const [before] = loadavg();
  const rounds: ReadonlyMap<string, Run>[] = [];
  for (let run = 1; run <= count; run++) {
    const round = new Map<string, Run>();
    for (const [name, call] of entries) round.set(name, await start(call, run));
    rounds.push(round);
  }
  const [after] = loadavg();
  console.log(
    `\nMedians of ${count} rounds; load of the machine ${before?.toFixed(1)} before, ${after?.toFixed(1)} after\n`,
  );
  tableHead('What', 'Time', 'Least', `Processor time of ${BARE}`, 'Processor time', 'Memory');
  for (const [name] of entries) row(...rowOf(name, rounds));
}

function rowOf(name: string, rounds: readonly ReadonlyMap<string, Run>[]): readonly string[] {
  const valuesOf = (call: string, key: keyof Run): readonly number[] =>
    rounds.map((round) => round.get(call)?.[key] ?? Number.NaN);
  const seconds = valuesOf(name, 'seconds');
  const bare = valuesOf(BARE, 'cpu');
  const ratio = median(valuesOf(name, 'cpu').map((time, round) => time / (bare[round] ?? Number.NaN)));
  const [cpu, memory] = [median(valuesOf(name, 'cpu')), median(valuesOf(name, 'mebibytes'))];
  const times = [median(seconds), Math.min(...seconds)].map((time) => `${time.toFixed(2)} s`);
  return [name, ...times, `${ratio.toFixed(0)}x`, `${cpu.toFixed(2)} s`, `${memory.toFixed(0)} MiB`];
}

/** A whole run. @throws Error if it ends with another exit code than expected */
function start({ args, prepare, ...conditions }: Call, run: number): Promise<Run> {
  prepare?.(run);
  return measured([process.execPath, ...args], { CI: undefined }, conditions);
}
