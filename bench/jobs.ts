import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FORGES } from '../src/estate/sections/pipeline/forges/registry';
import { Team } from '../test/support/runners/team';
import { World } from '../test/support/runners/world';
import { median, parseUsage, row, type Run, tableHead, USAGE } from './measure';

const ROUNDS = 3;
const GRANT = '          - ou: /Sandbox\n';

/**
 * Measures `entra-aws ci` in each job of a pull request that changes a grant of the example, on the runner of each forge: the
 * jobs without their image, checkout, `npm ci` and artifacts. The pull request is from a fork, so that no job asks a cloud.
 */
export async function benchJobs(): Promise<void> {
  tableHead('What', 'Time', 'Processor time', 'Memory');
  for (const forge of FORGES) {
    const team = await Team.create({ forge, init: ['--customers', 'b2c'] });
    team.push(team.branch, 'Begin');
    const world = await World.around(team);
    try {
      const jobs = await measureJobs(world);
      for (const [job, runs] of jobs) {
        const of = (key: keyof Run): number => median(runs.map((run) => run[key]));
        const times = [of('seconds'), of('cpu')].map((time) => `${time.toFixed(1)} s`);
        row(`${forge}, ci ${job}`, ...times, `${of('mebibytes').toFixed(0)} MiB`);
      }
    } finally {
      await world.stop();
    }
  }
}

/** Runs by the job's id. @throws Error if a pipeline is red */
async function measureJobs(world: World): Promise<ReadonlyMap<string, readonly Run[]>> {
  const { team } = world;
  const folder = join(team.root, 'usage');
  const jobs = new Map<string, Run[]>();
  for (let round = 0; round < ROUNDS; round++) {
    const proposal = await team.propose('Take access from the operators', async () => {
      team.edit('estates/acme/estate.yaml', GRANT, `${GRANT}          - ou: /Security\n`);
      await team.entraAws('preview');
    });
    noteUsage(team, folder);
    await world.runGreen({ ...proposal, isFork: true });
    for (const file of readdirSync(folder)) {
      const [job = '', usage = ''] = readFileSync(join(folder, file), 'utf8').split('\n');
      jobs.set(job, [...(jobs.get(job) ?? []), parseUsage(usage)]);
    }
  }
  return jobs;
}

/** Lets each job note in a file what it took. The machine leaves out the validator at some forges, which no job does. */
function noteUsage(team: Team, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  team.addProgram('node', [
    'export NODE_OPTIONS=',
    `[ "$2" = ci ] || exec '${process.execPath}' "$@"`,
    `echo "$3" > '${folder}'/$$`,
    `exec python3 '${USAGE}' '' '${process.execPath}' "$@" 3>> '${folder}'/$$`,
  ]);
}
