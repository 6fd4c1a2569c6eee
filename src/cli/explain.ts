import { diskFolder } from '../estate/load/estate-folder';
import { planEstate } from '../estate/plan/estate-plan';
import { explain, preventingErrors } from '../estate/plan/explain';
import { explanationText } from '../estate/plan/explanation-text';
import { formatFinding } from '../estate/source/finding';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand, UsageError } from './program/cli';

const HELP = `npm run explain -- --group NAME --account ID-OR-NAME [options]

Says what a group has in an account: which grant and which selector give it, at which line, and in which stack it lives.
Where there is nothing, it says the nearest reason why not. Nothing is called: it reads the estate's files alone.

  --group NAME           display name of the group
  --account ID-OR-NAME   id of the account, or its exact name
  --permission-set NAME  this permission set only (default: all)
  --estate NAME          the estate (default: the only one)
  --json                 print JSON
  --estates FOLDER       where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help                 show this

Exit codes: 0 explained, 1 errors of the estate prevent an answer, 2 called wrongly.
`;

function main(argv: readonly string[]): number {
  const values = parseCommandArgs(argv, {
    group: { type: 'string' },
    account: { type: 'string' },
    'permission-set': { type: 'string' },
    estate: { type: 'string' },
    json: { type: 'boolean', default: false },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const question = {
    group: required('--group NAME', values.group),
    account: required('--account ID-OR-NAME', values.account),
    permissionSet: values['permission-set'],
  };
  const plan = planEstate(diskFolder(values.estates, chooseEstate({ root: values.estates, name: values.estate }).name));
  const errors = preventingErrors(plan);
  if (errors.length > 0) {
    process.stderr.write(
      `Errors of the estate prevent an answer:\n${errors.map((error) => `${formatFinding(error)}\n`).join('')}`,
    );
    return EXIT.failed;
  }
  const explanation = explain(plan, question);
  process.stdout.write(values.json ? `${JSON.stringify(explanation, undefined, 2)}\n` : explanationText(explanation));
  return EXIT.ok;
}

function required(option: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`Missing option: ${option}`);
  return value;
}

void runCommand(async (argv) => Promise.resolve(main(argv)));
