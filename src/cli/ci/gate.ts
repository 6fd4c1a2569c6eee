import { join } from 'node:path';
import { forgeRun } from '../../deploy/forges/forge-run';
import { runnerOf } from '../../deploy/forges/registry';
import { judge, type Needed } from '../../deploy/pipeline/gate';
import { logLines } from '../../deploy/pipeline/log-lines';
import { entraAws, shellLine } from '../../deploy/steps/command';
import { readIfThere } from '../../estate/load/estate-folder';
import type * as commands from './options';
import { EXIT } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { chooseEstate } from '../program/chosen-estate';
import { parseAsked, readClouds } from '../program/read-clouds';

type Options = OptionsOf<typeof commands.gate>;

export async function run(options: Options): Promise<number> {
  const given = parseAsked(options.asked);
  const { name } = chooseEstate(options);
  const preview = readPreview(options, name);
  const { outcomes } = readClouds(options, name, given);
  const { headline, faults, needed, destroysNothing } = judge(preview, outcomes);
  if (headline !== undefined) process.stdout.write(`${headline}\n`);
  for (const { title, reasons } of [...faults, ...needed]) {
    process.stdout.write(`${title}:\n${logLines(reasons.join('\n'))}`);
  }
  if (destroysNothing) process.stdout.write('nothing is destroyed\n');
  const areLabelled = needed.length === 0 || (await reportLabels(needed));
  return faults.length === 0 && areLabelled ? EXIT.ok : EXIT.failed;
}

/** @throws Error that says where it was to be made */
function readPreview({ preview, estates }: Options, estate: string): string {
  const file = join(preview ?? join('plan', estate), 'preview.json');
  const text = readIfThere(file);
  if (text !== undefined) return text;
  const command = shellLine(entraAws('preview', { estate, estates }));
  throw new Error(
    `There is no ${file}, so what this changes is unknown, and it may not be merged. In a pipeline the job of the preview failed before it wrote the file: its log says why. Elsewhere run ${command} --base REVISION first.`,
  );
}

/** Tells whether the pull request has each label. */
async function reportLabels(needed: readonly Needed[]): Promise<boolean> {
  const forge = forgeRun(process.env);
  const labels = await forge.labelsOf(forge.pullRequest());
  for (const { label } of needed)
    process.stdout.write(
      labels.includes(label)
        ? `the label ${label} allows it\n`
        : `add the label ${label} to allow it; ${runnerOf(forge.name).words.afterLabel}\n`,
    );
  return needed.every(({ label }) => labels.includes(label));
}
