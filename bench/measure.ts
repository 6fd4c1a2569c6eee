import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** A whole run of a program, start-up included. */
export interface Run {
  readonly seconds: number;
  /** Seconds on a processor: what other work on the machine hardly changes. */
  readonly cpu: number;
  readonly mebibytes: number;
}

/** A program of this repository with its arguments. */
export interface Program {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Flags of Node. @default none */
  readonly flags?: readonly string[];
}

/** Medians of two programs that ran in turn, and of their ratios pair by pair: the machine's mood cancels out. */
export interface Comparison {
  readonly ours: Run;
  readonly reference: Run;
  readonly timeRatio: number;
  readonly memoryRatio: number;
}

const PRELOAD = ['--require', join(__dirname, 'report-usage.cjs'), '--import', 'tsx'];

/** Runs a program to its end. @throws Error with its output if it fails. */
export async function measure(program: Program, env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, [...(program.flags ?? []), ...PRELOAD, program.file, ...program.args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, CI: 'true', NO_COLOR: '1', ...env },
  });
  const [stdout, stderr, usage] = [collect(child.stdout), collect(child.stderr), collect(child.stdio[3])];
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${program.name} ended with ${String(code)}:\n${stdout()}${stderr()}`);
  const [kibibytes, cpu] = JSON.parse(usage()) as [number, number];
  return { seconds, cpu, mebibytes: kibibytes / 1024 };
}

function collect(stream: unknown): () => string {
  const chunks: Buffer[] = [];
  if (stream instanceof Readable) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

/** Runs both programs in turn, `pairs` times after one warm-up each. */
export async function compare(ours: Program, reference: Program, pairs: number): Promise<Comparison> {
  await measure(ours);
  await measure(reference);
  const runs: { readonly ours: Run; readonly reference: Run }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    runs.push({ ours: await measure(ours), reference: await measure(reference) });
  }
  return {
    ours: medianRun(runs.map((pair) => pair.ours)),
    reference: medianRun(runs.map((pair) => pair.reference)),
    timeRatio: median(runs.map((pair) => pair.ours.seconds / pair.reference.seconds)),
    memoryRatio: median(runs.map((pair) => pair.ours.mebibytes / pair.reference.mebibytes)),
  };
}

function medianRun(runs: readonly Run[]): Run {
  const medianOf = (key: keyof Run): number => median(runs.map((run) => run[key]));
  return { seconds: medianOf('seconds'), cpu: medianOf('cpu'), mebibytes: medianOf('mebibytes') };
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
