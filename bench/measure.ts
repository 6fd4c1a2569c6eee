import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';

export const REPOSITORY = resolve(__dirname, '..');
/** The program of users. */
export const ENTRA_AWS = join(REPOSITORY, 'src/cli/entra-aws.cjs');

/** File of a program that only measurements run. */
export function programFile(name: string): string {
  return join(__dirname, 'programs', `${name}.ts`);
}

/** Runs a task with a folder of its own, which goes afterwards. */
export async function inWorkspace(task: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'entra-aws-identity-bench-'));
  try {
    await task(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A whole run of a program, start-up included. */
export interface Run {
  readonly seconds: number;
  /** Seconds on a processor: what other work on the machine hardly changes. */
  readonly cpu: number;
  readonly mebibytes: number;
}

/** A program of this repository with its arguments. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** Flags of Node. @default none */
  readonly flags?: readonly string[];
}

const REPORT_USAGE = ['--require', join(__dirname, 'report-usage.cjs')];

/** Runs a program to its end. @throws Error with its output if it fails. */
export async function measure(
  { file, args, flags = [] }: Program,
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  // As users start them: the program is JavaScript.
  const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...flags, ...REPORT_USAGE, ...loader, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, CI: 'true', NO_COLOR: '1', ...env },
  });
  return measured(child, `${file} ${args.join(' ')}`);
}

/** Waits for a process that says on descriptor 3 what it took. @throws Error with its output if it fails. */
export async function measured(child: ChildProcess, name: string): Promise<Run> {
  const start = performance.now();
  const [stdout, stderr, usage] = [collect(child.stdout), collect(child.stderr), collect(child.stdio[3])];
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}:\n${stdout()}${stderr()}`);
  const [kibibytes, cpu] = JSON.parse(usage()) as [number, number];
  return { seconds, cpu, mebibytes: kibibytes / 1024 };
}

const CDK = join(REPOSITORY, 'node_modules/aws-cdk/bin/cdk');
const QUIET = ['--quiet', '--no-notices', '--no-version-reporting'];

/**
 * Runs `cdk synth` of an app to its end, as users do. The time on a processor is that of all its processes, the memory that of
 * the largest of them.
 *
 * @param app command that the CDK's CLI runs
 * @throws Error with its output if it fails
 */
export async function measureSynth(
  { app, out, context = [] }: { readonly app: string; readonly out: string; readonly context?: readonly string[] },
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'entra-aws-identity-usage-'));
  try {
    const start = performance.now();
    const args = [CDK, 'synth', '--app', app, '--output', out, ...context.flatMap((one) => ['-c', one]), ...QUIET];
    const child = spawn(process.execPath, args, {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CI: 'true',
        NO_COLOR: '1',
        CDK_DISABLE_CLI_TELEMETRY: '1',
        NODE_OPTIONS: `--require ${join(__dirname, 'report-usage.cjs')}`,
        USAGE_FOLDER: folder,
        ...env,
      },
    });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const seconds = (performance.now() - start) / 1000;
    if (code !== 0) throw new Error(`cdk synth ended with ${String(code)}:\n${stdout()}${stderr()}`);
    const usages = readdirSync(folder).map(
      (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as [number, number],
    );
    const cpu = usages.reduce((sum, [, of]) => sum + of, 0);
    return { seconds, cpu, mebibytes: Math.max(...usages.map(([kibibytes]) => kibibytes)) / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function collect(stream: unknown): () => string {
  const chunks: Buffer[] = [];
  if (stream instanceof Readable) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

/** Something of ours and of what it is compared with. */
export interface Pair<Value> {
  readonly ours: Value;
  readonly reference: Value;
}

/** Measures both in turn, so many times: the machine's mood cancels out in the ratio of a pair. */
export async function inTurn<Value>(
  count: number,
  { ours, reference }: Pair<() => Promise<Value>>,
): Promise<readonly Pair<Value>[]> {
  const pairs: Pair<Value>[] = [];
  for (let pair = 0; pair < count; pair++) pairs.push({ ours: await ours(), reference: await reference() });
  return pairs;
}

/** The same after one of each that fills caches and does not count. */
export async function inTurnWarm<Value>(
  count: number,
  both: Pair<() => Promise<Value>>,
): Promise<readonly Pair<Value>[]> {
  return (await inTurn(count + 1, both)).slice(1);
}

/** Medians of both, and of their ratios pair by pair. */
export interface Medians extends Pair<number> {
  readonly ratio: number;
}

export function mediansOf<Value>(pairs: readonly Pair<Value>[], figure: (value: Value) => number): Medians {
  const values = pairs.map(({ ours, reference }) => ({ ours: figure(ours), reference: figure(reference) }));
  return {
    ours: median(values.map(({ ours }) => ours)),
    reference: median(values.map(({ reference }) => reference)),
    ratio: median(values.map(({ ours, reference }) => ours / reference)),
  };
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A row of a table in Markdown. */
export function row(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

export function tableHead(...names: readonly string[]): void {
  row(...names);
  row(...names.map(() => '---'));
}

/** Cells of a figure: ours, the reference, and their ratio. */
export function cellsOf({ ours, reference, ratio }: Medians, unit: string, digits = 2): readonly string[] {
  const shown = (value: number): string => `${value.toFixed(digits)} ${unit}`;
  return [shown(ours), shown(reference), times(ratio)];
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}
