import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  ListCreateAccountStatusCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  DeleteAccountAssignmentCommand,
  DeletePermissionSetCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  DescribePermissionSetProvisioningStatusCommand,
  ListAccountAssignmentCreationStatusCommand,
  ListAccountAssignmentDeletionStatusCommand,
  ListAccountAssignmentsCommand,
  ListAccountsForProvisionedPermissionSetCommand,
  ListPermissionSetProvisioningStatusCommand,
  ListPermissionSetsCommand,
  ProvisionPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { startMoto, type Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';

const InstanceArn = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const [FIRST, SECOND] = ['111111111111', '222222222222'] as const;
const GROUP = '11111111-1111-4111-8111-111111111111';
const POLICY = '{"Version":"2012-10-17","Statement":[]}';

describeWithPython('requests of IAM Identity Center in moto', () => {
  let moto: Moto;
  let sso: SSOAdminClient;
  let PermissionSetArn: string;

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: { instanceArn: InstanceArn, identityStoreId: 'd-0123456789' } });
    sso = new SSOAdminClient({ ...moto.client, maxAttempts: 1 });
  });

  afterAll(async () => {
    sso.destroy();
    await moto.stop();
  });

  beforeEach(async () => {
    await moto.turnAllOff();
    await moto.reset();
    const { PermissionSet } = await sso.send(new CreatePermissionSetCommand({ InstanceArn, Name: 'Developer' }));
    PermissionSetArn = PermissionSet?.PermissionSetArn ?? '';
  });

  const assignment = (account: string) => ({
    InstanceArn,
    PermissionSetArn,
    TargetType: 'AWS_ACCOUNT' as const,
    TargetId: account,
    PrincipalType: 'GROUP' as const,
    PrincipalId: GROUP,
  });
  const create = async (account: string) => {
    const answer = await sso.send(new CreateAccountAssignmentCommand(assignment(account)));
    return answer.AccountAssignmentCreationStatus;
  };
  const remove = async (account: string) => {
    const answer = await sso.send(new DeleteAccountAssignmentCommand(assignment(account)));
    return answer.AccountAssignmentDeletionStatus;
  };
  const creation = async (id: string | undefined) => {
    const query = { InstanceArn, AccountAssignmentCreationRequestId: id };
    return (await sso.send(new DescribeAccountAssignmentCreationStatusCommand(query))).AccountAssignmentCreationStatus;
  };
  const deletion = async (id: string | undefined) => {
    const query = { InstanceArn, AccountAssignmentDeletionRequestId: id };
    return (await sso.send(new DescribeAccountAssignmentDeletionStatusCommand(query))).AccountAssignmentDeletionStatus;
  };
  const accountsWithSet = async () => {
    const found = [];
    for (const AccountId of [FIRST, SECOND]) {
      const query = { InstanceArn, PermissionSetArn, AccountId };
      const { AccountAssignments = [] } = await sso.send(new ListAccountAssignmentsCommand(query));
      if (AccountAssignments.length > 0) found.push(AccountId);
    }
    return found;
  };

  test('are done at once while nothing is switched on, and have a status', async () => {
    const made = await create(FIRST);
    expect(made).toMatchObject({ Status: 'SUCCEEDED', TargetId: FIRST, PrincipalId: GROUP });
    expect(await creation(made?.RequestId)).toEqual(made);
    expect(await accountsWithSet()).toEqual([FIRST]);
    const removed = await remove(FIRST);
    expect(await deletion(removed?.RequestId)).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await accountsWithSet()).toEqual([]);
  });

  test('are in progress for as many calls as ordered, and change nothing before', async () => {
    await moto.turn({ provisioningCalls: 3 });
    const made = await create(FIRST);
    expect(made).toMatchObject({ Status: 'IN_PROGRESS' });
    expect(await accountsWithSet()).toEqual([]);
    const { AccountAssignmentsCreationStatus: open } = await sso.send(
      new ListAccountAssignmentCreationStatusCommand({ InstanceArn, Filter: { Status: 'IN_PROGRESS' } }),
    );
    expect(open?.map(({ RequestId }) => RequestId)).toEqual([made?.RequestId]);
    expect(await creation(made?.RequestId)).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await accountsWithSet()).toEqual([FIRST]);

    const removed = await remove(FIRST);
    expect(await accountsWithSet()).toEqual([FIRST]);
    expect(await deletion(removed?.RequestId)).toMatchObject({ Status: 'IN_PROGRESS' });
    expect(await deletion(removed?.RequestId)).toMatchObject({ Status: 'SUCCEEDED' });
    const { AccountAssignmentsDeletionStatus: done } = await sso.send(
      new ListAccountAssignmentDeletionStatusCommand({ InstanceArn }),
    );
    expect(done).toMatchObject([{ Status: 'SUCCEEDED', RequestId: removed?.RequestId }]);
    expect(await accountsWithSet()).toEqual([]);
  });

  test('of one account conflict while one is in progress; those of another account do not', async () => {
    await moto.turn({ provisioningCalls: 2, conflicts: true });
    const made = await create(FIRST);
    const conflict = {
      name: 'ConflictException',
      message: 'There is a conflicting operation in process for this AWS account',
    };
    await expect(create(FIRST)).rejects.toMatchObject(conflict);
    expect(await create(SECOND)).toMatchObject({ Status: 'IN_PROGRESS' });
    expect(await creation(made?.RequestId)).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await remove(FIRST)).toMatchObject({ Status: 'IN_PROGRESS' });
  });

  test('provision a changed set in the accounts that have it, and one account in its way', async () => {
    await create(FIRST);
    await create(SECOND);
    await sso.send(new PutInlinePolicyToPermissionSetCommand({ InstanceArn, PermissionSetArn, InlinePolicy: POLICY }));
    const outdated = async () => {
      const query = {
        InstanceArn,
        PermissionSetArn,
        ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' as const,
      };
      return (await sso.send(new ListAccountsForProvisionedPermissionSetCommand(query))).AccountIds;
    };
    expect(await outdated()).toEqual([FIRST, SECOND]);

    const one = { InstanceArn, PermissionSetArn, TargetType: 'AWS_ACCOUNT' as const, TargetId: FIRST };
    await sso.send(new ProvisionPermissionSetCommand(one));
    expect(await outdated()).toEqual([SECOND]);

    const reason = 'The customer managed policy Boundary is not in the account';
    await moto.turn({ provisioningCalls: 1, failingRequests: [{ reason, account: SECOND, times: 1 }] });
    const all = { InstanceArn, PermissionSetArn, TargetType: 'ALL_PROVISIONED_ACCOUNTS' as const };
    const ended = async () => {
      const { PermissionSetProvisioningStatus: taken } = await sso.send(new ProvisionPermissionSetCommand(all));
      expect(taken).toMatchObject({ Status: 'IN_PROGRESS' });
      await sso.send(new ListPermissionSetProvisioningStatusCommand({ InstanceArn }));
      const query = { InstanceArn, ProvisionPermissionSetRequestId: taken?.RequestId };
      return (await sso.send(new DescribePermissionSetProvisioningStatusCommand(query)))
        .PermissionSetProvisioningStatus;
    };
    expect(await ended()).toMatchObject({ Status: 'FAILED', FailureReason: reason });
    expect(await outdated()).toEqual([SECOND]);
    expect(await ended()).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await outdated()).toEqual([]);
  });

  test('for a suspended account are taken, and fail', async () => {
    const organizations = new OrganizationsClient(moto.client);
    await organizations.send(new CreateOrganizationCommand({}));
    await organizations.send(new CreateAccountCommand({ AccountName: 'gone', Email: 'gone@acme.example' }));
    const { CreateAccountStatuses = [] } = await organizations.send(new ListCreateAccountStatusCommand({}));
    const account = CreateAccountStatuses[0]?.AccountId ?? '';
    expect(await create(account)).toMatchObject({ Status: 'SUCCEEDED' });
    await organizations.send(new CloseAccountCommand({ AccountId: account }));
    organizations.destroy();
    await moto.turn({ refuseSuspended: true });
    const refused = await remove(account);
    expect(refused?.Status).toBe('FAILED');
    expect(refused?.FailureReason).toContain(`Obtaining permissions to manage your AWS account '${account}'`);
    expect(await create(FIRST)).toMatchObject({ Status: 'SUCCEEDED' });
  });

  test('to delete an assigned set conflict', async () => {
    await create(FIRST);
    const call = sso.send(new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn }));
    await expect(call).rejects.toMatchObject({ name: 'ConflictException' });
  });

  test('are throttled after as many calls as ordered, and then served again', async () => {
    await moto.turn({ throttleAfter: 20 });
    const list = () => sso.send(new ListPermissionSetsCommand({ InstanceArn }));
    for (let round = 0; round < 2; round += 1) {
      for (let call = 0; call < 20; call += 1) await list();
      await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    }
  });

  test.each([
    [{ provisioningCall: 1 }, "unknown switches ['provisioningCall']"],
    [{ throttleAfter: true }, 'must be int, got True'],
    [{ conflicts: true }, 'conflicts needs provisioningCalls'],
    [{ failingRequests: [{ account: FIRST }] }, 'reason'],
  ])('a misspelt switch is refused: %j', async (switches, message) => {
    await expect(moto.turn(switches as object)).rejects.toThrow(message);
  });
});
