import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Variables } from './app-variables';
import { flood, repeating, type Load, type Target } from './load';
import { cellsOf, inTurnWarm, mediansOf, REPOSITORY, row, tableHead, type Pair } from './measure';

const CLOCK_TICKS = 100;

/** A served program, and what it is asked again and again. */
export interface Contender {
  readonly child: ChildProcess;
  readonly target: Target;
}

interface Run {
  readonly rate: number;
  /** Microseconds of processor time a request. */
  readonly processor: number;
}

/** The line by which a program says where it listens. */
const Listening = z.object({ url: z.string() });

/**
 * Starts a program on the first processor, where taskset is there to say so, and waits for the line that has its `url`.
 * @param program what runs the arguments; this Node unless it is given
 * @throws Error if it ends before
 */
export async function startPinned(
  args: readonly string[],
  variables: Variables,
  program = process.execPath,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const pinned = spawnSync('taskset', ['-V']).status === 0 ? ['taskset', '-c', '0'] : [];
  const child = spawn('env', [...pinned, program, ...args], {
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
      if (line.includes('"url"')) found(Listening.parse(JSON.parse(line)).url);
    });
  });
  return { child, url };
}

/** Keeps this process off the first processor, where taskset is there to say so and there is a second one. */
export function pinSelf(): void {
  if (cpus().length > 1) spawnSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)]);
}

/** Floods both in turn, after one flood each to warm up. @returns requests a second of both */
export async function compareRates(
  what: string,
  { ours, reference }: Pair<Contender>,
  { pairs, ...load }: Load & { readonly pairs: number },
): Promise<Pair<number>> {
  const runs = await inTurnWarm(pairs, { ours: () => run(ours, load), reference: () => run(reference, load) });
  const rates = mediansOf(runs, ({ rate }) => rate);
  console.log(`Medians of ${pairs} pairs in turn, each program on one processor\n`);
  tableHead(what, 'Ours', 'Other', 'Ratio');
  row('requests', ...cellsOf(rates, 'a second', 0));
  row(
    'processor time a request',
    ...cellsOf(
      mediansOf(runs, ({ processor }) => processor),
      'us',
      0,
    ),
  );
  console.log();
  return rates;
}

async function run({ child, target }: Contender, load: Load): Promise<Run> {
  const before = processorSeconds(child);
  const rate = await flood(repeating(target), load);
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
