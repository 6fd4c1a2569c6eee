import { existsSync } from 'node:fs';
import { readCommand, runCommandHere } from '../deploy/steps/child-processes';
import { renderPlan } from '../deploy/steps/render-steps';
import type { Terminal } from '../deploy/steps/run-steps';
import { runSteps, showStatus } from '../deploy/steps/run-steps';
import type { Step } from '../deploy/steps/step';
import { deploymentSteps } from '../deploy/steps/steps';
import { diskFolder } from '../estate/load/estate-folder';
import type { EstatePlan } from '../estate/plan/estate-plan';
import { allFindings, planEstate } from '../estate/plan/estate-plan';
import { formatFinding } from '../estate/source/finding';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand, UsageError } from './program/cli';

const HELP = `npm run deploy -- --estate NAME [options]

Deploys an estate in its order: Azure, the two Pulumi programs, IAM Identity Center, the hosting. It looks at each step
first, by commands that only read, and runs the plain commands of those that are not done. What only a person can do is
told, with how it is seen that it is done; what does not depend on it goes on. Run it again, and it goes on with what is
left. Needs az, pulumi, aws and git on the PATH, with their logins.

  --estate NAME           the estate (default: the only one)
  --status                look at each step, and change nothing
  --dry-run               print every step and command, and run none
  --yes                   let pulumi up and cdk deploy go on without asking
  --access-profile NAME   AWS profile of the account that deploys IAM Identity Center (default: the environment's)
  --hosting-profile NAME  AWS profile of the account of the hosting (default: the environment's)
  --help                  show this

Exit codes: 0 everything is done (or printed), 1 a step failed or is left, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    status: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    'access-profile': { type: 'string' },
    'hosting-profile': { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  if (values.status && values['dry-run']) throw new UsageError('Give --status or --dry-run, not both');
  const { name } = chooseEstate({ root: DEFAULT_ESTATES_FOLDER, name: values.estate });
  const steps = deploymentSteps(readPlan(name), {
    accessProfile: values['access-profile'],
    hostingProfile: values['hosting-profile'],
    yes: values.yes,
    hasFile: existsSync,
  });
  if (values['dry-run']) {
    process.stdout.write(renderPlan(steps));
    return EXIT.ok;
  }
  return deploy(steps, values.status);
}

function readPlan(name: string): EstatePlan {
  const plan = planEstate(diskFolder(DEFAULT_ESTATES_FOLDER, name));
  const errors = allFindings(plan)
    .filter(({ severity }) => severity === 'error')
    .map(formatFinding);
  if (errors.length === 0) return plan;
  throw new Error(`Errors of the estate prevent a deployment:\n${errors.join('\n')}`);
}

async function deploy(steps: readonly Step[], isStatus: boolean): Promise<number> {
  const terminal: Terminal = {
    read: readCommand,
    run: runCommandHere,
    say: (text) => void process.stdout.write(`${text}\n`),
  };
  const states = await (isStatus ? showStatus : runSteps)(steps, terminal);
  const left = steps.filter(({ id }) => states.get(id) !== 'done').map(({ id }) => id);
  terminal.say(left.length === 0 ? '\nEverything is deployed.' : `\nLeft: ${left.join(', ')}`);
  return left.length === 0 ? EXIT.ok : EXIT.failed;
}

void runCommand(main);
