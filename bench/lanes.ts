import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { criticalPath, hierarchiesOf } from '../test/support/critical-path';
import type { EstateSize } from '../test/support/large-estate';
import { largeEstate } from '../test/support/large-estate';
import type { Template } from '../test/support/templates';
import { inWorkspace, measure, programFile, row, tableHead } from './measure';

/** Lanes of a shard: a creation takes at least a tenth of the assignments one after the other. */
const LANES = 10;

const SIZES: readonly EstateSize[] = [
  { accounts: 10, groups: 5, setsOfGroup: 2 },
  { accounts: 100, groups: 5, setsOfGroup: 2 },
  { accounts: 1_000, groups: 5, setsOfGroup: 2 },
  { accounts: 300, groups: 5, setsOfGroup: 7 },
  // 300 permission sets: as many as a large organization has.
  { accounts: 67, groups: 1, setsOfGroup: 300 },
  { accounts: 2_000, groups: 5, setsOfGroup: 2 },
];

/** Computes from templates how many assignments a creation takes one after the other, and measures their synthesis. */
export async function benchLanes(): Promise<void> {
  await inWorkspace(async (workspace) => {
    tableHead(
      'Assignments',
      'Permission sets',
      'Accounts',
      'Shards',
      'Longest way',
      'Of a tenth',
      'Synthesis',
      'Templates',
    );
    for (const [index, size] of SIZES.entries()) await benchSize(join(workspace, String(index)), size);
  });
}

async function benchSize(folder: string, size: EstateSize): Promise<void> {
  const estate = join(folder, 'estates/large');
  mkdirSync(estate, { recursive: true });
  for (const [file, text] of Object.entries(largeEstate(size))) writeFileSync(join(estate, file), text);
  const out = join(folder, 'out');
  const run = await measure({ file: programFile('synth-ours'), args: [join(folder, 'estates'), out] });
  const files = readdirSync(out).filter((file) => file.endsWith('.template.json'));
  const templates = files.map((file) => [file, JSON.parse(readFileSync(join(out, file), 'utf8')) as Template] as const);
  const hierarchies = [...hierarchiesOf(new Map(templates)).values()];
  const [longest] = hierarchies.map(criticalPath).toSorted((a, b) => b - a);
  const assignments = size.accounts * size.groups * size.setsOfGroup;
  const largest = Math.max(...files.map((file) => statSync(join(out, file)).size));
  row(
    assignments.toLocaleString('en'),
    String(size.setsOfGroup),
    size.accounts.toLocaleString('en'),
    String(hierarchies.reduce((sum, { nested }) => sum + nested.size, 0)),
    (longest ?? 0).toLocaleString('en'),
    `${(((longest ?? 0) * LANES) / assignments).toFixed(2)}x`,
    `${run.seconds.toFixed(1)} s (${run.cpu.toFixed(1)} s on a processor), ${run.mebibytes.toFixed(0)} MiB`,
    `the largest ${Math.round(largest / 1000)} kB`,
  );
}
