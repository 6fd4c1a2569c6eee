import { isClean, reportDrift } from '../deploy/pipeline/drift-report';
import { forgeRun } from '../deploy/forges/forge-run';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';
import { readClouds } from './program/read-clouds';

export async function run(options: OptionsOf<typeof commands.driftReport>): Promise<number> {
  const { name } = chooseEstate(options);
  const forge = forgeRun(process.env);
  const outcomes = readClouds({ ...options, isDrift: true }, name);
  const reported = await reportDrift(forge, { estate: name, outcomes });
  const looks = outcomes.filter(({ state }) => state !== 'not-asked');
  const found = looks.length === 0 ? 'nothing was looked at' : isClean(outcomes) ? 'no drift' : 'drift';
  process.stdout.write(`${found}: ${reported}\n`);
  return isClean(outcomes) ? EXIT.ok : EXIT.failed;
}
