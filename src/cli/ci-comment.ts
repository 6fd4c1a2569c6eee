import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commentMarker, composeComment } from '../deploy/pipeline/comment';
import { readIfThere } from '../estate/load/read-if-there';
import { describeBase, readDeployedBase } from '../deploy/pipeline/deployed-base';
import { destructionOf } from '../deploy/pipeline/destruction';
import { GitHub } from '../deploy/forges/github';
import { gitHubRun, pullRequestOf } from '../deploy/forges/github-run';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';
import { parseAsked, readCloudsAsked, readCloudsIfAsked } from './program/read-clouds';

export async function run(options: OptionsOf<typeof commands.ciComment>): Promise<number> {
  const asked = parseAsked(options.asked);
  const { name } = chooseEstate(options);
  const run = gitHubRun(process.env);
  const preview = options.preview ?? join('plan', name);
  const outcomes = asked === undefined ? readCloudsIfAsked(options, name) : readCloudsAsked(options, name, asked);
  const json = readIfThere(join(preview, 'preview.json'));
  const body = composeComment({
    estate: name,
    ...(options.deployed !== undefined && { comparedWith: describeBase(readDeployedBase(options.deployed)) }),
    preview: readIfThere(join(preview, 'preview.md')),
    outcomes,
    destruction: json === undefined ? [] : destructionOf(json, outcomes),
    runUrl: run.url,
  });
  await appendSummary(body);
  if (options.summary) return EXIT.ok;
  const pullRequest = pullRequestOf(run);
  const written = await new GitHub(run).upsertComment(pullRequest, commentMarker(name), body);
  process.stdout.write(`comment of pull request ${pullRequest} ${written}\n`);
  return EXIT.ok;
}

/** The summary has it even where GitHub refuses the comment. */
async function appendSummary(body: string): Promise<void> {
  const file = process.env['GITHUB_STEP_SUMMARY'];
  if (file !== undefined && file !== '') await appendFile(file, body);
}
