import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedLargeOrganization } from '../test/support/large-organization';
import { startMoto } from '../test/support/moto';
import { measure } from './measure';

const RUNS = 3;
/** As `npm run doctor` has them: what thousands of answers leave behind is collected early. */
const FLAGS = ['--max-semi-space-size=4'];
const PROGRAM = join(__dirname, '../src/cli/entra-aws.cjs');

/**
 * Measures `npm run doctor` of the largest realistic organization, against moto. The estate is the one that `npm run import`
 * writes of it, so that nothing may be found: the command fails otherwise, and the measurement with it.
 */
export async function benchDoctor(): Promise<void> {
  console.log('| 10,000 assignments in 300 accounts | Calls | Time | Memory |\n| --- | --- | --- | --- |');
  const workspace = mkdtempSync(join(tmpdir(), 'entra-aws-identity-bench-'));
  const instanceArn = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
  const moto = await startMoto({ identityCenter: { instanceArn, identityStoreId: 'd-1234567890' } });
  const estate = ['--estate', 'large', '--estates', workspace];
  try {
    await seedLargeOrganization(moto, 'own');
    const out = ['--out', join(workspace, 'out')];
    await measure({ name: 'import', file: PROGRAM, args: ['import', ...estate, ...out] }, moto.env);
    for (let run = 1; run <= RUNS; run++) {
      await moto.resetCalls();
      const args = ['doctor', ...estate, '--against', 'local', '--strict'];
      const { seconds, mebibytes } = await measure({ name: 'doctor', file: PROGRAM, args, flags: FLAGS }, moto.env);
      const { operations } = await moto.calls();
      const calls = Object.values(operations).reduce((sum, { count }) => sum + count, 0);
      console.log(`| run ${run} | ${calls} | ${seconds.toFixed(1)} s | ${mebibytes.toFixed(0)} MiB |`);
    }
  } finally {
    await moto.stop();
    rmSync(workspace, { recursive: true, force: true });
  }
}
