import { existsSync } from 'node:fs';
import { isClean, reportDrift } from '../../deploy/pipeline/comment';
import { forgeRun } from '../../deploy/forges/forge-run';
import type * as commands from './options';
import { EXIT } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { waitingIn } from '../program/deployed-estate';
import { chooseEstate } from '../program/chosen-estate';
import { readLooks } from '../program/read-clouds';

export async function run(options: OptionsOf<typeof commands.driftReport>): Promise<number> {
  const { name } = chooseEstate(options);
  const forge = forgeRun(process.env);
  const outcomes = readLooks(options, name);
  const { deployed } = options;
  // No look that could not find what was deployed last has left it.
  const waiting =
    deployed !== undefined && existsSync(deployed) ? waitingIn(options.estates, name, deployed) : undefined;
  const reported = await reportDrift(forge, { estate: name, outcomes, waiting: waiting?.base });
  const looks = outcomes.filter(({ state }) => state !== 'not-asked');
  const found = looks.length === 0 ? 'nothing was looked at' : isClean(outcomes) ? 'no drift' : 'drift';
  process.stdout.write(`${found}: ${reported}\n`);
  return isClean(outcomes) ? EXIT.ok : EXIT.failed;
}
