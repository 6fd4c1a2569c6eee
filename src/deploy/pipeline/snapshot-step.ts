import { type EstateLocation, npmRun } from '../steps/command';
import { isSnapshotStale } from '../steps/engine-output';
import type { Outcome } from './outcome';
import { runEngine } from './run-engine';

/** Asks whether `organization.json` is still what AWS says. */
export function checkSnapshot(location: EstateLocation): Outcome {
  const run = runEngine(npmRun('--silent snapshot', location, '--check'));
  const state = run.code === 0 ? 'unchanged' : isSnapshotStale(run) ? 'changed' : 'failed';
  return { step: 'snapshot', command: run.command, state, destroyed: [], text: `${run.stdout}\n${run.stderr}`.trim() };
}
