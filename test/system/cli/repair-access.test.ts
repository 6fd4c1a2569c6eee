import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  DeleteAccountAssignmentCommand,
  PutInlinePolicyToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { CreateUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { join } from 'node:path';
import { runCdkOk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import type { EstateFiles } from '../../support/large-estate';
import type { Moto } from '../../support/moto';
import { outputFaults } from '../../support/output-faults';
import { describeWithPython } from '../../support/python';
import { SHORT_PAUSES } from '../../support/repository';
import { edited, itemOf, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import type { Examination } from '../../../src/doctor/examination';
import { adviceOf, ownCommandsIn } from '../../support/doctor/carry-out';
import { FakeCloudTrail } from '../doctor/cloud-trail';
import { type Finished, runCommand } from '../doctor/run-doctor';
import { readIdentityCenter } from '../stacks/read-identity-center';
import { FIRST_ASSIGNMENTS, organization, startSandboxOrganization } from '../stacks/sandbox-organization';

const { instanceArn: InstanceArn, identityStoreId: IdentityStoreId } = organization.identityCenter;
const idOf = (group: string): string =>
  organization.groups.find(({ displayName }) => displayName === group)?.id ?? 'none';
const accountOf = (name: string): string => organization.accounts.find((one) => one.name === name)?.id ?? 'none';
const ADMIN = 'arn:aws:sts::210000000001:assumed-role/Admin/mallory';

describeWithPython('access that differs from the estate', () => {
  const cwd = temporaryFolder();
  const estates = join(cwd, 'estates');
  let moto: Moto;
  let trail: FakeCloudTrail;
  let sso: SSOAdminClient;
  let temporary: string;
  let user: string;

  const use = (files: EstateFiles): void => {
    writeEstate(cwd, 'sandbox', files);
  };
  const cdk = (...args: readonly string[]): Promise<unknown> => runCdkOk(args, { cwd, env: moto.env });
  const reconcile = (...args: readonly string[]): Promise<Finished> =>
    runCommand('deploy repair access', ['--estates', estates, ...args], {
      ...moto.env,
      ...SHORT_PAUSES,
      AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url,
    });
  const assignment = (set: string | undefined, group: string, account: string) => ({
    InstanceArn,
    PermissionSetArn: set,
    PrincipalType: 'GROUP' as const,
    PrincipalId: idOf(group),
    TargetType: 'AWS_ACCOUNT' as const,
    TargetId: accountOf(account),
  });
  const createSet = async (Name: string, stack?: string): Promise<string> => {
    const Tags = stack === undefined ? [] : [{ Key: 'aws:cloudformation:stack-name', Value: stack }];
    const { PermissionSet } = await sso.send(new CreatePermissionSetCommand({ InstanceArn, Name, Tags }));
    return PermissionSet?.PermissionSetArn ?? '';
  };
  const assignments = async (): Promise<readonly string[]> =>
    (await readIdentityCenter(moto, organization)).assignments;

  beforeAll(async () => {
    [moto, trail] = await Promise.all([startSandboxOrganization(), FakeCloudTrail.start()]);
    sso = new SSOAdminClient(moto.client);
    writeProject(cwd, { sandbox: sandboxFiles() });
    await cdk('bootstrap', `aws://${moto.accountId}/${moto.region}`);
    await cdk('deploy', 'sandbox-access', '--exclusively', '--require-approval', 'never', '-c', 'estate=sandbox');
    const { sets } = await readIdentityCenter(moto, organization);
    const arnOf = (name: string): string | undefined => sets.get(name)?.arn;
    // What a person did.
    const byHand = assignment(arnOf('SecurityAdmin'), 'Claims Developers', 'claims-dev');
    await sso.send(new CreateAccountAssignmentCommand(byHand));
    const parameters = {
      permissionSetArn: byHand.PermissionSetArn,
      targetId: byHand.TargetId,
      principalType: 'GROUP',
      principalId: byHand.PrincipalId,
    };
    trail.events = [{ name: 'CreateAccountAssignment', by: ADMIN, at: '2026-11-01T08:00:00Z', parameters }];
    await sso.send(
      new DeleteAccountAssignmentCommand(assignment(arnOf('SecurityAudit'), 'Security Auditors', 'claims-dev')),
    );
    // What a deployment left behind.
    const former = await createSet('Former', 'sandbox-access');
    await sso.send(new CreateAccountAssignmentCommand(assignment(former, 'Claims Developers', 'claims-dev')));
    // What others manage.
    temporary = await createSet('TEAM-Elevated');
    await sso.send(new CreateAccountAssignmentCommand(assignment(temporary, 'Claims Developers', 'claims-dev')));
    const store = new IdentitystoreClient(moto.client);
    const Name = { GivenName: 'E', FamilyName: 'V' };
    const made = { IdentityStoreId, UserName: 'eve@example.com', DisplayName: 'Eve', Name };
    user = (await store.send(new CreateUserCommand(made))).UserId ?? '';
    store.destroy();
    const ofUser = { ...assignment(arnOf('SecurityAudit'), '', 'claims-dev'), PrincipalId: user };
    await sso.send(new CreateAccountAssignmentCommand({ ...ofUser, PrincipalType: 'USER' }));
  });

  afterAll(async () => {
    sso.destroy();
    await Promise.all([moto.stop(), trail.stop()]);
  });

  const elsewhere = (): EstateFiles =>
    edited(sandboxFiles(), ({ access }) => {
      access.managedElsewhere = {
        permissionSets: [{ name: 'TEAM-*', reason: 'TEAM gives it for some hours.' }],
        users: [{ name: '*@example.com', reason: 'TEAM gives it for some hours.' }],
      };
    });

  test('is listed with who made it, and nothing is changed unasked', async () => {
    const before = await assignments();
    const { code, stdout } = await reconcile();
    expect(code).toBe(1);
    expect(stdout).toContain(
      `group "Claims Developers" has SecurityAdmin in claims-dev (210000000011), which is not in the estate; made by ${ADMIN} on 2026-11-01T08:00:00Z`,
    );
    expect(stdout).toContain('"Security Auditors" does not have SecurityAudit in claims-dev');
    expect(stdout).toContain('group "Claims Developers" has TEAM-Elevated in claims-dev');
    expect(stdout).toContain('user "eve@example.com" has SecurityAudit in claims-dev');
    expect(stdout).toMatch(
      /\nTo repair: take away 3 assignments, give 1 assignment, delete 1 permission set\nNothing was changed; --yes repairs it\.\n$/,
    );
    expect(await assignments()).toEqual(before);
  });

  test('what others manage is not listed, and stays; the rest is repaired with every fault of AWS switched on', async () => {
    use(elsewhere());
    const InlinePolicy = '{"Version":"2012-10-17","Statement":[]}';
    const key = { InstanceArn, PermissionSetArn: temporary };
    await sso.send(new PutInlinePolicyToPermissionSetCommand({ ...key, InlinePolicy }));
    await moto.turn({ provisioningCalls: 6, conflicts: true, throttleAfter: 15 });
    const { code, stdout } = await reconcile('--yes');
    await moto.turnAllOff();
    expect(stdout.slice(0, stdout.indexOf('To repair'))).not.toContain('TEAM');
    expect(stdout).not.toContain('eve@example.com');
    expect(stdout).toContain('To repair: take away 2 assignments, give 1 assignment, delete 1 permission set\n');
    expect(stdout).toContain('  taken away: group "Claims Developers": SecurityAdmin in claims-dev (210000000011)\n');
    expect(stdout).toContain('  given: group "Security Auditors": SecurityAudit in claims-dev (210000000011)\n');
    expect(stdout).toContain('  deleted: permission set Former\n');
    expect(stdout).toContain(', and 2 are managed elsewhere');
    expect(code).toBe(0);
    const left = ['Claims Developers has TEAM-Elevated in claims-dev', `USER ${user} has SecurityAudit in claims-dev`];
    expect(await assignments()).toEqual([...FIRST_ASSIGNMENTS, ...left].toSorted());
    expect(await reconcile()).toMatchObject({ code: 0 });
  });

  test('what permission sets of others give goes only when that is asked for', async () => {
    use(sandboxFiles());
    const kept = await reconcile('--yes');
    expect(kept.code).toBe(1);
    expect(await assignments()).toContain('Claims Developers has TEAM-Elevated in claims-dev');
    expect((await reconcile('--yes', '--others')).code).toBe(0);
    expect(await assignments()).toEqual(FIRST_ASSIGNMENTS);
    expect([...(await readIdentityCenter(moto, organization)).sets.keys()]).not.toContain('TEAM-Elevated');
  });

  test('a missing assignment is there again after the command that the doctor gives', async () => {
    const { sets } = await readIdentityCenter(moto, organization);
    const gone = assignment(sets.get('SecurityAudit')?.arn, 'Security Auditors', 'claims-dev');
    await sso.send(new DeleteAccountAssignmentCommand(gone));
    expect(await assignments()).not.toEqual(FIRST_ASSIGNMENTS);
    const examine = async (): Promise<readonly string[]> => {
      const args = ['--estates', estates, '--against', 'local', '--only', 'access-assignments', '--json'];
      const { stdout } = await runCommand('doctor', args, { ...moto.env, AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url });
      expect(outputFaults('doctor', stdout)).toBeNull();
      return adviceOf(JSON.parse(stdout) as Examination, 'access-assignments');
    };
    const [advice = '', ...more] = await examine();
    expect(more).toEqual([]);
    const commands = ownCommandsIn(advice);
    expect(commands).toEqual([['deploy repair access', '--yes']]);
    for (const [, ...options] of commands) expect(await reconcile(...options)).toMatchObject({ code: 0 });
    expect([await examine(), await assignments()]).toEqual([[], FIRST_ASSIGNMENTS]);
  });

  test('what is merged and not deployed waits for the deployment, whichever way it goes', async () => {
    use(
      edited(sandboxFiles(), ({ access }) => {
        access.permissionSets = access.permissionSets.filter(({ name }) => name !== 'BillingReader');
        for (const grant of access.grants) {
          grant.permissionSets = grant.permissionSets.filter((name) => name !== 'BillingReader');
        }
        const developers = itemOf(access.grants, (grant) => 'group' in grant && grant.group === 'Claims Developers');
        developers.permissionSets.push('DataReader');
      }),
    );
    const { code, stdout } = await reconcile('--yes');
    expect(code).toBe(1);
    expect(stdout).toContain(
      'permission set BillingReader is not in the estate any more; a stack of the estate still has it',
    );
    expect(stdout).toMatch(
      /\nLeft as it is: group ".+": BillingReader in .+; a stack of the estate still has it, and the next deployment takes it away\n/,
    );
    expect(stdout).toMatch(
      /\nLeft as it is: group "Claims Developers": DataReader in .+; no stack of the estate has it yet, and the next deployment gives it\n/,
    );
    expect(stdout).toMatch(/\nNothing of this can be repaired here: do what stands above\.\n$/);
    expect(await assignments()).toEqual(FIRST_ASSIGNMENTS);
  });

  test('what people have in an excluded account that they can use goes, also where AWS refused it once', async () => {
    const excluding = edited(sandboxFiles(), ({ access }) => {
      access.excludedAccounts = [{ account: accountIdOf(EXCLUDED), reason: 'closed at the end of the month' }];
    });
    use(excluding);
    const deploy = ['deploy', 'sandbox-access', '--exclusively', '--require-approval', 'never'];
    await cdk(...deploy, '-c', 'estate=sandbox');
    const elsewhereOnly = FIRST_ASSIGNMENTS.filter((one) => !one.endsWith(` in ${EXCLUDED}`));
    expect(await assignments()).toEqual(elsewhereOnly);
    expect(await reconcile()).toMatchObject({ code: 0 });

    const { sets } = await readIdentityCenter(moto, organization);
    const byHand = assignment(sets.get('SecurityAdmin')?.arn, 'Claims Developers', EXCLUDED);
    await sso.send(new CreateAccountAssignmentCommand(byHand));
    const reason = 'the account is being changed';
    await moto.turn({ failingRequests: [{ reason, operation: 'DeleteAccountAssignment', times: 20 }] });
    const refused = await reconcile('--yes');
    await moto.turnAllOff();
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain(reason);
    expect(await assignments()).toEqual([...elsewhereOnly, HAND_MADE].toSorted());
    expect(await reconcile('--yes')).toMatchObject({ code: 0 });
    expect(await assignments()).toEqual(elsewhereOnly);
  });
});

/** An account that is ACTIVE. */
const EXCLUDED = 'claims-dev';
const HAND_MADE = `Claims Developers has SecurityAdmin in ${EXCLUDED}`;
const accountIdOf = (name: string) => itemOf(organization.accounts, (one) => one.name === name).id;
