import { type EstateLocation, npmRun } from '../steps/command';
import { countFailures } from '../steps/engine-output';
import type { Outcome } from './outcome';
import { runEngine } from './run-engine';

/**
 * Asks the doctor whether IAM Identity Center has what the estate declares: CloudFormation does not look for drift in nested
 * stacks, which assignments are in, and knows neither what others made nor what it failed to delete.
 */
export function examineAccess(location: EstateLocation): Outcome {
  const run = runEngine(npmRun('--silent doctor', location, '--only access --strict'));
  const hasFound = (countFailures(run) ?? 0) > 0;
  const state = run.code === 0 ? 'unchanged' : hasFound ? 'changed' : 'failed';
  const text = `${run.stdout}\n${run.stderr}`.trim();
  return { step: 'assignments', command: run.command, state, destroyed: [], text };
}
