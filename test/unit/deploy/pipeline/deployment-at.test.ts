import { findDeploymentAt } from '../../../../src/deploy/pipeline/last-deployment';
import type { Deployments } from '../../../../src/deploy/forges/forge';

const at = (day: number): number => Date.UTC(2026, 5, day);
/** Noon of a day of June. */
const noon = (day: number): Date => new Date(at(day) + 12 * 3_600_000);

interface Run {
  readonly commit: string;
  /** Days of its attempts, and whether each ended well. */
  readonly ends: readonly (readonly [day: number, isDone: boolean])[];
}

/** Runs as a forge lists them: the one that began last comes first. */
function forgeOf(runs: readonly Run[], looked: string[] = []): Deployments {
  const latest = ({ ends }: Run): number => Math.max(...ends.map(([day]) => at(day)));
  return {
    deployments: async function* () {
      for (const [index, run] of runs.entries()) {
        yield await Promise.resolve({
          commit: run.commit,
          url: `https://forge/${run.commit}`,
          endedBy: latest(run),
          restEndedBy: Math.max(...runs.slice(index).map(latest)),
          ends: () => {
            looked.push(run.commit);
            return Promise.resolve(run.ends.map(([day, isDone]) => ({ at: at(day), isDone })));
          },
          isOpen: () => Promise.resolve(false),
        });
      }
    },
  };
}

const RUNS: readonly Run[] = [
  { commit: 'd', ends: [[9, true]] },
  { commit: 'c', ends: [[7, false]] },
  { commit: 'b', ends: [[5, true]] },
  { commit: 'a', ends: [[3, true]] },
];

test.each([
  ['the last one that had ended by then', 6, 'b'],
  ['not one that failed', 8, 'b'],
  ['not one that ended later', 4, 'a'],
  ['the one of the same day', 9, 'd'],
  ['none before the first', 2, undefined],
])('what was deployed at a moment is %s', async (_what, day, commit) => {
  const found = await findDeploymentAt(forgeOf(RUNS), 'Deploy acme', noon(day));
  expect(found).toEqual(commit === undefined ? undefined : { commit, url: `https://forge/${commit}` });
});

test('an older run that was run again counts by the end of that attempt, and each of its attempts counts', async () => {
  const again = RUNS.map((run): Run =>
    run.commit === 'a'
      ? {
          ...run,
          ends: [
            [3, true],
            [8, true],
          ],
        }
      : run,
  );
  expect(await findDeploymentAt(forgeOf(again), 'Deploy acme', noon(8))).toMatchObject({ commit: 'a' });
  expect(await findDeploymentAt(forgeOf(again), 'Deploy acme', noon(6))).toMatchObject({ commit: 'b' });
  expect(await findDeploymentAt(forgeOf(again), 'Deploy acme', noon(4))).toMatchObject({ commit: 'a' });
});

test('no run is looked at that ended before what is known', async () => {
  const looked: string[] = [];
  await findDeploymentAt(forgeOf(RUNS, looked), 'Deploy acme', noon(10));
  expect(looked).toEqual(['d']);
});
