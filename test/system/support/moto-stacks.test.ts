import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateAccountAssignmentCommand,
  ListAccountAssignmentsCommand,
  ListPermissionSetsCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { startMoto, type Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';

const InstanceArn = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const [FIRST, SECOND] = ['111111111111', '222222222222'] as const;
const GROUPS = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `11111111-1111-4111-8111-11111111111${letter}`);
const StackName = 'Access';
const SET = 'AWS::SSO::PermissionSet';
const ASSIGNMENT = 'AWS::SSO::Assignment';

type Resources = Record<string, { readonly Type: string; readonly Properties: object; readonly DependsOn?: string }>;

const set = (name: string, description = 'Reads') => ({
  Type: SET,
  Properties: { InstanceArn, Name: name, Description: description },
});
const assignment = (account: string, group = 0) => ({
  Type: ASSIGNMENT,
  Properties: {
    InstanceArn,
    PermissionSetArn: { Ref: 'Arn' },
    TargetType: 'AWS_ACCOUNT',
    TargetId: account,
    PrincipalType: 'GROUP',
    PrincipalId: GROUPS[group],
  },
});
/** Assignments of several groups in one account, all at once or one after the other. */
const assignments = (count: number, inLane: boolean): Resources =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `Assignment${index}`,
      { ...assignment(FIRST, index), ...(inLane && index > 0 && { DependsOn: `Assignment${index - 1}` }) },
    ]),
  );

describeWithPython('stacks of moto that fail as those of CloudFormation', () => {
  let moto: Moto;
  let cloudFormation: CloudFormationClient;
  let sso: SSOAdminClient;

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: { instanceArn: InstanceArn, identityStoreId: 'd-0123456789' } });
    cloudFormation = new CloudFormationClient({ ...moto.client, maxAttempts: 1 });
    sso = new SSOAdminClient(moto.client);
  });

  afterAll(async () => {
    cloudFormation.destroy();
    sso.destroy();
    await moto.stop();
  });

  beforeEach(async () => {
    await moto.turnAllOff();
    await moto.clearFaults();
    await moto.reset();
    await putToS3('');
  });

  /** Nothing of S3 is tested here: a template of a nested stack must have an address. */
  async function putToS3(path: string, body = ''): Promise<void> {
    const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request';
    const answer = await fetch(`${moto.endpoint}/templates${path}`, {
      method: 'PUT',
      body,
      headers: { authorization },
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  const template = (Resources: Resources) => JSON.stringify({ Parameters: { Arn: { Type: 'String' } }, Resources });

  let version = 0;
  /** A root with a set, its own resources and one nested stack, which assigns a set of the root. */
  async function rootOf(own: Resources, shard: Resources, assignedSet = 'Set'): Promise<string> {
    version += 1;
    await putToS3(`/${String(version)}.json`, template(shard));
    const Shard = {
      Type: 'AWS::CloudFormation::Stack',
      Properties: {
        TemplateURL: `https://s3.eu-central-1.amazonaws.com/templates/${String(version)}.json`,
        Parameters: { Arn: { 'Fn::GetAtt': [assignedSet, 'PermissionSetArn'] } },
      },
    };
    return JSON.stringify({ Resources: { Set: set('Developer'), ...own, Shard } });
  }

  const create = (TemplateBody: string) => cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
  const update = (TemplateBody: string) => cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody }));
  const status = async (name = StackName) => {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0]?.StackStatus;
  };
  const shardName = async () => {
    const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
    const { PhysicalResourceId = '' } =
      StackResources.find(({ LogicalResourceId }) => LogicalResourceId === 'Shard') ?? {};
    return PhysicalResourceId.split('/')[1] ?? '';
  };
  const setArns = async () => (await sso.send(new ListPermissionSetsCommand({ InstanceArn }))).PermissionSets ?? [];
  /** How many assignments an account has, of all sets. */
  const assigned = async (AccountId: string): Promise<number> => {
    let count = 0;
    for (const PermissionSetArn of await setArns()) {
      const query = { InstanceArn, PermissionSetArn, AccountId };
      count += (await sso.send(new ListAccountAssignmentsCommand(query))).AccountAssignments?.length ?? 0;
    }
    return count;
  };
  const failures = async () =>
    (await moto.stackEvents())
      .filter(({ status: state, type }) => state.endsWith('_FAILED') && type.startsWith('AWS::SSO'))
      .map(({ logicalId, status: state, reason }) => `${logicalId} ${state}: ${reason ?? ''}`);

  test('what an update fails to delete three times leaves the stack, which is green', async () => {
    await create(await rootOf({}, { A: assignment(FIRST), B: assignment(SECOND) }));
    await moto.orderResourceFault({ on: 'DELETE', account: FIRST, reason: 'conflicting operation' });
    await update(await rootOf({}, { B: assignment(SECOND) }));
    expect(await status()).toBe('UPDATE_COMPLETE');
    expect(await failures()).toEqual(Array.from({ length: 3 }, () => 'A DELETE_FAILED: conflicting operation'));
    expect(await assigned(FIRST)).toBe(1);

    await moto.clearFaults();
    await update(await rootOf({}, { B: assignment(SECOND), C: assignment(SECOND, 1) }));
    expect(await assigned(FIRST)).toBe(1);
  });

  test('what is replaced and can not be deleted is forgotten too', async () => {
    await create(await rootOf({}, { A: assignment(FIRST) }));
    await moto.orderResourceFault({ on: 'DELETE', during: 'clean-up', account: FIRST });
    await update(await rootOf({}, { A: assignment(SECOND) }));
    expect(await status()).toBe('UPDATE_COMPLETE');
    expect([await assigned(FIRST), await assigned(SECOND)]).toEqual([1, 1]);
  });

  test('assignments of one account conflict where nothing orders them, and do not in a lane', async () => {
    await moto.turn({ atOncePerAccount: 2 });
    const message = expect.stringContaining('conflicting operation') as string;
    await expect(create(await rootOf({}, assignments(3, false)))).rejects.toMatchObject({ message });
    expect(await assigned(FIRST)).toBe(0);
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    await create(await rootOf({}, assignments(3, true)));
    expect(await assigned(FIRST)).toBe(3);
  });

  test('of assignments that leave at once as many go as get through in three tries', async () => {
    await create(await rootOf({}, assignments(6, true)));
    await moto.turn({ atOncePerAccount: 1 });
    await update(await rootOf({}, {}));
    expect(await status()).toBe('UPDATE_COMPLETE');
    expect(await assigned(FIRST)).toBe(3);
  });

  test('a set that leaves together with its assignments is tried before they are gone, where all goes side by side', async () => {
    const both = await rootOf({ Other: set('Other') }, { A: assignment(FIRST) }, 'Other');
    const none = await rootOf({}, {});
    await create(both);
    await update(none);
    expect([await assigned(FIRST), (await setArns()).length]).toEqual([0, 1]);

    await update(both);
    await moto.turn({ cleanUpTogether: true });
    await update(none);
    expect(await status()).toBe('UPDATE_COMPLETE');
    expect([await assigned(FIRST), (await setArns()).length]).toEqual([0, 2]);
    const failed = expect.stringMatching(/^Other DELETE_FAILED: .* it is assigned$/) as string;
    expect(await failures()).toEqual([failed, failed, failed]);
  });

  test('more permission sets at once than ordered are throttled', async () => {
    const sets = Object.fromEntries(['A', 'B', 'C'].map((name) => [name, set(name)]));
    await moto.turn({ setsAtOnce: 3 });
    await expect(create(await rootOf(sets, {}))).rejects.toMatchObject({ message: 'Internal Failure: Rate exceeded' });
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    const inLane: Resources = { ...sets, C: { ...set('C'), DependsOn: 'Set' } };
    await create(await rootOf(inLane, {}));
    expect(await setArns()).toHaveLength(4);
  });

  test('an update in an account that fails is rolled back as a whole', async () => {
    await create(await rootOf({}, { A: assignment(FIRST) }));
    await moto.turn({ failingRequests: [{ account: SECOND, reason: 'suspended' }] });
    await expect(
      update(await rootOf({ Other: set('Other') }, { A: assignment(FIRST), B: assignment(SECOND) })),
    ).rejects.toMatchObject({ message: expect.stringContaining('failed due to: suspended') as string });
    expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await setArns()).toHaveLength(1);
  });

  test('a nested stack whose roll-back fails holds the root, which goes on once its resource is skipped', async () => {
    await create(await rootOf({}, { A: assignment(FIRST) }));
    await moto.orderResourceFault({ on: 'CREATE', logicalId: '^C$', reason: 'no such policy' });
    await moto.orderResourceFault({ on: 'DELETE', during: 'rollback', logicalId: '^B$', reason: 'suspended' });
    const next = async () =>
      rootOf({}, { A: assignment(FIRST), B: assignment(SECOND), C: { ...assignment(SECOND, 1), DependsOn: 'B' } });
    await expect(update(await next())).rejects.toMatchObject({
      message: expect.stringContaining('no such policy') as string,
    });
    const shard = await shardName();
    expect([await status(), await status(shard)]).toEqual(['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED']);
    await expect(update(await next())).rejects.toMatchObject({
      message: expect.stringContaining('is in UPDATE_ROLLBACK_FAILED state and can not be updated') as string,
    });

    const goOn = (name: string, ...ResourcesToSkip: string[]) =>
      cloudFormation.send(new ContinueUpdateRollbackCommand({ StackName: name, ResourcesToSkip }));
    await expect(goOn(shard)).rejects.toMatchObject({
      message: expect.stringContaining('is a nested stack') as string,
    });
    // By the name of the nested stack: its logical id is unknown.
    await expect(goOn(StackName, 'Shard.B')).rejects.toMatchObject({
      message: expect.stringContaining('[Shard.B] are not in UPDATE_FAILED') as string,
    });
    await goOn(StackName);
    expect(await status()).toBe('UPDATE_ROLLBACK_FAILED');
    await goOn(StackName, `${shard}.B`);
    expect([await status(), await status(shard)]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
    expect(await assigned(SECOND)).toBe(1);

    await moto.clearFaults();
    await expect(update(await next())).rejects.toMatchObject({
      message: expect.stringContaining('already exists') as string,
    });
    expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('a first creation that failed can not be updated, nor deleted while it is protected', async () => {
    await moto.orderResourceFault({ on: 'CREATE', account: FIRST, reason: 'suspended' });
    const TemplateBody = await rootOf({}, { A: assignment(FIRST) });
    const first = new CreateStackCommand({ StackName, TemplateBody, EnableTerminationProtection: true });
    await expect(cloudFormation.send(first)).rejects.toMatchObject({
      message: expect.stringContaining('suspended') as string,
    });
    expect(await status()).toBe('ROLLBACK_COMPLETE');
    await expect(update(TemplateBody)).rejects.toMatchObject({
      message: expect.stringContaining('is in ROLLBACK_COMPLETE state and can not be updated') as string,
    });
    await expect(cloudFormation.send(new DeleteStackCommand({ StackName }))).rejects.toMatchObject({
      message: `Stack [${StackName}] cannot be deleted while TerminationProtection is enabled`,
    });
  });

  test('requests of an account that a person makes meanwhile are waited for', async () => {
    await create(await rootOf({}, {}));
    const [PermissionSetArn] = await setArns();
    await moto.turn({ provisioningCalls: 4, conflicts: true });
    await sso.send(
      new CreateAccountAssignmentCommand({
        InstanceArn,
        PermissionSetArn,
        TargetType: 'AWS_ACCOUNT',
        TargetId: FIRST,
        PrincipalType: 'GROUP',
        PrincipalId: GROUPS[5],
      }),
    );
    await update(await rootOf({}, { A: assignment(FIRST) }));
    expect(await assigned(FIRST)).toBe(2);
  });

  test.each([
    [{ on: 'REPLACE' }, "on must be one of ('CREATE', 'UPDATE', 'DELETE'), got 'REPLACE'"],
    [{ on: 'CREATE', during: 'cleanup' }, 'during must be one of'],
    [{ on: 'CREATE', account_id: FIRST }, 'account_id'],
  ])('a misspelt order is refused: %j', async (order, message) => {
    await expect(moto.orderResourceFault(order as never)).rejects.toThrow(message);
  });
});
