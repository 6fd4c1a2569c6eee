import { existsSync } from 'node:fs';
import { countDifferences, countDrifted, countUnchecked } from '../steps/engine-output';
import { type PipelineKind, STACKS } from '../../estate/plan/stacks/stacks';
import { withoutSecrets } from '../../text/secrets';
import { ASSEMBLY } from './steps';
import type { Outcome } from './outcome';
import type { StepOptions } from './pulumi-step';
import type { EngineRun } from './run-engine';
import { runEngine } from './run-engine';

/**
 * Of access, what is destroyed follows from the offline preview: to the CDK each assignment that goes is a destruction, and
 * those are what the comment begins with.
 */
const isJudgedOffline = (step: PipelineKind): boolean => STACKS[step].section === 'access';

/** Asks the CDK what it would change in CloudFormation; or, with `isDrift`, what somebody changed behind its back. */
export function planCdk(options: StepOptions): Outcome {
  return options.isDrift ? lookForDrift(options) : compare(options);
}

function compare({ step, stack }: StepOptions): Outcome {
  // By templates: a change set would need the role that deploys.
  const diff = [
    'cdk',
    'diff',
    stack,
    '--exclusively',
    '--app',
    ASSEMBLY,
    '--method',
    'template',
    '--no-color',
  ] as const;
  const run = runEngine({ words: [...diff, '--fail-on', 'never'] });
  const differences = countDifferences(run);
  if (run.code !== 0 || differences === undefined) return outcomeOf(step, run, 'failed');
  const outcome = outcomeOf(step, run, differences > 0 ? 'changed' : 'unchanged');
  if (differences === 0 || isJudgedOffline(step)) return outcome;
  const { code } = runEngine({ words: [...diff, '--fail-on', 'destructive'] });
  const what = `${stack} replaces, deletes or leaves behind resources: see what the CDK says of it`;
  return code === 0 ? outcome : { ...outcome, destroyed: [what] };
}

function lookForDrift({ step, stack }: StepOptions): Outcome {
  const run = runEngine({ words: ['cdk', 'drift', stack, '--app', ASSEMBLY, '--fail', '--no-color'] });
  const drifted = countDrifted(stack, run);
  if (drifted === undefined || (run.code !== 0 && drifted === 0)) return outcomeOf(step, run, 'failed');
  return { ...outcomeOf(step, run, drifted > 0 ? 'changed' : 'unchanged'), unchecked: countUnchecked(run) };
}

function outcomeOf(step: PipelineKind, run: EngineRun, state: Outcome['state']): Outcome {
  const said = `${run.stdout}\n${run.stderr}`.trim();
  // Differences are approved, and compared with later: nothing of them may be hidden.
  if (state !== 'failed') return { step, command: run.command, state, destroyed: [], text: said };
  // The CDK takes a name without a folder for a command line, and says that the command was not found.
  const text = existsSync(ASSEMBLY) ? withoutSecrets(said) : WITHOUT_ASSEMBLY;
  return { step, command: run.command, state, destroyed: [], text };
}

const WITHOUT_ASSEMBLY = `There is no folder ${ASSEMBLY}: cdk synth failed, or was not run. Its output says why.`;
