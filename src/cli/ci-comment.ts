import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commentMarker, composeComment } from '../deploy/pipeline/comment';
import { readIfThere } from '../estate/load/read-if-there';
import { describeBase, readDeployedBase } from '../deploy/pipeline/deployed-base';
import { destructionOf } from '../deploy/pipeline/destruction';
import { GitHub } from '../deploy/forges/github';
import { gitHubRun, pullRequestOf } from '../deploy/forges/github-run';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand } from './program/cli';
import { parseAsked, readCloudsAsked, readCloudsIfAsked } from './program/read-clouds';

const HELP = `npm run ci-comment -- [options]

Writes the one comment of a pull request, or replaces its text: who gains and who loses access, what is destroyed, and what
the engines say of what is deployed. It runs in GitHub Actions, with 'pull-requests: write'.

  --estate NAME      the estate (default: the only one)
  --preview FOLDER   what npm run preview wrote (default: plan/NAME)
  --clouds FOLDER    what npm run cloud-plan wrote; need not be there (default: plan/clouds)
  --asked ENGINES    the engines that were asked: none, cdk, or pulumi,cdk; of the others the comment says what they wait for
                     (default: both if the folder of --clouds is there, else none)
  --deployed FILE    what npm run deployed-commit wrote: the text begins with what the preview compares with
  --summary          write into the summary of the run instead: a pull request from a fork may not comment
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 written, 1 GitHub refused, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    preview: { type: 'string' },
    clouds: { type: 'string', default: 'plan/clouds' },
    asked: { type: 'string' },
    deployed: { type: 'string' },
    summary: { type: 'boolean', default: false },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const asked = parseAsked(values.asked);
  const { name } = chooseEstate({ root: values.estates, name: values.estate });
  const run = gitHubRun(process.env);
  const preview = values.preview ?? join('plan', name);
  const outcomes = asked === undefined ? readCloudsIfAsked(values, name) : readCloudsAsked(values, name, asked);
  const json = readIfThere(join(preview, 'preview.json'));
  const body = composeComment({
    estate: name,
    ...(values.deployed !== undefined && { comparedWith: describeBase(readDeployedBase(values.deployed)) }),
    preview: readIfThere(join(preview, 'preview.md')),
    outcomes,
    destruction: json === undefined ? [] : destructionOf(json, outcomes),
    runUrl: run.url,
  });
  await appendSummary(body);
  if (values.summary) return EXIT.ok;
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

void runCommand(main);
