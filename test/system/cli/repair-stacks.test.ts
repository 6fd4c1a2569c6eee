import { spawn } from 'node:child_process';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { createStackClient } from '../../../src/clouds/aws/recovery/stack-client';
import type { CdkResult } from '../../support/cdk-cli';
import { runCdk, runCdkOk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { PROGRAM } from '../../support/repository';
import { edited, itemOf, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { finish } from '../clouds/organization/run-snapshot';
import { withEnvironment } from '../doctor/with-environment';
import { readIdentityCenter } from '../stacks/read-identity-center';
import { FIRST_ASSIGNMENTS, organization, startSandboxOrganization } from '../stacks/sandbox-organization';

const STACK = 'sandbox-access';
const PLAYGROUND = organization.accounts.find(({ name }) => name === 'playground')?.id ?? '';
/** Before what the rolled back deployment failed on. */
const TAKEN_BACK = 'The last deployment was taken back, since this failed:';

/** Ids that moto makes differ from run to run. */
const withoutIds = (text: string) => text.replaceAll(/[\w-]+\.(\w+) \(/g, 'NESTED.$1 (');

describeWithPython('recover', () => {
  const cwd = temporaryFolder();
  let moto: Moto;
  let cloudFormation: CloudFormationClient;

  beforeAll(async () => {
    writeProject(cwd, { sandbox: sandboxFiles() });
    moto = await startSandboxOrganization();
    cloudFormation = new CloudFormationClient(moto.client);
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], { cwd, env: moto.env });
  });

  afterAll(async () => {
    cloudFormation.destroy();
    await moto.stop();
  });

  const deploy = (): Promise<CdkResult> =>
    runCdk(['deploy', STACK, '--exclusively', '--require-approval', 'never', '-c', 'estate=sandbox'], {
      cwd,
      env: moto.env,
    });
  const recover = async (...args: readonly string[]) => {
    const child = spawn(
      process.execPath,
      [PROGRAM, 'deploy', 'repair', 'stacks', '--estate', 'sandbox', '--stack', STACK, ...args],
      {
        cwd,
        env: { ...moto.env, PATH: process.env['PATH'] },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    return finish(child);
  };
  const stack = async () => {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
    return [Stacks[0]?.StackStatus, Stacks[0]?.EnableTerminationProtection];
  };
  const assignments = async () => (await readIdentityCenter(moto, organization)).assignments;

  test('credentials of the role for deployments have an end, before which others are asked for', async () => {
    const restore = withEnvironment(moto.env);
    try {
      const client = await createStackClient({ name: STACK, account: moto.accountId, region: moto.region });
      const { expiration } = await client.config.credentials();
      client.destroy();
      expect(expiration?.getTime()).toBeGreaterThan(Date.now());
    } finally {
      restore();
    }
  });

  test('a failed first deployment is repeated by the same command, and the stack is protected from then on', async () => {
    await moto.orderResourceFault({ on: 'CREATE', account: PLAYGROUND, reason: 'the account is suspended', times: 1 });
    expect(await deploy()).toMatchObject({ code: 1 });
    expect(await stack()).toEqual(['ROLLBACK_COMPLETE', true]);

    // What the CDK alone does about it.
    const refused = await deploy();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('cannot be deleted while TerminationProtection is enabled');

    const status = `${STACK} in ${moto.accountId}: ROLLBACK_COMPLETE\n`;
    expect(await recover('--check')).toMatchObject({ code: 1, stdout: status });
    expect(await stack()).toEqual(['ROLLBACK_COMPLETE', true]);

    expect(await recover()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        `${STACK} in ${moto.accountId}: ROLLBACK_COMPLETE: its first creation failed`,
      ) as string,
    });
    expect(await stack()).toEqual(['ROLLBACK_COMPLETE', false]);
    expect(withoutIds((await recover()).stdout)).toMatchInlineSnapshot(`
      "sandbox-access in 210000000001: ROLLBACK_COMPLETE: its first creation failed, so it has lost its termination protection. Deploy it again: the CDK deletes what is left of it, makes it and protects it
      The last deployment was taken back, since this failed:
        NESTED.Assignment210000000013SecurityAuditc2a55444707170a01c4f5b9d3f0a3333E673AEAC (AWS::SSO::Assignment): the account is suspended
        to do: fix it. What is suspended, closing or closed is left out once the snapshot says so: npx --no entra-aws snapshot
        or, for now, give nothing new there: exclude it from the accounts of the grant that fails
          estates/sandbox/estate.yaml:198:14 grant to Security Auditors: exclude: [{ id: '210000000013' }]
          This takes away nothing that is there
        or leave this account out of every grant, by lines of estate.yaml:
          access:
            excludedAccounts:
              - account: '210000000013'
                reason: why it is left out, and until when
          This takes away nothing that is there
      "
    `);
    expect(await deploy()).toMatchObject({ code: 0 });
    expect(await stack()).toEqual(['CREATE_COMPLETE', true]);
    expect(await assignments()).toEqual(FIRST_ASSIGNMENTS);
  });

  test('credentials of another account are refused before anything is changed', async () => {
    const fail = { code: 'AccessDenied', message: 'not authorized to perform sts:AssumeRole' };
    const keys = await moto.keysOf('210000000011');
    await moto.orderFault({ service: 'sts', operation: 'AssumeRole', fail: { ...fail, times: 1 } });
    const child = spawn(process.execPath, [PROGRAM, 'deploy', 'repair', 'stacks', '--estate', 'sandbox'], {
      cwd,
      env: { ...moto.env, ...keys, PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, stdout, stderr } = await finish(child);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sandbox-(access|policies) is in account /);
    expect(stderr).toContain(
      ` is in account ${moto.accountId}, and these AWS credentials are of 210000000011, which may not take on ` +
        `arn:aws:iam::${moto.accountId}:role/cdk-hnb659fds-deploy-role-${moto.accountId}-${moto.region} ` +
        `(${fail.message}). Choose the profile of account ${moto.accountId}, or name a stack of account 210000000011: --stack\n`,
    );
  });

  test('a stack that is deployed keeps its protection', async () => {
    const { code, stdout } = await recover();
    expect([code, stdout]).toEqual([0, `${STACK} in ${moto.accountId}: CREATE_COMPLETE, can be deployed\n`]);
    expect(await stack()).toEqual(['CREATE_COMPLETE', true]);
  });

  test('a shard whose roll-back fails is rolled back without what can not be', async () => {
    const changed = edited(sandboxFiles(), (draft) => {
      const auditors = itemOf(draft.access.grants, ({ group }) => group === 'Security Auditors');
      draft.access.grants.push({ ...auditors, group: 'Network Operators', permissionSets: ['SecurityAudit'] });
    });
    writeEstate(cwd, 'sandbox', changed);
    const reason = 'Obtaining permissions to manage the account takes longer than usual';
    await moto.orderResourceFault({ on: 'CREATE', account: PLAYGROUND, reason });
    await moto.orderResourceFault({ on: 'DELETE', during: 'rollback', type: 'AWS::SSO::Assignment', reason, times: 2 });
    expect(await deploy()).toMatchObject({ code: 1 });
    expect(await stack()).toEqual(['UPDATE_ROLLBACK_FAILED', true]);
    const refused = await deploy();
    expect([refused.code, await stack()]).toEqual([1, ['UPDATE_ROLLBACK_FAILED', true]]);

    const stuck = await recover();
    expect(stuck.code).toBe(1);
    expect(withoutIds(stuck.stdout)).toMatchInlineSnapshot(`
      "sandbox-access in 210000000001: UPDATE_ROLLBACK_FAILED, still:
        NESTED.Assignment210000000012SecurityAuditc2a55444707170a01c4f5b9d3f0a1111DA632E9B (AWS::SSO::Assignment): Obtaining permissions to manage the account takes longer than usual
        to do: fix what stands above and run this again, or go on without these resources: npx --no entra-aws deploy repair stacks --estate sandbox --stack sandbox-access --skip
      The last deployment was taken back, since this failed:
        NESTED.Assignment210000000013SecurityAuditc2a55444707170a01c4f5b9d3f0a1111772C232B (AWS::SSO::Assignment): Obtaining permissions to manage the account takes longer than usual
        to do: fix it. What is suspended, closing or closed is left out once the snapshot says so: npx --no entra-aws snapshot
        or, for now, give nothing new there: exclude it from the accounts of the grant that fails
          estates/sandbox/estate.yaml:410:18 grant to Network Operators: exclude: [{ id: '210000000013' }]
          This takes away nothing that is there
        or leave this account out of every grant, by lines of estate.yaml:
          access:
            excludedAccounts:
              - account: '210000000013'
                reason: why it is left out, and until when
          This takes away:
            SecurityAudit in playground (210000000013) from group Security Auditors
          A deployment fails as long as an account that is ACTIVE keeps what this takes away
      "
    `);
    const skipped = await recover('--skip');
    expect(skipped.code).toBe(0);
    const [state, cause] = withoutIds(skipped.stdout).split(TAKEN_BACK);
    expect(state).toMatchInlineSnapshot(`
      "sandbox-access in 210000000001: UPDATE_ROLLBACK_COMPLETE, as before the update
      Without these resources, which are now as they are, and not as the template says:
        NESTED.Assignment210000000012SecurityAuditc2a55444707170a01c4f5b9d3f0a1111DA632E9B (AWS::SSO::Assignment): Obtaining permissions to manage the account takes longer than usual
        to do: deploy again, then compare what is there with the estate: npx --no entra-aws doctor --only access
      "
    `);
    expect(cause).toBe(withoutIds(stuck.stdout).split(TAKEN_BACK)[1]);
    expect(await stack()).toEqual(['UPDATE_ROLLBACK_COMPLETE', true]);

    // The estate as it was is deployed again; what was skipped is what the comparison finds.
    await moto.clearFaults();
    writeEstate(cwd, 'sandbox', sandboxFiles());
    expect(await deploy()).toMatchObject({ code: 0 });
    const [left = '', ...others] = (await assignments()).filter((one) => !FIRST_ASSIGNMENTS.includes(one));
    expect(left).toMatch(/^Network Operators has SecurityAudit in /);
    expect(others).toEqual([]);
  });

  test('an account that refuses every change gets nothing new by the lines that the failure prints', async () => {
    const before = await assignments();
    const grantOf = (exclude: readonly { readonly id: string }[]) =>
      edited(sandboxFiles(), (draft) => {
        const auditors = itemOf(draft.access.grants, ({ group }) => group === 'Security Auditors');
        const accounts = { ...auditors.accounts, exclude: [...(auditors.accounts.exclude ?? []), ...exclude] };
        draft.access.grants.push({
          ...{ ...auditors, accounts },
          ...{ group: 'Systems Operators', permissionSets: ['SecurityAudit'] },
        });
      });
    writeEstate(cwd, 'sandbox', grantOf([]));
    await moto.turn({ failingRequests: [{ account: PLAYGROUND, reason: 'the account refuses it' }] });
    expect(await deploy()).toMatchObject({ code: 1 });
    const { stdout } = await recover();
    expect(stdout).toContain(
      ` grant to Systems Operators: exclude: [{ id: '${PLAYGROUND}' }]\n    This takes away nothing`,
    );
    expect(stdout).toContain(`\n      SecurityAudit in playground (${PLAYGROUND}) from group Security Auditors\n`);
    expect(await assignments()).toEqual(before);

    writeEstate(cwd, 'sandbox', grantOf([{ id: PLAYGROUND }]));
    expect(await deploy()).toMatchObject({ code: 0 });
    const after = await assignments();
    expect(after.filter((one) => one.startsWith('Systems Operators has SecurityAudit')).length).toBeGreaterThan(5);
    expect(after).not.toContain('Systems Operators has SecurityAudit in playground');
    expect(after).toEqual(expect.arrayContaining([...before]));
  });
});
