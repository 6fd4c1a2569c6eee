import { type EstateLocation, entraAws } from '../steps/command';
import { isSnapshotStale } from '../steps/engine-output';
import type { Outcome } from './outcome';
import { runEngine } from './run-engine';

/** Asks whether `organization.json` gives the access that it would give as AWS has it now. */
export function checkSnapshot(location: EstateLocation): Outcome {
  const run = runEngine(entraAws('snapshot', location, '--check --access-only'));
  const state = run.code === 0 ? 'unchanged' : isSnapshotStale(run) ? 'changed' : 'failed';
  return { step: 'snapshot', command: run.command, state, destroyed: [], text: `${run.stdout}\n${run.stderr}`.trim() };
}
