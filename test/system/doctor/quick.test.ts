import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  type PrincipalType,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { CreateUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { gatherFacts } from '../../../src/clouds/gather-facts';
import { type Examination, examineEstate } from '../../../src/doctor/examination';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { OrganizationFile } from '../../../src/estate/source/organization';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { organization, startSandboxOrganization } from '../stacks/sandbox-organization';
import { FakeCloudTrail } from './cloud-trail';
import { deployAccess } from './deploy-access';
import { healthyEstate } from './healthy-estate';
import { withEnvironment } from './with-environment';

const ACCOUNT = '210000000011';
const HOUR_MS = 3_600_000;

describeWithPython('a quick run of the doctor', () => {
  const { instanceArn: InstanceArn, identityStoreId: IdentityStoreId } = organization.identityCenter;
  let plan: EstatePlan;
  let snapshotOnDisk: OrganizationFile;
  let moto: Moto;
  let trail: FakeCloudTrail;
  let sso: SSOAdminClient;
  let PermissionSetArn: string | undefined;
  let eve: string | undefined;
  let restore: () => void;

  const examine = async (isQuick: boolean): Promise<Examination> => {
    const options = { areas: ['access'] as const, concurrency: 5, timeoutSeconds: 60, onProgress: () => undefined };
    const facts = await gatherFacts({ plan, snapshotOnDisk, environment: process.env, isQuick, ...options });
    return examineEstate({ plan, facts, now: new Date() }, ['access']);
  };
  const problems = ({ checks }: Pick<Examination, 'checks'>): readonly string[] =>
    checks.flatMap(({ id, outcome }) => (outcome === 'ok' ? [] : [`${id} ${outcome}`]));
  /** What is found of an assignment that somebody makes by hand, as CloudTrail has it after so many hours. */
  const found = async (principal: readonly [PrincipalType, string | undefined], hours: number, isQuick = true) => {
    const [PrincipalType, PrincipalId] = principal;
    const one = { InstanceArn, PermissionSetArn, PrincipalType, PrincipalId, TargetId: ACCOUNT };
    const key = { ...one, TargetType: 'AWS_ACCOUNT' as const };
    await sso.send(new CreateAccountAssignmentCommand(key));
    const parameters = {
      ...{ permissionSetArn: PermissionSetArn, targetId: ACCOUNT },
      ...{ principalType: PrincipalType, principalId: PrincipalId },
    };
    const at = new Date(Date.now() - hours * HOUR_MS).toISOString();
    trail.events = [{ name: 'CreateAccountAssignment', by: 'arn:aws:iam::210000000001:user/mallory', at, parameters }];
    const seen = problems(await examine(isQuick));
    await sso.send(new DeleteAccountAssignmentCommand(key));
    trail.events = [];
    return seen;
  };

  beforeAll(async () => {
    [moto, trail] = await Promise.all([
      startSandboxOrganization({ delegatedAdministrator: '210000000003' }),
      FakeCloudTrail.start(),
    ]);
    restore = withEnvironment({ ...moto.env, AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url });
    sso = new SSOAdminClient(moto.client);
    ({ plan, snapshotOnDisk } = await healthyEstate(moto.region));
    PermissionSetArn = (await deployAccess(moto, plan)).get('SecurityAudit');
    const Name = { GivenName: 'E', FamilyName: 'V' };
    const user = { IdentityStoreId, UserName: 'eve@example.com', DisplayName: 'Eve', Name };
    eve = (await new IdentitystoreClient(moto.client).send(new CreateUserCommand(user))).UserId;
  });

  afterAll(async () => {
    restore();
    sso.destroy();
    await Promise.all([moto.stop(), trail.stop()]);
  });

  test('asks by group, neither by account nor about the organization, and finds nothing where all is well', async () => {
    await moto.resetCalls();
    const { checks, totals } = await examine(true);
    expect(problems({ checks })).toEqual([]);
    expect(totals.ok).toBe(8);
    const { operations } = await moto.calls();
    const asked = Object.keys(operations);
    expect(operations['sso-admin:ListAccountAssignmentsForPrincipal']?.count).toBe(snapshotOnDisk.groups.length);
    expect(asked).not.toContain('sso-admin:ListAccountAssignments');
    expect(asked).not.toContain('identitystore:ListGroupMemberships');
    expect(asked.filter((operation) => operation.startsWith('organizations:'))).toEqual([]);
  });

  test('finds what a group was given by hand, whatever CloudTrail has', async () => {
    const developers = snapshotOnDisk.groups.find(({ displayName }) => displayName === 'Claims Developers');
    expect(await found(['GROUP', developers?.id], 100)).toEqual(['access-assignments failure']);
  });

  test('finds what a user was given by hand within two days, and leaves older ones to a full run', async () => {
    expect(await found(['USER', eve], 1)).toEqual(['access-assignments failure']);
    expect(await found(['USER', eve], 49)).toEqual([]);
    expect(await found(['USER', eve], 49, false)).toEqual(['access-assignments failure']);
  });

  test('tells from when on CloudTrail was read where it has more events than are read, which is no check if that is lately', async () => {
    trail.isEndless = true;
    const at = new Date(Date.now() - 3 * HOUR_MS).toISOString();
    const parameters = {
      permissionSetArn: PermissionSetArn,
      targetId: ACCOUNT,
      principalType: 'USER',
      principalId: eve,
    };
    const event = { name: 'CreateAccountAssignment', by: 'arn:aws:iam::210000000001:user/ada', at, parameters };
    trail.events = [event];
    const { notCompared } = await examine(true);
    trail.events = [
      { ...event, at: new Date(Date.now() - HOUR_MS).toISOString(), record: { errorCode: 'AccessDenied' } },
    ];
    const gap = await examine(true);
    trail.isEndless = false;
    trail.events = [];
    expect(notCompared[0]).toContain(`since ${at.slice(0, 19)}`);
    expect(problems(gap)).toEqual(['access-assignments unknown']);
  });

  test('could not check where CloudTrail refuses', async () => {
    trail.isDenied = true;
    const { checks } = await examine(true);
    trail.isDenied = false;
    expect(problems({ checks })).toEqual(['access-assignments unknown']);
  });

  test('could not check where AWS refuses the call by principal', async () => {
    const fail = { code: 'AccessDeniedException', times: 20 };
    await moto.orderFault({ service: 'sso-admin', operation: 'ListAccountAssignmentsForPrincipal', fail });
    const quick = await examine(true);
    await moto.clearFaults();
    expect(problems(quick)).toEqual(['access-assignments unknown', 'access-other-sets unknown']);
    expect(quick.checks.find(({ id }) => id === 'access-assignments')?.observations).toMatchObject([
      {
        permission: 'sso:ListAccountAssignmentsForPrincipal',
        advice: expect.stringContaining('without --quick') as unknown,
      },
    ]);
  });
});
