import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PulumiKind } from '../src/estate/plan/stacks';
import { PULUMI_KINDS } from '../src/estate/plan/stacks';
import { compare } from './measure';
import { inTurn, medians, ratio, row } from './table';

const PAIRS = 5;

/** Measures how soon what is started again and again is there: the programs, the provider, the emulator. */
export async function benchStarts(): Promise<void> {
  for (const name of PULUMI_KINDS) await benchProgram(name);
  const provider = join(__dirname, '..', 'provider', 'pulumi-resource-entragraph');
  const start = { ours: () => secondsToLine([provider]), reference: () => secondsToLine(bare('grpc-bare')) };
  row('start of the provider, to its port', '< 1 s', medians(await inTurn(PAIRS, start), 's'));
  const embedding = { ours: () => numberOf(bare('graph-start')), reference: () => numberOf(bare('http-start')) };
  row('emulator embedded, to its first answer', '< 300 ms', medians(await inTurn(PAIRS, embedding), 'ms'));
}

/** A whole process: start-up, the estate, and everything that the program registers, under mocks. */
async function benchProgram(name: PulumiKind): Promise<void> {
  const file = (program: string): string => join(__dirname, 'programs', `${program}.ts`);
  const ours = { name, file: file('entra-program'), args: [name] };
  const {
    ours: run,
    reference,
    timeRatio,
  } = await compare(ours, { name: 'bare', file: file('pulumi-bare'), args: [] }, PAIRS);
  const what = `the program \`${name}\` of the sandbox under mocks`;
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  row(what, '< 1.5 s', [seconds(run.seconds), seconds(reference.seconds), `${timeRatio.toFixed(2)}x`]);
  row('the same: time on a processor', '', [seconds(run.cpu), seconds(reference.cpu), ratio(run.cpu, reference.cpu)]);
}

const bare = (name: string): readonly string[] => ['--import', 'tsx', join(__dirname, 'programs', `${name}.ts`)];

async function secondsToLine(args: readonly string[]): Promise<number> {
  const start = performance.now();
  await firstLine(args);
  return (performance.now() - start) / 1000;
}

/** The number that a program prints: what it measured itself. */
async function numberOf(args: readonly string[]): Promise<number> {
  return Number(await firstLine(args));
}

async function firstLine(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    return chunk.toString().trim();
  } finally {
    child.kill();
  }
}
