import { join } from 'node:path';
import { commentMarker, composeComment } from '../deploy/pipeline/comment';
import { readPublishedImages } from '../deploy/pipeline/approved-images';
import { readIfThere } from '../estate/load/read-if-there';
import { describeBase, readDeployedBase } from '../deploy/pipeline/deployed-base';
import { destructionOf, massChangesOf } from '../deploy/pipeline/destruction';
import { forgeRun } from '../deploy/forges/forge-run';
import { runKindOf } from '../deploy/pipeline/forge-run';
import { DEPLOYS_NOTHING, type LeftOut, leftOutOf } from '../deploy/pipeline/left-out';
import { logLines } from '../deploy/pipeline/log-lines';
import { diskFolder } from '../estate/load/estate-folder';
import { planEstate } from '../estate/plan/estate-plan';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';
import { parseAsked, readCloudsAsked, readCloudsIfAsked, readEvent } from './program/read-clouds';

export async function run(options: OptionsOf<typeof commands.ciComment>): Promise<number> {
  const asked = parseAsked(options.asked);
  const { name } = chooseEstate(options);
  const forge = forgeRun(process.env);
  const leftOut = leftOutOf(planEstate(diskFolder(options.estates, name)), runKindOf(process.env, readEvent));
  const preview = options.preview ?? join('plan', name);
  const outcomes = asked === undefined ? readCloudsIfAsked(options, name) : readCloudsAsked(options, name, asked);
  const json = readIfThere(join(preview, 'preview.json'));
  const body = composeComment({
    estate: name,
    characters: forge.limits.comment,
    ...(options.deployed !== undefined && {
      comparedWith: describeBase(readDeployedBase(options.deployed), forge.words),
    }),
    preview: readIfThere(join(preview, 'preview.md')),
    outcomes,
    leftOut,
    images: readPublishedImages(options.clouds),
    destruction: json === undefined ? [] : destructionOf(json, outcomes),
    massChanges: json === undefined ? [] : massChangesOf(json),
    runUrl: forge.runUrl,
  });
  // The summary has it even where the forge refuses the comment.
  for (const line of await forge.summary(body)) process.stdout.write(`${line}\n`);
  if (options.summary) return options.deployed === undefined ? EXIT.ok : codeOf(leftOut);
  const pullRequest = forge.pullRequest();
  const written = await forge.upsertComment(pullRequest, { marker: commentMarker(name), body });
  process.stdout.write(`comment of ${forge.words.pullRequest} ${pullRequest} ${written}\n`);
  return EXIT.ok;
}

/** A run of the deployed branch that deploys nothing fails, however green its jobs are. */
function codeOf(leftOut: LeftOut | undefined): number {
  if (leftOut?.isEverything !== true) return EXIT.ok;
  process.stderr.write(logLines(`${DEPLOYS_NOTHING}: ${leftOut.reasons.join('; ')} (pipeline-deploys-nothing)`));
  return EXIT.failed;
}
