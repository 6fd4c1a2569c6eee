import { join } from 'node:path';
import type { WideSets } from '../test/support/large-organization';
import { seedLargeOrganization } from '../test/support/large-organization';
import { type Moto, startMoto } from '../test/support/moto';
import type { Run } from './measure';
import { ENTRA_AWS, inWorkspace, measure, row, tableHead } from './measure';
import { startThrottled } from './throttled';

const RUNS = 3;
/** As `npx --no entra-aws doctor` has them: what thousands of answers leave behind is collected early. */
const DOCTOR_FLAGS = ['--max-semi-space-size=4'];
const IDENTITY_CENTER = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
  identityStoreId: 'd-1234567890',
};

/** Measures `npx --no entra-aws import` of the largest realistic organization, against moto. */
export async function benchImport(): Promise<void> {
  head();
  for (const wideSets of ['shared', 'own'] as const) {
    await inOrganization(wideSets, async ({ workspace, command, counted }) => {
      for (let run = 1; run <= RUNS; run++) {
        const args = ['--estate', `large${run}`, '--estates', workspace, '--out', join(workspace, `out${run}`)];
        await counted(`${wideSets} sets, run ${run}`, () => command(['import', ...args]));
      }
    });
  }
}

/**
 * Measures `npx --no entra-aws doctor` of the same organization. The estate is the one that `npx --no entra-aws import` writes of it, so that
 * nothing may be found: the command fails otherwise, and the measurement with it.
 */
export async function benchDoctor(): Promise<void> {
  head();
  await inOrganization('own', async ({ workspace, command, counted }) => {
    const estate = ['--estate', 'large', '--estates', workspace];
    await command(['import', ...estate, '--out', join(workspace, 'out')]);
    for (let run = 1; run <= RUNS; run++) {
      const args = ['doctor', ...estate, '--against', 'local', '--strict'];
      await counted(`run ${run}`, () => command(args, DOCTOR_FLAGS));
    }
  });
}

/** Assignments that a run at the pace of AWS reads, the same as those of earlier measurements. */
const PACED_ASSIGNMENTS = 7_178;

/** Measures both runs of the doctor behind AWS's limits: a quick one takes half a minute, a full one nine. */
export async function benchDoctorPaced(): Promise<void> {
  tableHead('7,178 assignments in 300 accounts, 20 requests a second', 'Calls', 'Throttled', 'Time', 'Memory');
  await inOrganization(
    'own',
    async ({ moto, workspace, command }) => {
      const estate = ['--estate', 'large', '--estates', workspace];
      await command(['import', ...estate, '--out', join(workspace, 'out')]);
      const throttled = await startThrottled(moto.endpoint);
      const paced = async (what: string, ...more: readonly string[]): Promise<void> => {
        throttled.reset();
        const program = { file: ENTRA_AWS, args: ['doctor', ...estate, '--strict', ...more], flags: DOCTOR_FLAGS };
        const { seconds, mebibytes } = await measure(program, { ...moto.env, AWS_ENDPOINT_URL: throttled.url });
        const { calls, throttled: refused } = throttled.seen();
        row(what, String(calls), String(refused), `${seconds.toFixed(1)} s`, `${mebibytes.toFixed(0)} MiB`);
      };
      try {
        for (let run = 1; run <= RUNS; run++) await paced(`--quick, run ${run}`, '--quick');
        await paced('full');
      } finally {
        await throttled.stop();
      }
    },
    PACED_ASSIGNMENTS,
  );
}

function head(): void {
  tableHead('10,000 assignments in 300 accounts', 'Calls', 'Time', 'Memory');
}

interface Measured {
  readonly moto: Moto;
  readonly workspace: string;
  readonly command: (args: readonly string[], flags?: readonly string[]) => Promise<Run>;
  /** Prints a run with the calls that it made. */
  readonly counted: (what: string, run: () => Promise<Run>) => Promise<void>;
}

async function inOrganization(
  wideSets: WideSets,
  task: (measured: Measured) => Promise<void>,
  most?: number,
): Promise<void> {
  const moto = await startMoto({ identityCenter: IDENTITY_CENTER });
  const command: Measured['command'] = (args, flags = []) => measure({ file: ENTRA_AWS, args, flags }, moto.env);
  const counted: Measured['counted'] = async (what, run) => {
    await moto.resetCalls();
    const { seconds, mebibytes } = await run();
    const { operations } = await moto.calls();
    const calls = Object.values(operations).reduce((sum, { count }) => sum + count, 0);
    row(what, String(calls), `${seconds.toFixed(1)} s`, `${mebibytes.toFixed(0)} MiB`);
  };
  try {
    await seedLargeOrganization(moto, wideSets, most);
    await inWorkspace((workspace) => task({ moto, workspace, command, counted }));
  } finally {
    await moto.stop();
  }
}
