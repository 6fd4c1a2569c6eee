import { mkdirSync, rmSync } from 'node:fs';
import { diskFolder } from '../estate/load/estate-folder';
import { planEstate } from '../estate/plan/estate-plan';
import { stackName, STACKS } from '../estate/plan/stacks';
import { hasErrors } from '../estate/source/finding';
import { quotedList } from '../estate/source/suggest';
import { examineAccess } from '../deploy/pipeline/assignments-step';
import { planCdk } from '../deploy/pipeline/cdk-step';
import { logLines } from '../deploy/pipeline/log-lines';
import type { Outcome, Step } from '../deploy/pipeline/outcome';
import { isStack, outcomeFile, STEPS, stepsOf } from '../deploy/pipeline/outcome';
import { planPulumi } from '../deploy/pipeline/pulumi-step';
import { checkSnapshot } from '../deploy/pipeline/snapshot-step';
import {
  chooseEstate,
  DEFAULT_ESTATES_FOLDER,
  EXIT,
  parseCommandArgs,
  runCommand,
  UsageError,
  writeAtomically,
} from './program/cli';

const DEFAULT_OUT = 'plan/clouds';

const HELP = `npm run cloud-plan -- --step STEP [options]

Asks an engine what it would change in what is deployed, and writes down what it says: for the comment of a pull request,
for a deployment, and for the report of drift. It runs pulumi preview (which saves its plan), or cdk diff, and prints their
output. Needs a login to the cloud of the step; the stacks of the CDK are those of npm run synth, in cdk.out.

  --step STEP        ${STEPS.join(', ')}
  --mode MODE        plan: what a deployment would change (default); drift: what somebody changed behind the engine's
                     back, by pulumi preview --refresh --expect-no-changes, cdk drift, npm run snapshot -- --check
                     (the step snapshot) and npm run doctor -- --only access (the step assignments); these two steps
                     have only this mode
  --estate NAME      the estate (default: the only one)
  --out FOLDER       where it is written: STEP.outcome.json, and STEP.plan.json of Pulumi (default: ${DEFAULT_OUT})
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 asked, whatever the answer; 1 the engine failed, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    step: { type: 'string' },
    mode: { type: 'string', default: 'plan' },
    estate: { type: 'string' },
    out: { type: 'string', default: DEFAULT_OUT },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const isDrift = parseMode(values.mode) === 'drift';
  const step = parseStep(values.step, isDrift);
  const { name } = chooseEstate({ root: values.estates, name: values.estate });
  const { estate, findings } = planEstate(diskFolder(values.estates, name));
  if (hasErrors(findings)) throw new Error(`The estate ${name} has errors: npm run preview -- --estate ${name}`);
  if (!stepsOf(estate, isDrift).includes(step)) {
    process.stdout.write(`the estate ${name} has no ${step}: there is nothing to ask\n`);
    return EXIT.ok;
  }
  const file = outcomeFile(values.out, step);
  mkdirSync(values.out, { recursive: true });
  // Where the engine can't even be started, no outcome of another run is taken for this one's.
  rmSync(file, { force: true });
  const outcome = ask(name, step, { folder: values.out, isDrift });
  await writeAtomically(file, `${JSON.stringify(outcome, undefined, 1)}\n`);
  process.stdout.write(`${outcome.command}\n${logLines(outcome.text)}${name}-${step}: ${outcome.state}\n`);
  return outcome.state === 'failed' ? EXIT.failed : EXIT.ok;
}

function parseMode(given: string): 'plan' | 'drift' {
  if (given === 'plan' || given === 'drift') return given;
  throw new UsageError(`--mode must be plan or drift, not '${given}'`);
}

function parseStep(given: string | undefined, isDrift: boolean): Step {
  const step = STEPS.find((known) => known === given);
  if (step === undefined) throw new UsageError(`--step must be one of ${quotedList(STEPS)}, not '${given ?? ''}'`);
  if (!isStack(step) && !isDrift) throw new UsageError(`--step ${step} looks for drift alone: add '--mode drift'`);
  return step;
}

function ask(
  estate: string,
  step: Step,
  { folder, isDrift }: { readonly folder: string; readonly isDrift: boolean },
): Outcome {
  if (step === 'snapshot') return checkSnapshot(estate);
  if (step === 'assignments') return examineAccess(estate);
  const plan = STACKS[step].engine === 'pulumi' ? planPulumi : planCdk;
  return plan({ step, stack: stackName(estate, step), folder, isDrift });
}

void runCommand(main);
