import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WideSets } from '../test/support/large-organization';
import { seedLargeOrganization } from '../test/support/large-organization';
import { startMoto } from '../test/support/moto';
import { measure } from './measure';

const RUNS = 3;

/** Measures `npm run import` of the largest realistic organization, against moto. */
export async function benchImport(): Promise<void> {
  console.log('| 10,000 assignments in 300 accounts | Calls | Time | Memory |\n| --- | --- | --- | --- |');
  for (const wideSets of ['shared', 'own'] as const) await benchWith(wideSets);
}

async function benchWith(wideSets: WideSets): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'entra-aws-identity-bench-'));
  const instanceArn = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
  const moto = await startMoto({ identityCenter: { instanceArn, identityStoreId: 'd-1234567890' } });
  try {
    await seedLargeOrganization(moto, wideSets);
    for (let run = 1; run <= RUNS; run++) {
      await moto.resetCalls();
      const { seconds, mebibytes } = await measure(
        {
          name: 'import',
          file: join(__dirname, '..', 'src/cli/entra-aws.cjs'),
          args: ['import', '--estate', `large${run}`, '--estates', workspace, '--out', join(workspace, `out${run}`)],
        },
        moto.env,
      );
      const { operations } = await moto.calls();
      const calls = Object.values(operations).reduce((sum, { count }) => sum + count, 0);
      console.log(
        `| ${wideSets} sets, run ${run} | ${calls} | ${seconds.toFixed(1)} s | ${mebibytes.toFixed(0)} MiB |`,
      );
    }
  } finally {
    await moto.stop();
    rmSync(workspace, { recursive: true, force: true });
  }
}
