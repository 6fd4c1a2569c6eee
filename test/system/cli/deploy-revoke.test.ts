import { CreateAccountAssignmentCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { runCdkOk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { PROGRAM } from '../../support/repository';
import { edited, itemOf, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { finish, type Finished, killGroup } from '../clouds/organization/run-snapshot';
import { readIdentityCenter } from '../stacks/read-identity-center';
import { FIRST_ASSIGNMENTS, organization, startSandboxOrganization } from '../stacks/sandbox-organization';

const { instanceArn: InstanceArn } = organization.identityCenter;
const PLAYGROUND = organization.accounts.find(({ name }) => name === 'playground')?.id ?? '';
const BY_HAND = 'Claims Developers has SecurityAudit in claims-prod';

/** The sandbox without a permission set, and without what one group has. */
const less = edited(sandboxFiles(), ({ access }) => {
  access.permissionSets = access.permissionSets.filter(({ name }) => name !== 'BillingReader');
  access.grants = access.grants.filter(({ group }) => group !== 'Network Operators');
  for (const grant of access.grants) {
    grant.permissionSets = grant.permissionSets.filter((name) => name !== 'BillingReader');
  }
});
const isLess = (line: string): boolean => !line.startsWith('Network Operators ') && !line.includes('BillingReader');

describeWithPython('access that leaves with a deployment', () => {
  const cwd = temporaryFolder();
  let moto: Moto;

  beforeAll(async () => {
    writeProject(cwd, { sandbox: sandboxFiles() });
    moto = await startSandboxOrganization();
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], { cwd, env: moto.env });
    await deploy();
    await giveByHand();
  });

  afterAll(() => moto.stop());

  const deploy = (): Promise<unknown> => {
    const args = ['deploy', 'sandbox-access', '--exclusively', '--require-approval', 'never', '-c', 'estate=sandbox'];
    return runCdkOk(args, { cwd, env: moto.env });
  };
  const giveByHand = async (): Promise<void> => {
    const { sets } = await readIdentityCenter(moto, organization);
    const sso = new SSOAdminClient(moto.client);
    await sso.send(
      new CreateAccountAssignmentCommand({
        InstanceArn,
        PermissionSetArn: sets.get('SecurityAudit')?.arn,
        TargetType: 'AWS_ACCOUNT',
        TargetId: organization.accounts.find(({ name }) => name === 'claims-prod')?.id,
        PrincipalType: 'GROUP',
        PrincipalId: organization.groups.find(({ displayName }) => displayName === 'Claims Developers')?.id,
      }),
    );
    sso.destroy();
  };
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [PROGRAM, 'deploy', 'revoke', ...args], {
      cwd,
      env: { PATH: process.env['PATH'], ...moto.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  const revoke = (...args: readonly string[]): Promise<Finished> => finish(start(args));
  const assignments = async (): Promise<readonly string[]> =>
    (await readIdentityCenter(moto, organization)).assignments;
  const withByHand = (lines: readonly string[]): readonly string[] => [...lines, BY_HAND].toSorted();

  test('a stack that does not exist is named, and no assignment is taken for its own', async () => {
    writeEstate(cwd, 'other', sandboxFiles());
    const { code, stdout } = await revoke('--estate', 'other', '--yes');
    rmSync(join(cwd, 'estates/other'), { recursive: true });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^other-access does not exist in this account and Region.*npx --no entra-aws deploy repair access /,
    );
    expect(await assignments()).toEqual(withByHand(FIRST_ASSIGNMENTS));
  });

  test('nothing leaves an estate that is deployed as it is; what somebody made by hand is not its own', async () => {
    expect(await revoke('--yes')).toMatchObject({ code: 0, stdout: 'sandbox-access: nothing leaves\n', stderr: '' });
    expect(await assignments()).toEqual(withByHand(FIRST_ASSIGNMENTS));
  });

  test('an assignment that the placement file has in another shard than where it is deployed stops everything', async () => {
    const lock = sandboxFiles()[PLACEMENT_FILE] ?? '';
    writeEstate(cwd, 'sandbox', { ...less, [PLACEMENT_FILE]: lock.replace(/(\/SecurityAdmin\/\S+) 1\./, '$1 2.') });
    const { code, stdout } = await revoke('--yes');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^sandbox-access: 1 assignment in another shard of placement\.lock\.json than where they are deployed\. CloudFormation would make each there before it is gone here, and fail\. Nothing was removed\.\n {2}group "Security Admins": SecurityAdmin in \S+ \(\d{12}\): deployed in shard 1, not 2\n {2}Put them back: npx --no entra-aws preview --base COMMIT, with the commit that is deployed, and commit the file\.\n$/,
    );
    expect(await assignments()).toEqual(withByHand(FIRST_ASSIGNMENTS));
  });

  test('what leaves is listed, and nothing is removed unasked', async () => {
    writeEstate(cwd, 'sandbox', less);
    const { code, stdout } = await revoke('--check');
    expect(code).toBe(1);
    expect(stdout).toContain(
      'sandbox-access: 12 assignments in 12 accounts to remove, at most 10 at once and one at a time in each account\n',
    );
    expect(stdout).toContain('  group "Security Auditors": BillingReader in insurance-management (210000000001)\n');
    expect(stdout).toMatch(
      /\nNothing was removed\. To remove them: npx --no entra-aws deploy revoke --estate sandbox --yes\n$/,
    );
    // No one is at the terminal.
    expect((await revoke()).code).toBe(1);
    expect(await assignments()).toEqual(withByHand(FIRST_ASSIGNMENTS));
  });

  test('killed in the middle, the same command continues; the deployment after it deletes nothing that fails', async () => {
    const failingRequests = [{ reason: 'ordered by a test', operation: 'DeleteAccountAssignment', times: 2 }] as const;
    await moto.turn({
      ...{ provisioningCalls: 12, conflicts: true, throttleAfter: 20, failingRequests },
      // Without the removal, the permission set would stay behind with some of its assignments.
      ...{ atOncePerAccount: 1, cleanUpTogether: true },
    });
    await moto.orderFault({ service: 'sso-admin', operation: 'DeleteAccountAssignment', delayMs: 300 });
    const child = start(['--yes']);
    for await (const chunk of child.stdout ?? []) if (String(chunk).includes('removed')) break;
    killGroup(child);
    const left = await assignments();
    expect(left.length).toBeLessThan(FIRST_ASSIGNMENTS.length + 1);
    expect(left).toEqual(expect.arrayContaining(withByHand(FIRST_ASSIGNMENTS.filter(isLess))));

    await moto.resetCalls();
    const again = await revoke('--yes');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(await assignments()).toEqual(withByHand(FIRST_ASSIGNMENTS.filter(isLess)));
    const { operations } = await moto.calls();
    expect(operations['sso-admin:DeleteAccountAssignment']?.maxInFlight).toBeLessThanOrEqual(10);
    await moto.clearFaults();

    const earlier = (await moto.stackEvents()).length;
    await deploy();
    const events = (await moto.stackEvents()).slice(earlier);
    expect(events.filter(({ status }) => status.endsWith('_FAILED'))).toEqual([]);
    await moto.turnAllOff();
    const { sets } = await readIdentityCenter(moto, organization);
    expect([...sets.keys()]).not.toContain('BillingReader');
    expect(await assignments()).toEqual(withByHand(FIRST_ASSIGNMENTS.filter(isLess)));
    expect(await revoke('--yes')).toMatchObject({ code: 0, stdout: 'sandbox-access: nothing leaves\n' });
  });

  test('what comes back is created again by the deployment', async () => {
    writeEstate(cwd, 'sandbox', sandboxFiles());
    await deploy();
    expect(await assignments()).toEqual(withByHand(FIRST_ASSIGNMENTS));
  });

  test('an exclusion is no pardon: what an ACTIVE account keeps makes the exit code 1, and a suspended one holds up nothing', async () => {
    const before = await assignments();
    const excluding = edited(sandboxFiles(), ({ access }) => {
      access.excludedAccounts = [{ account: PLAYGROUND, reason: 'closed at the end of the month' }];
    });
    const fail = { code: 'ValidationException', message: 'ordered by a test', times: 2 };
    await moto.orderFault({ service: 'sso-admin', operation: 'DeleteAccountAssignment', fail });
    writeEstate(cwd, 'sandbox', excluding);
    const active = await revoke('--yes');
    expect(active.code).toBe(1);
    expect(active.stdout).toMatch(
      /\n {2}1\/1 failed: group "Security Auditors": SecurityAudit in playground \(\d{12}\); ValidationException: ordered by a test; the estate excludes the account, which people can use\. /,
    );
    expect(active.stdout).toContain(
      '1 assignment of sandbox-access could not be removed: people still have that access.',
    );

    const suspended = edited(excluding, (draft) => {
      itemOf(draft.organization.accounts, ({ id }) => id === PLAYGROUND).state = 'SUSPENDED';
    });
    writeEstate(cwd, 'sandbox', suspended);
    const left = await revoke('--yes');
    expect(left.code).toBe(0);
    expect(left.stdout).toContain('; the account is SUSPENDED, so this holds up nothing\n');
    await moto.clearFaults();
    expect(await assignments()).toEqual(before);
  });

  test('what could not be removed is told with its reason, and makes the exit code 1', async () => {
    writeEstate(cwd, 'sandbox', less);
    const fail = { code: 'ValidationException', message: 'ordered by a test', times: 1 };
    await moto.orderFault({ service: 'sso-admin', operation: 'DeleteAccountAssignment', fail });
    const { code, stdout } = await revoke('--yes');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /\d\/12 failed: group "[\w ]+": \w+ in [\w-]+ \(\d{12}\); ValidationException: ordered by a test\n/,
    );
    expect(stdout).toMatch(/\n1 assignment of sandbox-access could not be removed: people still have that access\./);
    expect(await assignments()).toHaveLength(FIRST_ASSIGNMENTS.filter(isLess).length + 2);
  });
});
