import { reportDrift } from '../deploy/pipeline/drift-report';
import { GitHub } from '../deploy/forges/github';
import { gitHubRun } from '../deploy/forges/github-run';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';
import { readClouds } from './program/read-clouds';

export async function run(options: OptionsOf<typeof commands.driftReport>): Promise<number> {
  const { name } = chooseEstate(options);
  const run = gitHubRun(process.env);
  const outcomes = readClouds({ ...options, isDrift: true }, name);
  const reported = await reportDrift(new GitHub(run), { estate: name, outcomes, runUrl: run.url });
  const isClean = outcomes.every(({ state }) => state === 'unchanged');
  process.stdout.write(`${isClean ? 'no drift' : 'drift'}: ${reported}\n`);
  return isClean ? EXIT.ok : EXIT.failed;
}
