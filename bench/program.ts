import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from './measure';
import { ENTRA_AWS, measured, median, REPOSITORY, row, tableHead } from './measure';

const RUNS = 5;
const EXPLAIN = ['explain', '--estate', 'sandbox', '--group', 'Claims Developers', '--account', 'claims-test'];
const BARE = 'node -e 0';

/** Where the answers of earlier previews are. */
const ANSWERS = join(REPOSITORY, 'node_modules/.cache/entra-aws/answers');

/** Something that is started, as users start it. */
interface Call {
  readonly args: readonly string[];
  /** Done before each run, and not measured. */
  readonly prepare?: (run: number) => void;
}

/**
 * Measures how long the program takes as users start it, compiled and with its compile cache warm, beside the bare runtime and
 * in turn with it; and once after its sources changed.
 */
export async function benchProgram(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'entra-aws-identity-bench-'));
  try {
    rmSync(join(REPOSITORY, 'dist/program'), { recursive: true, force: true });
    const first = await start([ENTRA_AWS, '--help']);
    console.log(`entra-aws --help, compiled first: ${(first.seconds * 1000).toFixed(0)} ms\n`);
    await measureCalls(callsIn(workspace));
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function callsIn(workspace: string): Readonly<Record<string, Call>> {
  const estates = join(workspace, 'estates');
  // The placement too, which a preview may write.
  const restore = (): void => {
    cpSync(join(REPOSITORY, 'src/package/project/example/estates'), estates, { recursive: true });
  };
  restore();
  const file = join(estates, 'sandbox/estate.yaml');
  const original = readFileSync(file, 'utf8');
  const preview = [ENTRA_AWS, 'preview', '--estate', 'sandbox', '--estates', estates, '--out', join(workspace, 'plan')];
  const edit = (from: string, to: string): void => {
    restore();
    if (!original.includes(from)) throw new Error(`the sandbox has no '${from}' to edit`);
    writeFileSync(file, original.replace(from, to));
  };
  return {
    [BARE]: { args: ['-e', '0'] },
    '--help': { args: [ENTRA_AWS, '--help'] },
    explain: { args: [ENTRA_AWS, ...EXPLAIN] },
    'preview, nothing changed': { args: preview },
    'preview, another grant': {
      args: preview,
      prepare: (run) => {
        const more =
          run % 2 === 0 ? '          - ou: /Sandbox\n          - ou: /Security\n' : '          - ou: /Security\n';
        edit('          - ou: /Sandbox\n', `${more}          # ${run}\n`);
      },
    },
    'preview, another permission set': {
      args: preview,
      prepare: (run) => {
        edit('sessionDuration: PT8H', `sessionDuration: PT8H${run}M`);
      },
    },
    'preview, cold': {
      args: preview,
      prepare: () => {
        restore();
        rmSync(ANSWERS, { recursive: true, force: true });
      },
    },
  };
}

async function measureCalls(calls: Readonly<Record<string, Call>>): Promise<void> {
  const entries = Object.entries(calls);
  for (const [, { args, prepare }] of entries) {
    prepare?.(0);
    await start(args);
  }
  const [before] = loadavg();
  const rounds: ReadonlyMap<string, Run>[] = [];
  for (let run = 1; run <= RUNS; run++) {
    const round = new Map<string, Run>();
    for (const [name, { args, prepare }] of entries) {
      prepare?.(run);
      round.set(name, await start(args));
    }
    rounds.push(round);
  }
  const [after] = loadavg();
  console.log(
    `Medians of ${RUNS} rounds; load of the machine ${before?.toFixed(1)} before, ${after?.toFixed(1)} after\n`,
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

/** A whole run. @throws Error if it fails */
function start(args: readonly string[]): Promise<Run> {
  return measured([process.execPath, ...args], { CI: undefined });
}
