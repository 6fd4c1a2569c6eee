import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { readStackResources } from '../../../src/clouds/aws/access/owned-assignments';
import { runCdk, runCdkOk } from '../../support/cdk-cli';
import { writeProject } from '../../support/estate-project';
import { largeEstate } from '../../support/large-estate';
import { type Moto, startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';
import { finish } from '../clouds/organization/run-snapshot';

const IDENTITY_CENTER = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
  identityStoreId: 'd-0123456789',
};

/** More than CloudFormation changes in one operation: 3,000 assignments in seven nested stacks, and a permission set. */
const LARGE = largeEstate({ accounts: 300, groups: 10, setsOfGroup: 1 });

describeWithPython('a deployment that one operation of CloudFormation has no room for', () => {
  const cwd = temporaryFolder();
  let moto: Moto;

  beforeAll(async () => {
    writeProject(cwd, { large: LARGE });
    moto = await startMoto({ accountId: '100000000000', region: 'eu-west-1', identityCenter: IDENTITY_CENTER });
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], { cwd, env: moto.env });
    await moto.turn({ resourcesOfOperation: 2500 });
  });

  afterAll(async () => {
    await moto.stop();
  });

  const deploy = () =>
    runCdk(['deploy', 'large-access', '--exclusively', '--require-approval', 'never', '-c', 'estate=large'], {
      cwd,
      env: moto.env,
    });

  async function rollOut(...args: readonly string[]) {
    const path = [join(REPOSITORY, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    const child = spawn(process.execPath, [PROGRAM, 'roll-out', '--estate', 'large', '--access', ...args], {
      cwd,
      env: { ...moto.env, PATH: path, CDK_HOME: cwd },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return finish(child);
  }

  /** Assignments that the stack and those nested in it have. */
  async function assignmentCount(): Promise<number> {
    const cloudFormation = new CloudFormationClient(moto.client);
    const resources = await readStackResources({ cloudFormation, concurrency: 5 }, 'large-access');
    return resources.filter(({ ResourceType }) => ResourceType === 'AWS::SSO::Assignment').length;
  }

  test('goes on in parts, from where one failed, until one operation has room for the rest', async () => {
    expect(await rollOut('--check')).toMatchObject({
      code: 1,
      stdout: 'large: 1 operation of CloudFormation before the last one\n',
    });
    expect((await rollOut('--yes')).code).toBe(0);
    expect(await assignmentCount()).toBe(2250);
    // The last operation fails, and takes nothing of the first one back.
    await moto.orderResourceFault({ on: 'CREATE', type: 'AWS::SSO::Assignment', reason: 'Throttled', times: 1 });
    expect((await deploy()).code).toBe(1);
    expect(await assignmentCount()).toBe(2250);
    expect(await rollOut('--check')).toMatchObject({ code: 0 });
    expect((await deploy()).code).toBe(0);
    expect(await assignmentCount()).toBe(3000);
  });
});
