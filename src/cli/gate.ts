import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWING_LABEL, destructionOf, headlineOf } from '../deploy/pipeline/destruction';
import { GitHub } from '../deploy/forges/github';
import { gitHubRun, pullRequestOf } from '../deploy/forges/github-run';
import { logLines } from '../deploy/pipeline/log-lines';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand } from './program/cli';
import { readCloudsIfAsked } from './program/read-clouds';

const HELP = `npm run gate -- [options]

Fails where a pull request destroys or replaces something and lacks the label ${ALLOWING_LABEL}. It also says how many
assignments are gained and lost, which a reviewer approves. It runs in GitHub Actions, with 'pull-requests: read'.

  --estate NAME      the estate (default: the only one)
  --preview FOLDER   what npm run preview wrote with --base (default: plan/NAME)
  --clouds FOLDER    what npm run cloud-plan wrote; need not be there (default: plan/clouds)
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 may be merged, 1 destroys something or nobody knows, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    preview: { type: 'string' },
    clouds: { type: 'string', default: 'plan/clouds' },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const { name } = chooseEstate({ root: values.estates, name: values.estate });
  const file = join(values.preview ?? join('plan', name), 'preview.json');
  if (!existsSync(file))
    throw new Error(`${file}: is not there: npm run preview -- --estate ${name} --base REVISION first`);
  const outcomes = readCloudsIfAsked(values, name);
  const preview = readFileSync(file, 'utf8');
  const destruction = destructionOf(preview, outcomes);
  const headline = headlineOf(preview);
  if (headline !== undefined) process.stdout.write(`${headline}\n`);
  if (destruction.length === 0) {
    process.stdout.write('nothing is destroyed\n');
    return EXIT.ok;
  }
  process.stdout.write(`this destroys:\n${logLines(destruction.join('\n'))}`);
  const run = gitHubRun(process.env);
  const labels = await new GitHub(run).labelsOf(pullRequestOf(run));
  const isAllowed = labels.includes(ALLOWING_LABEL);
  process.stdout.write(
    isAllowed ? `the label ${ALLOWING_LABEL} allows it\n` : `it takes the label ${ALLOWING_LABEL}\n`,
  );
  return isAllowed ? EXIT.ok : EXIT.failed;
}

void runCommand(main);
