import { reportDrift } from '../deploy/pipeline/drift-report';
import { GitHub } from '../deploy/forges/github';
import { gitHubRun } from '../deploy/forges/github-run';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand } from './program/cli';
import { readClouds } from './program/read-clouds';

const HELP = `npm run drift-report -- [options]

Opens the report of drift, an issue, or updates the one that is open; closes it when everything was looked at and nothing
was found. It runs in GitHub Actions, with 'issues: write'.

  --estate NAME      the estate (default: the only one)
  --clouds FOLDER    what npm run cloud-plan -- --mode drift wrote (default: plan/clouds)
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 no drift, 1 drift, or it could not be looked for; 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    clouds: { type: 'string', default: 'plan/clouds' },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const { name } = chooseEstate({ root: values.estates, name: values.estate });
  const run = gitHubRun(process.env);
  const outcomes = readClouds({ ...values, isDrift: true }, name);
  const reported = await reportDrift(new GitHub(run), { estate: name, outcomes, runUrl: run.url });
  const isClean = outcomes.every(({ state }) => state === 'unchanged');
  process.stdout.write(`${isClean ? 'no drift' : 'drift'}: ${reported}\n`);
  return isClean ? EXIT.ok : EXIT.failed;
}

void runCommand(main);
