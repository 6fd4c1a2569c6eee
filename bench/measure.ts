import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { beginTable, noteRatios } from './watched';

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
  /** Until it ended; what it started may outlive it. */
  readonly seconds: number;
  /** Seconds on a processor of all its processes: what other work on the machine hardly changes. */
  readonly cpu: number;
  /** Of the largest of its processes. */
  readonly mebibytes: number;
}

/** A program of this repository with its arguments. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** Flags of Node. @default none */
  readonly flags?: readonly string[];
}

/** Runs a command, and tells what it and all that it started took. */
export const USAGE = join(__dirname, 'usage.py');

/** Runs a program to its end. @throws Error with its output if it fails. */
export async function measure(
  { file, args, flags = [] }: Program,
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  // As users start them: the program is JavaScript.
  const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : [];
  return measured([process.execPath, ...flags, ...loader, file, ...args], { CI: 'true', NO_COLOR: '1', ...env });
}

const Usage = z.tuple([z.number(), z.number(), z.number()]);

export interface Conditions {
  /** Working directory. @default the repository */
  readonly cwd?: string;
  /** Text that a terminal shows: the command runs on one, and the seconds end with this text. @default no terminal */
  readonly until?: string;
  /** Expected exit code. @default 0 */
  readonly code?: number;
}

/** Runs a command to its end, with these variables beside our own. @throws Error with its output if it fails. */
export async function measured(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  { cwd = REPOSITORY, until = '', code: expected = 0 }: Conditions = {},
): Promise<Run> {
  const child = spawn('python3', [USAGE, until, ...command], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const [stdout, stderr, usage] = [collect(child.stdout), collect(child.stderr), collect(child.stdio[3])];
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== expected) throw new Error(`${command.join(' ')} ended with ${String(code)}:\n${stdout()}${stderr()}`);
  return parseUsage(usage());
}

/** Reads what `usage.py` wrote. */
export function parseUsage(text: string): Run {
  const [seconds, cpu, kibibytes] = Usage.parse(JSON.parse(text));
  return { seconds, cpu, mebibytes: kibibytes / 1024 };
}

const CDK = join(REPOSITORY, 'node_modules/aws-cdk/bin/cdk');
const QUIET = ['--quiet', '--no-notices', '--no-version-reporting'];

/**
 * Runs `cdk synth` of an app to its end, as users do.
 *
 * @param app command that the CDK's CLI runs
 * @throws Error with its output if it fails
 */
export async function measureSynth(
  { app, out, context = [] }: { readonly app: string; readonly out: string; readonly context?: readonly string[] },
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const args = ['synth', '--app', app, '--output', out, ...context.flatMap((one) => ['-c', one]), ...QUIET];
  return measure({ file: CDK, args }, { CDK_DISABLE_CLI_TELEMETRY: '1', ...env });
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
  noteRatios(cells);
  console.log(`| ${cells.join(' | ')} |`);
}

export function tableHead(...names: readonly string[]): void {
  beginTable(names);
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
