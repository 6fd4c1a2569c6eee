import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program, Run } from './measure';
import { measure, median } from './measure';

/** Runs of a figure, after one to warm up; the median is shown. */
const RUNS = 5;

/** Measures synthesis and preview of the sandbox with everything that it has, hosting too. */
export async function benchHosting(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'entra-aws-identity-bench-'));
  try {
    console.log(`Medians of ${RUNS} whole processes\n`);
    console.log('| What | Time | Processor time | Memory |');
    console.log('| --- | --- | --- | --- |');
    await report('synthesis of the whole sandbox', {
      name: 'synthesis',
      file: join(__dirname, 'programs', 'synth-ours.ts'),
      args: ['estates', join(workspace, 'out'), 'sandbox'],
    });
    await report('preview of the whole sandbox', {
      name: 'preview',
      file: join(__dirname, '..', 'src/cli/entra-aws.cjs'),
      args: ['preview', '--no-cache', '--estate', 'sandbox', '--out', join(workspace, 'plan')],
    });
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

async function report(what: string, program: Program): Promise<void> {
  await measure(program);
  const runs: Run[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measure(program));
  const medianOf = (key: keyof Run): number => median(runs.map((run) => run[key]));
  const [seconds, cpu] = [medianOf('seconds').toFixed(2), medianOf('cpu').toFixed(2)];
  console.log(`| ${what} | ${seconds} s | ${cpu} s | ${medianOf('mebibytes').toFixed(0)} MiB |`);
}
