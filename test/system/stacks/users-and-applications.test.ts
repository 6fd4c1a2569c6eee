import { CreateUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import {
  CreateApplicationAssignmentCommand,
  CreateApplicationCommand,
  DeleteApplicationAssignmentCommand,
  ListApplicationAssignmentsCommand,
  PutApplicationAssignmentConfigurationCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { runCdkOk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import type { EstateFiles } from '../../support/large-estate';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { edited, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { FakeCloudTrail } from '../doctor/cloud-trail';
import { type Finished, runCommand } from '../doctor/run-doctor';
import { readIdentityCenter } from './read-identity-center';
import { ANALYSTS, FIRST_ASSIGNMENTS, organization, startSandboxOrganization } from './sandbox-organization';

const { instanceArn: InstanceArn, identityStoreId: IdentityStoreId } = organization.identityCenter;
const idOf = (group: string): string =>
  organization.groups.find(({ displayName }) => displayName === group)?.id ?? 'none';
const AUDITORS = idOf('Security Auditors');
const DEVELOPERS = idOf('Claims Developers');

/** The group that was pending has its grant as well, since the new snapshot knows it. */
const SYNCHRONIZED = [...FIRST_ASSIGNMENTS, `GROUP ${ANALYSTS.id} has DataReader in analytics-stage`].toSorted();

/** A day that is not over while the test runs, and one that is. */
const dayIn = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describeWithPython('a user and an application', () => {
  const cwd = temporaryFolder();
  const estates = join(cwd, 'estates');
  let moto: Moto;
  let trail: FakeCloudTrail;
  let sso: SSOAdminClient;
  let jane: string;
  let ApplicationArn: string;

  const run = (command: string, ...args: readonly string[]): Promise<Finished> =>
    runCommand(command, ['--estates', estates, '--estate', 'sandbox', ...args], {
      ...moto.env,
      AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url,
    });
  const snapshotText = (): string => readFileSync(join(estates, 'sandbox', ORGANIZATION_FILE), 'utf8');
  /** The sandbox with both, and the snapshot that was read last. */
  const files = (until: string, groups: readonly string[], snapshot?: string): EstateFiles => {
    const base = sandboxFiles();
    return edited(snapshot === undefined ? base : { ...base, [ORGANIZATION_FILE]: snapshot }, ({ access }) => {
      access.grants.push({
        user: 'jane@example.com',
        reason: 'She looks into the incident.',
        until,
        permissionSets: ['SecurityAudit'],
        accounts: { include: [{ name: 'claims-dev' }] },
      });
      access.applications = [{ name: 'QuickSight', arn: ApplicationArn, groups: [...groups] }];
    });
  };
  const deploy = async (): Promise<void> => {
    const args = ['deploy', 'sandbox-access', '--exclusively', '--require-approval', 'never', '-c', 'estate=sandbox'];
    await runCdkOk(args, { cwd, env: moto.env });
  };
  const assigned = async (): Promise<readonly string[]> => {
    const { ApplicationAssignments = [] } = await sso.send(new ListApplicationAssignmentsCommand({ ApplicationArn }));
    return ApplicationAssignments.map(
      ({ PrincipalType, PrincipalId }) => `${PrincipalType ?? ''} ${PrincipalId ?? ''}`,
    );
  };
  const assignments = async (): Promise<readonly string[]> =>
    (await readIdentityCenter(moto, organization)).assignments;

  beforeAll(async () => {
    [moto, trail] = await Promise.all([startSandboxOrganization(), FakeCloudTrail.start()]);
    sso = new SSOAdminClient(moto.client);
    const store = new IdentitystoreClient(moto.client);
    const named = (UserName: string) =>
      new CreateUserCommand({
        IdentityStoreId,
        UserName,
        DisplayName: UserName,
        Name: { GivenName: 'A', FamilyName: 'B' },
      });
    jane = (await store.send(named('jane@example.com'))).UserId ?? '';
    await store.send(named('eve@example.com'));
    store.destroy();
    const ApplicationProviderArn = 'arn:aws:sso::aws:applicationProvider/custom';
    const made = await sso.send(new CreateApplicationCommand({ InstanceArn, Name: 'QS', ApplicationProviderArn }));
    ApplicationArn = made.ApplicationArn ?? '';
    writeProject(cwd, { sandbox: files(dayIn(30), ['Security Auditors', 'Claims Developers']) });
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], { cwd, env: moto.env });
  });

  afterAll(async () => {
    sso.destroy();
    await Promise.all([moto.stop(), trail.stop()]);
  });

  test('the snapshot looks up the user whom the estate names, and no one else', async () => {
    expect(snapshotText()).not.toContain('jane@');
    expect((await run('snapshot')).code).toBe(0);
    expect(JSON.parse(snapshotText())).toMatchObject({ users: [{ id: jane, userName: 'jane@example.com' }] });
    expect(snapshotText()).not.toContain('eve@');
  });

  test('are deployed, and read back as declared', async () => {
    writeEstate(cwd, 'sandbox', files(dayIn(30), ['Security Auditors', 'Claims Developers'], snapshotText()));
    await deploy();
    expect(await assignments()).toEqual([...SYNCHRONIZED, `USER ${jane} has SecurityAudit in claims-dev`].toSorted());
    expect((await assigned()).toSorted()).toEqual([`GROUP ${AUDITORS}`, `GROUP ${DEVELOPERS}`].toSorted());
    const reconciled = await run('deploy repair access');
    expect(reconciled.stdout).toContain('1 applications are there and ask for an assignment');
    expect(reconciled.code).toBe(0);
  });

  test('what somebody changes of the application is told and repaired', async () => {
    const user = { ApplicationArn, PrincipalType: 'USER' as const, PrincipalId: jane };
    await sso.send(new CreateApplicationAssignmentCommand(user));
    const group = { ApplicationArn, PrincipalType: 'GROUP' as const, PrincipalId: DEVELOPERS };
    await sso.send(new DeleteApplicationAssignmentCommand(group));
    const repaired = await run('deploy repair access', '--yes');
    expect(repaired.stdout).toContain(
      'group "Claims Developers" may not use the application "QuickSight", which the estate grants',
    );
    expect(repaired.stdout).toContain(
      'user "jane@example.com" may use the application "QuickSight", which is not in the estate',
    );
    expect(repaired.stdout).toContain(
      'To repair: take away 1 assignment of applications, give 1 assignment of applications\n',
    );
    expect(repaired.code).toBe(0);
    expect((await assigned()).toSorted()).toEqual([`GROUP ${AUDITORS}`, `GROUP ${DEVELOPERS}`].toSorted());
  });

  test('an application that asks for no assignment is a warning', async () => {
    const configuration = { ApplicationArn, AssignmentRequired: false };
    await sso.send(new PutApplicationAssignmentConfigurationCommand(configuration));
    const { stdout } = await run('doctor', '--only', 'access');
    expect(stdout).toContain('the application "QuickSight" needs no assignment: every user');
    await sso.send(new PutApplicationAssignmentConfigurationCommand({ ...configuration, AssignmentRequired: true }));
  });

  test('once the exception has ended and a group has left, the next deployment takes both away', async () => {
    writeEstate(cwd, 'sandbox', files(dayIn(-3), ['Security Auditors'], snapshotText()));
    const drift = await run('deploy repair access');
    expect(drift.stdout).toContain(
      `user "jane@example.com" still has SecurityAudit in claims-dev (210000000011), though the exception ended on ${dayIn(-3)}`,
    );
    await deploy();
    expect(await assignments()).toEqual(SYNCHRONIZED);
    expect(await assigned()).toEqual([`GROUP ${AUDITORS}`]);
    expect((await run('deploy repair access')).code).toBe(0);
  });
});
