import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Variables } from './app-variables';
import { flood, type Load, type Target } from './http-load';
import { median } from './measure';

export const REPOSITORY = resolve(__dirname, '..');

const CLOCK_TICKS = 100;

/** A program that serves HTTP. */
export interface Served {
  readonly child: ChildProcess;
  readonly url: string;
}

/** A served program, and what it is asked again and again. */
export interface Contender {
  readonly child: ChildProcess;
  readonly target: Target;
}

/** Requests a second of both contenders. */
export interface Rates {
  readonly ours: number;
  readonly bare: number;
}

interface Run {
  readonly rate: number;
  /** Microseconds of processor time a request. */
  readonly processor: number;
}

interface Pair {
  readonly ours: Run;
  readonly bare: Run;
}

/**
 * Starts a program on the first processor, where taskset is there to say so, and waits for the line that has its `url`.
 * @throws Error if it ends before
 */
export async function startPinned(args: readonly string[], variables: Variables): Promise<Served> {
  const pinned = spawnSync('taskset', ['-V']).status === 0 ? ['taskset', '-c', '0'] : [];
  const child = spawn('env', [...pinned, process.execPath, ...args], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((found, failed) => {
    child.once('exit', (code) => {
      failed(new Error(`${args.join(' ')} ended with ${String(code)}`));
    });
    lines.on('line', (line) => {
      if (line.includes('"url"')) found((JSON.parse(line) as { readonly url: string }).url);
    });
  });
  return { child, url };
}

/** Keeps this process off the first processor, where taskset is there to say so and there is a second one. */
export function pinSelf(): void {
  if (cpus().length > 1) spawnSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)]);
}

/** Floods both in turn, after one flood each to warm up, and prints medians: of each, and of the ratios pair by pair. */
export async function compareRates(
  what: string,
  { ours, bare }: { readonly ours: Contender; readonly bare: Contender },
  { pairs, ...load }: Load & { readonly pairs: number },
): Promise<Rates> {
  for (const each of [ours, bare]) await flood(each.target, load);
  const runs: Pair[] = [];
  for (let pair = 0; pair < pairs; pair++) runs.push({ ours: await run(ours, load), bare: await run(bare, load) });
  const middle = (pick: (pair: Pair) => number): number => median(runs.map(pick));
  const rates = { ours: middle((pair) => pair.ours.rate), bare: middle((pair) => pair.bare.rate) };
  const rateRatio = middle((pair) => pair.ours.rate / pair.bare.rate);
  const [mine, its] = [middle((pair) => pair.ours.processor), middle((pair) => pair.bare.processor)];
  const costRatio = middle((pair) => pair.bare.processor / pair.ours.processor);
  console.log(`Medians of ${pairs} pairs in turn, each program on one processor\n`);
  console.log(`| ${what} | Ours | Bare | Ratio |\n| --- | --- | --- | --- |`);
  console.log(`| requests a second | ${rates.ours.toFixed(0)} | ${rates.bare.toFixed(0)} | ${rateRatio.toFixed(2)}x |`);
  console.log(
    `| processor time a request | ${mine.toFixed(0)} us | ${its.toFixed(0)} us | ${costRatio.toFixed(2)}x |\n`,
  );
  return rates;
}

async function run({ child, target }: Contender, load: Load): Promise<Run> {
  const before = processorSeconds(child);
  const rate = await flood(target, load);
  return { rate, processor: ((processorSeconds(child) - before) * 1e6) / load.requests };
}

/** Seconds of a processor that a process has used. */
export function processorSeconds({ pid }: ChildProcess): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

/** Memory that a process holds now. */
export function residentMebibytes({ pid }: ChildProcess): number {
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Math.round(Number(kibibytes) / 1024);
}
