import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWING_LABEL, destructionOf, headlineOf, massChangesOf } from '../deploy/pipeline/destruction';
import { npmRun, shellLine } from '../deploy/steps/command';
import { forgeRun } from '../deploy/forges/forge-run';
import { logLines } from '../deploy/pipeline/log-lines';
import { MASS_CHANGE_LABEL } from '../estate/sections/pipeline/change-limits';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';
import { readCloudsIfAsked } from './program/read-clouds';

export async function run(options: OptionsOf<typeof commands.gate>): Promise<number> {
  const { name } = chooseEstate(options);
  const file = join(options.preview ?? join('plan', name), 'preview.json');
  if (!existsSync(file))
    throw new Error(
      `${file} does not exist: run ${shellLine(npmRun('preview', { estate: name, estates: options.estates }))} --base REVISION first`,
    );
  const preview = readFileSync(file, 'utf8');
  const destruction = destructionOf(preview, readCloudsIfAsked(options, name));
  const headline = headlineOf(preview);
  if (headline !== undefined) process.stdout.write(`${headline}\n`);
  const needed: readonly Needed[] = [
    {
      label: MASS_CHANGE_LABEL,
      title: 'this changes more access than the limits allow',
      reasons: massChangesOf(preview),
    },
    { label: ALLOWING_LABEL, title: 'this destroys', reasons: destruction },
  ].filter(({ reasons }) => reasons.length > 0);
  for (const { title, reasons } of needed) process.stdout.write(`${title}:\n${logLines(reasons.join('\n'))}`);
  if (destruction.length === 0) process.stdout.write('nothing is destroyed\n');
  return needed.length === 0 ? EXIT.ok : reportLabels(needed);
}

/** A change that passes only with a label. */
interface Needed {
  readonly label: string;
  readonly title: string;
  readonly reasons: readonly string[];
}

async function reportLabels(needed: readonly Needed[]): Promise<number> {
  const forge = forgeRun(process.env);
  const labels = await forge.labelsOf(forge.pullRequest());
  for (const { label } of needed)
    process.stdout.write(
      labels.includes(label) ? `the label ${label} allows it\n` : `add the label ${label} to allow it\n`,
    );
  return needed.every(({ label }) => labels.includes(label)) ? EXIT.ok : EXIT.failed;
}
