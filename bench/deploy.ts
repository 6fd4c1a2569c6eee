import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCdkOk } from '../test/support/cdk-cli';
import type { EstateSize } from '../test/support/large-estate';
import { largeEstate } from '../test/support/large-estate';
import { startMoto } from '../test/support/moto';
import { inWorkspace, measure, programFile, row, tableHead } from './measure';

/** The instance and the account that the made-up estates are deployed to. */
const IDENTITY_CENTER = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
  identityStoreId: 'd-0123456789',
};
const PLACE = { accountId: '100000000000', region: 'eu-west-1' };

const SIZES: readonly EstateSize[] = [
  { accounts: 25, groups: 5, setsOfGroup: 2 },
  { accounts: 50, groups: 5, setsOfGroup: 2 },
  { accounts: 100, groups: 5, setsOfGroup: 2 },
  { accounts: 200, groups: 5, setsOfGroup: 2 },
  { accounts: 1, groups: 1, setsOfGroup: 300 },
];

/** Deploys estates of several sizes on moto: whether time grows with their number, and not faster. */
export async function benchDeploy(): Promise<void> {
  await inWorkspace(async (workspace) => {
    tableHead('Assignments', 'Permission sets', 'First deployment', 'An assignment', 'The same again');
    for (const [index, size] of SIZES.entries()) await deploySize(join(workspace, String(index)), size);
  });
}

async function deploySize(folder: string, size: EstateSize): Promise<void> {
  const estate = join(folder, 'estates/large');
  mkdirSync(estate, { recursive: true });
  for (const [file, text] of Object.entries(largeEstate(size))) writeFileSync(join(estate, file), text);
  await measure({ file: programFile('synth-ours'), args: [join(folder, 'estates'), join(folder, 'cdk.out')] });
  const moto = await startMoto({ ...PLACE, identityCenter: IDENTITY_CENTER });
  try {
    const cli = { cwd: folder, env: moto.env };
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], cli);
    const deploy = async (): Promise<number> => {
      const start = performance.now();
      await runCdkOk(['deploy', '--all', '--app', 'cdk.out', '--require-approval', 'never'], cli);
      return (performance.now() - start) / 1000;
    };
    const [first, again] = [await deploy(), await deploy()];
    const assignments = size.accounts * size.groups * size.setsOfGroup;
    row(
      assignments.toLocaleString('en'),
      String(size.setsOfGroup),
      `${first.toFixed(1)} s`,
      `${((first * 1000) / assignments).toFixed(0)} ms`,
      `${again.toFixed(1)} s`,
    );
  } finally {
    await moto.stop();
  }
}
