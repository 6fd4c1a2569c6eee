import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Size } from './estate-folder';
import { SIZES, writeEstate } from './estate-folder';
import type { Pair, Program, Run } from './measure';
import {
  ENTRA_AWS,
  inTurnWarm,
  inWorkspace,
  measure,
  median,
  mediansOf,
  programFile,
  row,
  tableHead,
  times,
} from './measure';

/** Pairs of runs a figure; the median is shown. */
const PAIRS = 5;

/** Measures expansion, synthesis and preview; each figure is a ratio of two programs that ran in turn. */
export async function benchAccess(): Promise<void> {
  await inWorkspace(async (workspace) => {
    console.log(`Medians of ${PAIRS} pairs of whole processes\n`);
    tableHead('What', 'Against', 'Ours', 'Reference', 'Time', 'Memory');
    for (const size of SIZES) await benchSynthesis(workspace, size);
    await benchExpansion();
    await benchPreview(workspace, { name: 'sandbox', estates: 'src/package/project/example/estates' });
    await benchPreview(workspace, { name: 'large', estates: estatesOf(workspace, 10_000) });
  });
}

async function benchSynthesis(workspace: string, size: Size): Promise<void> {
  const estates = writeEstate(workspace, size);
  const out = (name: string): string => join(workspace, `out-${name}-${size.assignments}`);
  const program = (name: string): Program => ({ file: programFile(`synth-${name}`), args: [estates, out(name)] });
  const runs = await compare({ ours: program('ours'), reference: program('bare') });
  requireSameTemplates(out('ours'), out('bare'));
  report(`synthesis of ${size.assignments} assignments`, 'bare Cfn constructs, same templates', runs);
}

/** @throws Error unless both folders have the same templates, byte for byte: only then are the programs comparable. */
function requireSameTemplates(ours: string, bare: string): void {
  const templates = (folder: string): string =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => `${file}\n${readFileSync(join(folder, file), 'utf8')}`)
      .join('\n');
  if (templates(ours) !== templates(bare)) throw new Error(`the templates in ${ours} and ${bare} differ`);
}

async function benchExpansion(): Promise<void> {
  const program = (name: string): Program => ({ file: programFile(`expand-${name}`), args: [] });
  const runs = await compare({ ours: program('ours'), reference: program('bare') });
  report('expansion to a million assignments', 'plain loops without selectors or provenance', runs);
}

async function benchPreview(
  workspace: string,
  { name, estates }: { readonly name: string; readonly estates: string },
): Promise<void> {
  const out = join(workspace, 'plan');
  const preview = ['preview', '--no-cache', '--estates', estates, '--estate', name, '--out', out];
  const runs = await compare({
    ours: { file: ENTRA_AWS, args: preview },
    reference: { file: programFile('synth-ours'), args: [estates, join(workspace, 'out-preview'), name] },
  });
  const kilobytes = Math.round(statSync(join(out, 'index.html')).size / 1000);
  report(`preview of ${name} (index.html ${kilobytes} kB)`, 'synthesis alone', runs);
}

function compare({ ours, reference }: Pair<Program>): Promise<readonly Pair<Run>[]> {
  return inTurnWarm(PAIRS, { ours: () => measure(ours), reference: () => measure(reference) });
}

function estatesOf(workspace: string, assignments: number): string {
  return join(workspace, `estates-${assignments}`);
}

function report(what: string, against: string, runs: readonly Pair<Run>[]): void {
  const shown = (side: keyof Pair<Run>): string => {
    const of = (key: keyof Run): number => median(runs.map((pair) => pair[side][key]));
    return `${of('seconds').toFixed(2)} s (${of('cpu').toFixed(2)} s on a processor), ${of('mebibytes').toFixed(0)} MiB`;
  };
  const ratio = (key: keyof Run): string => times(mediansOf(runs, (run) => run[key]).ratio);
  row(what, against, shown('ours'), shown('reference'), ratio('seconds'), ratio('mebibytes'));
}
