import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnerWorld, Started } from './run';

/** A folder for a run, and in it the commit that is run. */
export function checkOut(
  { team }: RunnerWorld,
  { run, commit }: Started,
): Readonly<Record<'place' | 'checkout', string>> {
  const place = join(team.root, `run-${run}`);
  const checkout = join(place, 'checkout');
  mkdirSync(place, { recursive: true });
  // A run that runs again has one already.
  rmSync(checkout, { recursive: true, force: true });
  team.git('clone', '--quiet', team.remote, checkout);
  team.git('-C', checkout, 'fetch', '--quiet', 'origin', commit);
  team.git('-C', checkout, 'checkout', '--quiet', '--detach', commit);
  return { place, checkout };
}
