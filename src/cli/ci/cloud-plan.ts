import { mkdirSync, rmSync } from 'node:fs';
import { type EstateLocation, isElsewhere } from '../../deploy/steps/command';
import type { EstatePlan } from '../../estate/plan/planner';
import { cdkStacks, nameAtEngine, STACKS } from '../../estate/plan/stacks/stacks';
import { checkSnapshot, examineBy, planCdk, planPulumi } from '../../deploy/pipeline/engine-steps';
import { logLines } from '../../deploy/pipeline/log-lines';
import { named, readDeployedBase } from '../../deploy/pipeline/deployed-base';
import { type Outcome, outcomeFile } from '../../deploy/pipeline/outcome';
import { isStack, type Step, stepsOf } from '../../deploy/pipeline/steps';
import type * as commands from './options';
import { EXIT, printed, UsageError, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { waitingIn, writeDeployed } from '../program/deployed-estate';
import { readEstate } from '../program/estate';
import { withFailedCreation } from '../deploy/repair/stacks';
import { withStackSetDrift } from '../program/stack-set-drift';

type Options = OptionsOf<typeof commands.cloudPlan>;

export async function run(options: Options): Promise<number> {
  const { step } = options;
  const isDrift = options.mode === 'drift';
  requireMode(options);
  const { name, plan } = readEstate(options);
  if (!stepsOf(plan.estate, isDrift || step === 'snapshot').includes(step))
    return printed(`the estate ${name} has no ${step}: there is nothing to ask\n`);
  const file = outcomeFile(options.out, step);
  mkdirSync(options.out, { recursive: true });
  // Where the engine can't even be started, no outcome of another run is taken for this one's.
  rmSync(file, { force: true });
  const outcome = isDrift
    ? await lookAt(step, options, { name, plan })
    : await withFailedCreation(ask(step, { ...options, plan, isDrift }), cdkStacks(plan));
  await writeAtomically(file, `${JSON.stringify(outcome, undefined, 1)}\n`);
  const told = `${outcome.command}\n${logLines(outcome.text)}${name}-${step}: ${outcome.state}\n`;
  process.stdout.write(`${told}${outcome.state === 'changed' ? atWork(options) : ''}`);
  const bad: readonly Outcome['state'][] = options.quick ? ['failed', 'changed'] : ['failed'];
  return bad.includes(outcome.state) ? EXIT.failed : EXIT.ok;
}

/** The deployment that may have made what differs: the look of each hour has no report that names it. */
function atWork({ quick: isQuick, deployed }: Options): string {
  const last = isQuick && deployed !== undefined ? readDeployedBase(deployed).unfinished.at(-1) : undefined;
  return last === undefined ? '' : `${named(last)} began to be deployed, and has not ended well: it may be the cause\n`;
}

/** @throws UsageError where a step is not asked about in this way */
function requireMode({ step, mode, quick: isQuick }: Options): void {
  if (mode === 'drift' && (!isQuick || step === 'doctor-access')) return;
  if (isQuick) throw new UsageError('--quick needs --step doctor-access and --mode drift');
  // What is approved may rest on a snapshot that is stale.
  if (isStack(step) || step === 'snapshot') return;
  throw new UsageError(`--step ${step} needs --mode drift: it only looks for drift`);
}

/** Looks for drift of what is deployed: what was merged since and waits for its deployment is none. */
async function lookAt(step: Step, options: Options, { name, plan }: Chosen): Promise<Outcome> {
  const waiting = options.deployed === undefined ? undefined : waitingIn(options.estates, name, options.deployed);
  if (waiting === undefined) return withStackSetDrift(ask(step, { ...options, plan, isDrift: true }), plan);
  const estates = writeDeployed(options.out, name, waiting);
  const deployed = readEstate({ estates, estate: name }).plan;
  if (!stepsOf(deployed.estate, true).includes(step)) return notDeployed(step);
  return withStackSetDrift(ask(step, { ...options, estates, plan: deployed, isDrift: true }), deployed);
}

function notDeployed(step: Step): Outcome {
  const text = 'it was merged, and waits for its first deployment';
  return { step, command: 'none', state: 'not-asked', destroyed: [], text };
}

interface Chosen {
  readonly name: string;
  readonly plan: EstatePlan;
}

interface Question extends Pick<Options, 'estates' | 'out' | 'quick'> {
  readonly plan: EstatePlan;
  readonly isDrift: boolean;
}

function ask(step: Step, { plan: { estate }, estates, out: folder, isDrift, quick: isQuick }: Question): Outcome {
  const location: EstateLocation = { estate: estate.name, estates };
  if (step === 'snapshot') return checkSnapshot(location);
  if (!isStack(step)) return examineBy(step, location, { isQuick });
  const plan = STACKS[step].engine === 'pulumi' ? planPulumi : planCdk;
  const stack = nameAtEngine(estate, step);
  return plan({ step, stack, folder, isDrift, ...(isElsewhere(estates) && { estates }) });
}
