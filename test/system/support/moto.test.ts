import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeInstanceAccessControlAttributeConfigurationCommand,
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  ListManagedPoliciesInPermissionSetCommand,
  ListPermissionSetsCommand,
  ListTagsForResourceCommand,
  paginateListAccountAssignmentsForPrincipal,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { runCdk, runCdkOk } from '../../support/cdk-cli';
import type { NestedApp } from '../../support/fixtures/nested-app';
import { startMoto, type Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { REPOSITORY } from '../../support/repository';

const GROUP_A = '11111111-1111-4111-8111-111111111111';
const GROUP_B = '22222222-2222-4222-8222-222222222222';
const [FIRST, SECOND, THIRD] = ['111111111111', '222222222222', '333333333333'] as const;
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const VIEW_ONLY = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess';
const INSTANCE = { instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', identityStoreId: 'd-0123456789' };
const InstanceArn = INSTANCE.instanceArn;
const APP = `tsx ${join(REPOSITORY, 'test/support/fixtures/nested-app.ts')}`;
const DEPLOY = ['deploy', '--app', APP, '--require-approval', 'never', '--all'];

const first: NestedApp = {
  instanceArn: InstanceArn,
  setName: 'Developer',
  description: 'Reads <all> & more',
  managedPolicies: [READ_ONLY, VIEW_ONLY],
  boundary: READ_ONLY,
  attributes: ['email'],
  shards: { ShardA: [`${FIRST}/${GROUP_A}`, `${SECOND}/${GROUP_A}`], ShardB: [`${THIRD}/${GROUP_B}`] },
};

const { boundary: READ_ONLY_BOUNDARY, ...unbounded } = first;

describeWithPython('the CDK against moto', () => {
  let moto: Moto;
  let client: SSOAdminClient;
  let cwd: string;
  let firstArn: string;

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: INSTANCE });
    client = new SSOAdminClient(moto.client);
    cwd = await mkdtemp(join(tmpdir(), 'nested-app-'));
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], options(first));
  });

  afterAll(async () => {
    client.destroy();
    await moto.stop();
    await rm(cwd, { recursive: true });
  });

  const options = (app: NestedApp) => ({ cwd, env: { ...moto.env, NESTED_APP: JSON.stringify(app) } });

  const setArns = async (): Promise<string[]> =>
    (await client.send(new ListPermissionSetsCommand({ InstanceArn }))).PermissionSets ?? [];

  const onlySetArn = async (): Promise<string> => {
    const [arn, ...others] = await setArns();
    expect(others).toEqual([]);
    return arn ?? '';
  };

  const assignments = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const PrincipalId of [GROUP_A, GROUP_B]) {
      const query = { InstanceArn, PrincipalId, PrincipalType: 'GROUP' as const };
      for await (const page of paginateListAccountAssignmentsForPrincipal({ client }, query)) {
        for (const { AccountId, PermissionSetArn } of page.AccountAssignments ?? []) {
          found.push(`${AccountId ?? ''}/${PrincipalId} ${PermissionSetArn ?? ''}`);
        }
      }
    }
    return found.toSorted();
  };

  test('deploys a set and the assignments of two nested stacks that take its ARN', async () => {
    const { stdout, stderr } = await runCdkOk(DEPLOY, options(first));
    firstArn = await onlySetArn();
    expect(`${stdout}${stderr}`).toContain(`Access.SetArn = ${firstArn}`);
    const { PermissionSet } = await client.send(
      new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn: firstArn }),
    );
    expect(PermissionSet).toMatchObject({
      Name: 'Developer',
      Description: 'Reads <all> & more',
      SessionDuration: 'PT4H',
    });
    expect(await assignments()).toEqual([
      `${FIRST}/${GROUP_A} ${firstArn}`,
      `${SECOND}/${GROUP_A} ${firstArn}`,
      `${THIRD}/${GROUP_B} ${firstArn}`,
    ]);
  });

  test('what surrounds the set arrives: policies with and without path, boundary, tags, attributes', async () => {
    const set = { InstanceArn, PermissionSetArn: firstArn };
    const managed = await client.send(new ListManagedPoliciesInPermissionSetCommand(set));
    expect(managed.AttachedManagedPolicies?.map(({ Arn }) => Arn)).toEqual([READ_ONLY, VIEW_ONLY]);
    const boundary = await client.send(new GetPermissionsBoundaryForPermissionSetCommand(set));
    expect(boundary.PermissionsBoundary).toEqual({ ManagedPolicyArn: READ_ONLY_BOUNDARY });
    const inline = await client.send(new GetInlinePolicyForPermissionSetCommand(set));
    expect(inline.InlinePolicy).toContain('"iam:*"');
    const tags = await client.send(new ListTagsForResourceCommand({ InstanceArn, ResourceArn: firstArn }));
    expect(tags.Tags).toEqual([{ Key: 'owner', Value: 'R&D <team>' }]);
    const attributes = await client.send(
      new DescribeInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }),
    );
    expect(attributes.InstanceAccessControlAttributeConfiguration?.AccessControlAttributes).toEqual([
      { Key: 'email', Value: { Source: ['${path:email}'] } },
    ]);
  });

  test('a nested stack waits for the one it depends on', async () => {
    const events = (await moto.stackEvents()).map(({ stack, logicalId, status }) => `${stack} ${logicalId} ${status}`);
    const done = events.findIndex((event) => /^Access ShardA.* CREATE_COMPLETE$/.test(event));
    const begun = events.findIndex((event) => /^Access ShardB.* CREATE_IN_PROGRESS$/.test(event));
    expect(done).toBeGreaterThan(0);
    expect(begun).toBeGreaterThan(done);
  });

  test('a second deploy of the same changes nothing', async () => {
    const { stdout, stderr } = await runCdkOk(DEPLOY, options(first));
    expect(`${stdout}${stderr}`).toContain('(no changes)');
  });

  test('diff shows what a change would do, down into nested stacks', async () => {
    const changed = { ...first, description: 'Reads', shards: { ...first.shards, ShardB: [`${FIRST}/${GROUP_B}`] } };
    const { stdout, stderr } = await runCdkOk(['diff', '--app', APP], options(changed));
    const output = `${stdout}${stderr}`;
    expect(output).toContain('[~] AWS::SSO::PermissionSet Set');
    expect(output).toMatch(/\[-\] AWS::SSO::Assignment .*333333333333/);
    expect(output).toMatch(/\[\+\] AWS::SSO::Assignment .*111111111111/);
  });

  test('an update changes the set in place and removes the assignment that the template lost', async () => {
    const shards = { ...first.shards, ShardA: [`${FIRST}/${GROUP_A}`] };
    await runCdkOk(DEPLOY, options({ ...unbounded, description: 'Reads', managedPolicies: [READ_ONLY], shards }));
    expect(await onlySetArn()).toBe(firstArn);
    const set = { InstanceArn, PermissionSetArn: firstArn };
    const { PermissionSet } = await client.send(new DescribePermissionSetCommand(set));
    expect(PermissionSet?.Description).toBe('Reads');
    const managed = await client.send(new ListManagedPoliciesInPermissionSetCommand(set));
    expect(managed.AttachedManagedPolicies?.map(({ Arn }) => Arn)).toEqual([READ_ONLY]);
    const boundary = client.send(new GetPermissionsBoundaryForPermissionSetCommand(set));
    await expect(boundary).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await assignments()).toEqual([`${FIRST}/${GROUP_A} ${firstArn}`, `${THIRD}/${GROUP_B} ${firstArn}`]);
  });

  test('a renamed set is replaced, and every assignment with it', async () => {
    const renamed = { ...first, setName: 'Engineer' };
    await runCdkOk(DEPLOY, options(renamed));
    const arn = await onlySetArn();
    expect(arn).not.toBe(firstArn);
    expect(await assignments()).toEqual([
      `${FIRST}/${GROUP_A} ${arn}`,
      `${SECOND}/${GROUP_A} ${arn}`,
      `${THIRD}/${GROUP_B} ${arn}`,
    ]);
  });

  test('a nested stack that goes takes its assignments along', async () => {
    const { ShardA } = first.shards;
    await runCdkOk(DEPLOY, options({ ...first, setName: 'Engineer', shards: ShardA ? { ShardA } : {} }));
    const arn = await onlySetArn();
    expect(await assignments()).toEqual([`${FIRST}/${GROUP_A} ${arn}`, `${SECOND}/${GROUP_A} ${arn}`]);
  });

  test('a deploy that fails after a rename says why and leaves all as it was', async () => {
    const before = [await onlySetArn(), ...(await assignments())];
    const same = `${FIRST}/${GROUP_A}`;
    const shards = { ShardA: [same, `${THIRD}/${GROUP_A}`], ShardB: [], ShardC: [same] };
    const { code, stdout, stderr } = await runCdk(DEPLOY, options({ ...first, setName: 'Renamed', shards }));
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain('already exists');
    expect([await onlySetArn(), ...(await assignments())]).toEqual(before);
  });

  test('a type that moto lacks fails the deploy', async () => {
    const { code, stdout, stderr } = await runCdk(DEPLOY, options({ ...first, setName: 'Engineer', alien: true }));
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain('no resource type AWS::AppRunner::VpcConnector');
  });

  test('destroy leaves nothing', async () => {
    await runCdkOk(['destroy', '--app', APP, '--force', '--all'], options(first));
    expect(await setArns()).toEqual([]);
    expect(await assignments()).toEqual([]);
  });
});
