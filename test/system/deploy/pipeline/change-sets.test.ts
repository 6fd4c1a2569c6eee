import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { runCdkOk } from '../../../support/cdk-cli';
import { type Moto, startMoto } from '../../../support/moto';
import { describeWithPython } from '../../../support/python';
import { PROGRAM, REPOSITORY, SANDBOX, UNVALIDATED } from '../../../support/repository';
import { temporaryFolder } from '../../../support/templates';
import { finish, type Finished, killGroup } from '../../clouds/organization/run-snapshot';

const REGION = 'eu-west-1';
const STACK = 'sandbox-workforce-watch';
const project = temporaryFolder();

describeWithPython("a deployment by the CDK's own change set", () => {
  let moto: Moto;

  beforeAll(async () => {
    cpSync(SANDBOX, join(project, 'estates/sandbox'), { recursive: true });
    moto = await startMoto({ region: REGION, accountId: '210000000001' });
  });

  afterAll(() => moto.stop());

  /** A stack with a topic of this name, synthesised into a folder. */
  async function synthesise(name: string, output = 'plan/cdk.out'): Promise<void> {
    const app = join(mkdtempSync(join(project, 'app-')), 'app.cjs');
    const library = JSON.stringify(join(REPOSITORY, 'node_modules/aws-cdk-lib'));
    const env = JSON.stringify({ account: moto.accountId, region: REGION });
    writeFileSync(
      app,
      `const { App, BootstraplessSynthesizer, CfnResource, Stack } = require(${library});
const stack = new Stack(new App(), '${STACK}', { synthesizer: new BootstraplessSynthesizer(), terminationProtection: true, env: ${env} });
new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { DisplayName: '${name}' } });
`,
    );
    const words = ['synth', '--quiet', '--app', `${process.execPath} ${app}`, '--output', output];
    await runCdkOk(words, { cwd: project, env: { ...moto.env, ...UNVALIDATED } });
  }

  const entraAws = (...args: readonly string[]): Promise<Finished> => finish(start(...args));

  function start(...args: readonly string[]): ChildProcess {
    const path = [dirname(process.execPath), join(REPOSITORY, 'node_modules/.bin'), process.env['PATH'] ?? ''];
    return spawn(process.execPath, [PROGRAM, 'ci', ...args, '--estate', 'sandbox', '--step', 'workforce-watch'], {
      cwd: project,
      env: {
        ...moto.env,
        HOME: project,
        CDK_HOME: project,
        CDK_DISABLE_CLI_TELEMETRY: '1',
        PATH: path.join(delimiter),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }

  async function stack(): Promise<Stack | undefined> {
    const client = new CloudFormationClient(moto.client);
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
    client.destroy();
    return Stacks[0];
  }

  async function deployedName(): Promise<string | undefined> {
    const client = new CloudFormationClient(moto.client);
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: STACK }));
    client.destroy();
    return /DisplayName"?: "?(\w+)/.exec(TemplateBody)?.[1];
  }

  test('a first deployment that failed is repeated by the same command, and after another approval', async () => {
    await synthesise('zeroth');
    await moto.orderResourceFault({ on: 'CREATE', stack: STACK, reason: 'no such policy', times: 2 });
    expect(await entraAws('cloud-plan')).toMatchObject({ code: 0 });
    for (const attempt of ['first', 'second']) {
      const failed = await entraAws('apply-stack');
      expect([attempt, failed.code]).toEqual([attempt, 1]);
      expect(failed.stdout).toContain('its first creation failed, so it has lost its termination protection');
      expect(failed.stdout).toContain('Topic (AWS::SNS::Topic): no such policy');
      expect(await stack()).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE', EnableTerminationProtection: false });
    }
    // To the CDK the failed stack is like its template.
    const planned = await entraAws('cloud-plan');
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stdout).toContain(`The first creation of ${STACK} failed (ROLLBACK_COMPLETE)`);
    expect(planned.stdout).toContain('workforce-watch: changed');
    expect(await entraAws('apply-stack')).toMatchObject({ code: 0 });
    expect(await stack()).toMatchObject({ StackStatus: 'CREATE_COMPLETE', EnableTerminationProtection: true });
    expect(await deployedName()).toBe('zeroth');
  });

  test('makes a stack, leaves one that is as approved alone, and changes it', async () => {
    await synthesise('first');
    expect(await entraAws('cloud-plan')).toMatchObject({ code: 0 });
    expect(await entraAws('apply-stack')).toMatchObject({ code: 0 });
    expect(await deployedName()).toBe('first');
    const again = await entraAws('apply-stack');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('is deployed as it was approved');
    await synthesise('second');
    expect(await entraAws('cloud-plan')).toMatchObject({ code: 0 });
    expect(await entraAws('apply-stack')).toMatchObject({ code: 0 });
    expect(await deployedName()).toBe('second');
  });

  test('killed after the change set is made and before it is executed, the same command deploys it', async () => {
    await synthesise('killed');
    expect(await entraAws('cloud-plan')).toMatchObject({ code: 0 });
    const child = start('apply-stack');
    for await (const chunk of child.stdout ?? []) if (String(chunk).includes('--method prepare-change-set')) break;
    killGroup(child);
    expect(await deployedName()).toBe('second');
    expect(await entraAws('apply-stack')).toMatchObject({ code: 0 });
    expect(await deployedName()).toBe('killed');
  });

  test('refuses a stack that somebody changed after it was planned, and leaves it as it is', async () => {
    await synthesise('third');
    expect(await entraAws('cloud-plan')).toMatchObject({ code: 0 });
    await synthesise('byHand', 'other.out');
    const deploy = ['deploy', STACK, '--app', 'other.out', '--require-approval', 'never'];
    await runCdkOk(deploy, { cwd: project, env: moto.env });
    const { code, stderr } = await entraAws('apply-stack');
    expect(code).toBe(1);
    expect(stderr).toContain(`${STACK} would not change as it was approved`);
    expect(await deployedName()).toBe('byHand');
  });
});
