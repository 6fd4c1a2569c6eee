import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWING_LABEL, destructionOf, headlineOf } from '../deploy/pipeline/destruction';
import { npmRun, shellLine } from '../deploy/steps/command';
import { forgeRun } from '../deploy/forges/forge-run';
import { logLines } from '../deploy/pipeline/log-lines';
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
  const outcomes = readCloudsIfAsked(options, name);
  const preview = readFileSync(file, 'utf8');
  const destruction = destructionOf(preview, outcomes);
  const headline = headlineOf(preview);
  if (headline !== undefined) process.stdout.write(`${headline}\n`);
  if (destruction.length === 0) {
    process.stdout.write('nothing is destroyed\n');
    return EXIT.ok;
  }
  process.stdout.write(`this destroys:\n${logLines(destruction.join('\n'))}`);
  const forge = forgeRun(process.env);
  const labels = await forge.labelsOf(forge.pullRequest());
  const isAllowed = labels.includes(ALLOWING_LABEL);
  process.stdout.write(
    isAllowed ? `the label ${ALLOWING_LABEL} allows it\n` : `add the label ${ALLOWING_LABEL} to allow it\n`,
  );
  return isAllowed ? EXIT.ok : EXIT.failed;
}
