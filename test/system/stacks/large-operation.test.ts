import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { readOwnedAssignments, readStackResources } from '../../../src/clouds/aws/access/owned-resources';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { runCdk, runCdkOk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import { type EstateFiles, largeEstate } from '../../support/large-estate';
import { type Moto, startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';
import { finish, killGroup } from '../clouds/organization/run-snapshot';

const IDENTITY_CENTER = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
  identityStoreId: 'd-0123456789',
};

/** What one operation touches here: a tenth of CloudFormation's limit. */
const LIMIT = 250;
const SMALL_OPERATIONS = join(REPOSITORY, 'test/support/small-operations.cjs');

/** More than that: 300 assignments in seven nested stacks, and a permission set. */
const LARGE = inSevenShards(largeEstate({ accounts: 30, groups: 10, setsOfGroup: 1 }));

describeWithPython('a deployment that one operation of CloudFormation has no room for', () => {
  const cwd = temporaryFolder();
  let moto: Moto;

  beforeAll(async () => {
    writeProject(cwd, { large: LARGE });
    moto = await startMoto({ accountId: '100000000000', region: 'eu-west-1', identityCenter: IDENTITY_CENTER });
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], { cwd, env: moto.env });
    await moto.turn({ resourcesOfOperation: LIMIT, cleanUpTogether: true });
  });

  afterAll(async () => {
    await moto.stop();
  });

  const deploy = () =>
    runCdk(['deploy', 'large-access', '--exclusively', '--require-approval', 'never', '-c', 'estate=large'], {
      cwd,
      env: moto.env,
    });

  function start(...args: readonly string[]): ChildProcess {
    const path = [join(REPOSITORY, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    return spawn(process.execPath, [PROGRAM, ...args, '--estate', 'large'], {
      cwd,
      env: { ...moto.env, PATH: path, CDK_HOME: cwd, NODE_OPTIONS: `--require ${SMALL_OPERATIONS}` },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }
  const rollOut = (...args: readonly string[]) => finish(start('deploy', 'roll-out', '--access', ...args));
  const applyStack = ['ci', 'apply-stack', '--step', 'access'];

  /** Assignments that the stack and those nested in it have. */
  async function assignmentCount(): Promise<number> {
    const cloudFormation = new CloudFormationClient(moto.client);
    const resources = await readStackResources({ cloudFormation, concurrency: 5 }, 'large-access');
    return resources.filter(({ type }) => type === 'AWS::SSO::Assignment').length;
  }

  test('goes on in parts, from where one failed, until one operation has room for the rest', async () => {
    expect(await rollOut('--check')).toMatchObject({
      code: 1,
      stdout: 'large: 1 operation of CloudFormation before the last one\n',
    });
    expect((await rollOut('--yes')).code).toBe(0);
    expect(await assignmentCount()).toBe(240);
    // The last operation fails, and takes nothing of the first one back.
    await moto.orderResourceFault({ on: 'CREATE', type: 'AWS::SSO::Assignment', reason: 'Throttled', times: 1 });
    expect((await deploy()).code).toBe(1);
    expect(await assignmentCount()).toBe(240);
    expect(await rollOut('--check')).toMatchObject({ code: 0 });
    expect((await deploy()).code).toBe(0);
    expect(await assignmentCount()).toBe(300);
  });

  test('exchanges by a pipeline, killed between two parts and refused in the second, leave no one without access', async () => {
    writeEstate(cwd, 'large', renamed(LARGE));
    await runCdkOk(['synth', '--quiet', '--output', 'plan/cdk.out', '-c', 'estate=large'], { cwd, env: moto.env });
    expect(await finish(start('ci', 'cloud-plan', '--step', 'access'))).toMatchObject({ code: 0 });
    await moto.resetCalls();

    const killed = start(...applyStack);
    // Unread, its lines would hold it up.
    killed.stderr?.resume();
    for await (const chunk of killed.stdout ?? []) if (String(chunk).includes('large-access-2.json')) break;
    killGroup(killed);
    const half = await namesOfSets();
    expect([half.get('Set0'), half.get('Viewer')]).toEqual([180, 120]);

    const reason = 'Throttled';
    await moto.orderResourceFault({ on: 'CREATE', type: 'AWS::SSO::Assignment', account: LATER, reason, times: 1 });
    const refused = await finish(start(...applyStack));
    expect(refused.code).toBe(1);
    expect(await namesOfSets()).toEqual(half);

    expect(await finish(start(...applyStack))).toMatchObject({ code: 0 });
    expect(await namesOfSets()).toEqual(new Map([['Viewer', 300]]));
    expect((await moto.calls()).bereft).toEqual([]);
  });

  /** Assignments that there are, by the name of their permission set. */
  async function namesOfSets(): Promise<ReadonlyMap<string, number>> {
    const cloudFormation = new CloudFormationClient(moto.client);
    const clients = { cloudFormation, ssoAdmin: new SSOAdminClient(moto.client), concurrency: 5 };
    const { assignments, setNames } = await readOwnedAssignments(clients, 'large-access', IDENTITY_CENTER.instanceArn);
    const bySet = Map.groupBy(assignments, ({ set }) => setNames.get(set) ?? set);
    return new Map([...bySet].map(([name, all]) => [name, all.length]));
  }
});

/** Account of the second operation of three. */
const LATER = '100000000020';

/** Its assignments dealt out to seven shards, as if there were thousands. */
function inSevenShards(files: EstateFiles): EstateFiles {
  let count = 0;
  const text = (files[PLACEMENT_FILE] ?? '').replaceAll(
    / 1\.(\d+)"/g,
    (_, lane: string) => ` ${(count++ % 7) + 1}.${lane}"`,
  );
  return { ...files, [PLACEMENT_FILE]: text };
}

/** The one set under another name, whose assignments are each in the next of the seven shards. */
function renamed(files: EstateFiles): EstateFiles {
  const name = (text = ''): string => text.replaceAll('Set0', 'Viewer');
  const next = (text: string): string =>
    text.replaceAll(/ ([1-7])\.(\d+)"/g, (_, shard: string, lane: string) => ` ${(Number(shard) % 7) + 1}.${lane}"`);
  const [estate, placement] = [name(files[ESTATE_FILE]), next(name(files[PLACEMENT_FILE]))];
  return { ...files, [ESTATE_FILE]: estate, [PLACEMENT_FILE]: placement };
}
