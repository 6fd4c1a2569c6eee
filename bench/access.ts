import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EstateSize } from '../test/support/large-estate';
import { largeEstate } from '../test/support/large-estate';
import type { Comparison, Program } from './measure';
import { compare } from './measure';

/** Pairs of runs a figure; the median is shown. */
const PAIRS = 5;

const SIZES: readonly (EstateSize & { readonly assignments: number })[] = [100, 1_000, 10_000].map((assignments) => ({
  assignments,
  accounts: assignments / 10,
  groups: 5,
  setsOfGroup: 2,
}));

/** Measures expansion, synthesis and preview of access; each figure is a ratio of two programs that ran in turn. */
export async function benchAccess(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'entra-aws-identity-bench-'));
  try {
    console.log(`Medians of ${PAIRS} pairs of whole processes\n`);
    console.log('| What | Against | Ours | Reference | Time | Memory |');
    console.log('| --- | --- | --- | --- | --- | --- |');
    for (const size of SIZES) await benchSynthesis(workspace, size);
    await benchExpansion();
    await benchPreview(workspace, { name: 'sandbox', estates: 'estates' });
    await benchPreview(workspace, { name: 'large', estates: estatesOf(workspace, 10_000) });
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

async function benchSynthesis(workspace: string, size: EstateSize & { readonly assignments: number }): Promise<void> {
  const estates = estatesOf(workspace, size.assignments);
  const folder = join(estates, 'large');
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(largeEstate(size))) writeFileSync(join(folder, file), text);
  const out = (name: string): string => join(workspace, `out-${name}-${size.assignments}`);
  const program = (name: string): Program => ({
    name,
    file: join(__dirname, 'programs', `synth-${name}.ts`),
    args: [estates, out(name)],
  });
  const result = await compare(program('ours'), program('bare'), PAIRS);
  requireSameTemplates(out('ours'), out('bare'));
  report(`synthesis of ${size.assignments} assignments`, 'bare Cfn constructs, same templates', result);
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
  const program = (name: string): Program => ({
    name,
    file: join(__dirname, 'programs', `expand-${name}.ts`),
    args: [],
  });
  const result = await compare(program('ours'), program('bare'), PAIRS);
  report('expansion to a million assignments', 'plain loops without selectors or provenance', result);
}

async function benchPreview(
  workspace: string,
  estate: { readonly name: string; readonly estates: string },
): Promise<void> {
  const out = join(workspace, 'plan');
  const preview: Program = {
    name: 'preview',
    file: join(__dirname, '..', 'src/cli/entra-aws.cjs'),
    args: ['preview', '--no-cache', '--estates', estate.estates, '--estate', estate.name, '--out', out],
  };
  const synthesis: Program = {
    name: 'synthesis',
    file: join(__dirname, 'programs', 'synth-ours.ts'),
    args: [estate.estates, join(workspace, 'out-preview'), estate.name],
  };
  const result = await compare(preview, synthesis, PAIRS);
  const kilobytes = Math.round(statSync(join(out, 'index.html')).size / 1000);
  report(`preview of ${estate.name} (index.html ${kilobytes} kB)`, 'synthesis alone', result);
}

function estatesOf(workspace: string, assignments: number): string {
  return join(workspace, `estates-${assignments}`);
}

function report(what: string, against: string, { ours, reference, timeRatio, memoryRatio }: Comparison): void {
  const run = ({ seconds, mebibytes }: Comparison['ours']): string =>
    `${seconds.toFixed(2)} s, ${mebibytes.toFixed(0)} MiB`;
  const ratios = `${timeRatio.toFixed(2)}x | ${memoryRatio.toFixed(2)}x`;
  console.log(`| ${what} | ${against} | ${run(ours)} | ${run(reference)} | ${ratios} |`);
}
