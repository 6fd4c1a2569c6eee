import { mkdirSync, rmSync } from 'node:fs';
import type { EstateLocation } from '../deploy/steps/command';
import { cdkStacks, stackName, STACKS } from '../estate/plan/stacks';
import { planCdk } from '../deploy/pipeline/cdk-step';
import { examineBy } from '../deploy/pipeline/doctor-step';
import { logLines } from '../deploy/pipeline/log-lines';
import { type Outcome, outcomeFile } from '../deploy/pipeline/outcome';
import { isStack, type Step, stepsOf } from '../deploy/pipeline/steps';
import { planPulumi } from '../deploy/pipeline/pulumi-step';
import { checkSnapshot } from '../deploy/pipeline/snapshot-step';
import type * as commands from './commands/pipeline';
import { EXIT, UsageError, writeAtomically } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';
import { withFailedCreation } from './program/stack-recovery';
import { withStackSetDrift } from './program/stack-set-drift';

export async function run(options: OptionsOf<typeof commands.cloudPlan>): Promise<number> {
  const { step } = options;
  const isDrift = options.mode === 'drift';
  if (!isStack(step) && !isDrift) throw new UsageError(`--step ${step} needs --mode drift: it only looks for drift`);
  const { name, plan } = readEstate(options);
  if (!stepsOf(plan.estate, isDrift).includes(step)) {
    process.stdout.write(`the estate ${name} has no ${step}: there is nothing to ask\n`);
    return EXIT.ok;
  }
  const file = outcomeFile(options.out, step);
  mkdirSync(options.out, { recursive: true });
  // Where the engine can't even be started, no outcome of another run is taken for this one's.
  rmSync(file, { force: true });
  const location = { estate: name, estates: options.estates };
  const asked = ask(step, { location, folder: options.out, isDrift });
  const outcome = isDrift ? await withStackSetDrift(asked, plan) : await withFailedCreation(asked, cdkStacks(plan));
  await writeAtomically(file, `${JSON.stringify(outcome, undefined, 1)}\n`);
  process.stdout.write(`${outcome.command}\n${logLines(outcome.text)}${name}-${step}: ${outcome.state}\n`);
  return outcome.state === 'failed' ? EXIT.failed : EXIT.ok;
}

interface Question {
  readonly location: EstateLocation;
  readonly folder: string;
  readonly isDrift: boolean;
}

function ask(step: Step, { location, folder, isDrift }: Question): Outcome {
  if (step === 'snapshot') return checkSnapshot(location);
  if (!isStack(step)) return examineBy(step, location);
  const plan = STACKS[step].engine === 'pulumi' ? planPulumi : planCdk;
  return plan({ step, stack: stackName(location.estate, step), folder, isDrift });
}
