import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PulumiKind } from '../src/estate/plan/stacks/stacks';
import { PULUMI_KINDS } from '../src/estate/plan/stacks/stacks';
import { cellsOf, inTurnWarm, measure, mediansOf, programFile, REPOSITORY, row } from './measure';

const PAIRS = 5;

/** Measures how soon what is started again and again is there: the programs, the provider, the emulator. */
export async function benchStarts(): Promise<void> {
  for (const name of PULUMI_KINDS) await benchProgram(name);
  const provider = [join(REPOSITORY, 'provider/pulumi-resource-entragraph')];
  const start = { ours: () => secondsToLine(provider), reference: () => secondsToLine(bare('grpc-bare')) };
  await report({ what: 'start of the provider, to its port', limit: '< 1 s', unit: 's' }, start);
  const embedding = { ours: () => numberOf(bare('graph-start')), reference: () => numberOf(bare('http-start')) };
  await report({ what: 'emulator embedded, to its first answer', limit: '< 300 ms', unit: 'ms' }, embedding);
}

async function report(
  { what, limit, unit }: { readonly what: string; readonly limit: string; readonly unit: string },
  both: Parameters<typeof inTurnWarm<number>>[1],
): Promise<void> {
  row(what, limit, ...cellsOf(mediansOf(await inTurnWarm(PAIRS, both), Number), unit));
}

/** A whole process: start-up, the estate, and everything that the program registers, under mocks. */
async function benchProgram(name: PulumiKind): Promise<void> {
  const runs = await inTurnWarm(PAIRS, {
    ours: () => measure({ file: programFile('entra-program'), args: [name] }),
    reference: () => measure({ file: programFile('pulumi-bare'), args: [] }),
  });
  const what = `the program \`${name}\` of the sandbox under mocks`;
  row(
    what,
    '< 1.5 s',
    ...cellsOf(
      mediansOf(runs, ({ seconds }) => seconds),
      's',
    ),
  );
  row(
    'the same: time on a processor',
    '',
    ...cellsOf(
      mediansOf(runs, ({ cpu }) => cpu),
      's',
    ),
  );
}

const bare = (name: string): readonly string[] => ['--import', 'tsx', programFile(name)];

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
