import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { IAMClient, CreateRoleCommand, AttachRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { IdentitystoreClient, ListGroupsCommand, ListUsersCommand } from '@aws-sdk/client-identitystore';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import policy from '../../../scripts/prove/policy.json';
import { readPermissionSets } from '../../../src/clouds/aws/read-permission-sets';
import { readAssignments } from '../../../src/clouds/aws/read-assignments';
import { readReservedRoles } from '../../../src/prove/aws/prove-access';
import { type Moto, startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { PROGRAM, scriptArguments, UNVALIDATED } from '../../support/repository';
import { seedOrganization } from '../../support/seed-organization';
import { temporaryFolder } from '../../support/templates';
import { finish, type Finished } from '../clouds/organization/run-snapshot';

const ACCOUNT = '210000000099';
const INSTANCE = { instanceArn: 'arn:aws:sso:::instance/ssoins-7904a1b2c3d4e5f6', identityStoreId: 'd-93670a1b2d' };
const OTHER_INSTANCE = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6',
  identityStoreId: 'd-93670a1b2c',
};
/** What must not be written: names of others, ids of accounts, and of what the account has. */
const PLANTED = [
  'Planted',
  '@planted.example',
  'ssoins-7904',
  INSTANCE.identityStoreId,
  /\b\d{12}\b/,
  /[\da-f]{8}-[\da-f]{4}-/,
];

const DOCUMENT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
};
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
};

describeWithPython('npx tsx scripts/prove.ts --kind aws', () => {
  const folder = temporaryFolder();
  const report = join(folder, 'docs/proof/report.md');
  const started: Moto[] = [];
  let account: Moto;
  let standIn: Moto;

  beforeAll(async () => {
    account = await startMoto({ region: 'eu-west-1', accountId: ACCOUNT, identityCenter: INSTANCE });
    standIn = await startMoto({ region: 'eu-west-1', identityCenter: OTHER_INSTANCE });
    started.push(account, standIn);
    const { groupIds } = await seedOrganization(account, { groups: [{ displayName: 'Planted Bystanders' }] });
    const group = groupIds.get('Planted Bystanders') ?? '';
    await account.fillAccess({
      permissionSets: [{ Name: 'PlantedBystander', Description: 'Planted Insurance', ManagedPolicies: [] }],
      assignments: [['GROUP', group, 'PlantedBystander', ACCOUNT]],
    });
  });
  afterEach(async () => {
    await account.clearFaults();
    await account.clearAccountChecks();
  });
  afterAll(async () => {
    for (const moto of started) await moto.stop();
  });

  function start(...args: readonly string[]): ChildProcess {
    const env = { PATH: process.env['PATH'], HOME: folder, ...account.env, ...UNVALIDATED };
    const words = [...scriptArguments('prove'), '--kind', 'aws', '--account', ACCOUNT, ...args];
    return spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }
  const run = (...args: readonly string[]): Promise<Finished> => finish(start('--stand-in', standIn.endpoint, ...args));
  const prove = (): Promise<Finished> => run('--yes', '--out', report);
  const cleanUp = (): Promise<Finished> => finish(start('--clean-up', '--yes'));

  /** Names of all that the account has. */
  async function everything(): Promise<readonly string[]> {
    const [ssoAdmin, identityStore] = [new SSOAdminClient(account.client), new IdentitystoreClient(account.client)];
    const source = { ssoAdmin, identityStore, organizations: new OrganizationsClient(account.client) };
    const clients = { ...source, concurrency: 1, onProgress: () => undefined };
    const store = { IdentityStoreId: INSTANCE.identityStoreId };
    const { Groups = [] } = await identityStore.send(new ListGroupsCommand(store));
    const { Users = [] } = await identityStore.send(new ListUsersCommand(store));
    const sets = await readPermissionSets(clients, INSTANCE.instanceArn);
    const assignments = await readAssignments(clients, { instanceArn: INSTANCE.instanceArn, sets });
    const { StackSummaries = [] } = await new CloudFormationClient(account.client).send(new ListStacksCommand({}));
    const stacks = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
    return [
      ...Groups.map(({ DisplayName = '' }) => `group ${DisplayName}`),
      ...Users.map(({ UserName = '' }) => `user ${UserName}`),
      ...sets.map(({ name, description = '' }) => `set ${name} ${description}`),
      ...assignments.map(({ account: id, principalType }) => `assignment ${principalType} ${id}`),
      ...stacks.map(({ StackName = '' }) => `stack ${StackName}`),
    ];
  }

  /** All that is written to be kept or shown. */
  const written = (): string => {
    const runs = join(folder, 'plan/prove');
    const records = readdirSync(runs).map((name) => join(runs, name, 'account.jsonl'));
    return [report, ...records.filter((file) => existsSync(file))].map((file) => readFileSync(file, 'utf8')).join('\n');
  };

  test('asks before it begins, and writes nothing when the answer is no', async () => {
    await account.resetCalls();
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(stdout).toContain(
      `In the AWS account ${ACCOUNT}, Region eu-west-1, and in the instance ${INSTANCE.instanceArn}`,
    );
    expect(stdout).toContain(`The account is reached at ${account.endpoint}, which is not AWS.`);
    expect(stdout).toContain('Nothing was made or deleted.');
    const operations = Object.keys((await account.calls()).operations);
    expect(operations.filter((name) => !/:(?:Get|List|Describe)/.test(name))).toEqual([]);
    expect(existsSync(join(folder, 'plan'))).toBe(false);
  });

  test.each<readonly [string, () => readonly string[], RegExp]>([
    ['another account', () => ['--account', '111122223333'], /--account must be that of the credentials, 210000000099/],
    [
      'no account',
      () => ['--account', 'mine'],
      /--account must be the id of the sandbox account, 12 digits, got 'mine'/,
    ],
    [
      'the account as its own stand-in',
      () => ['--stand-in', account.endpoint],
      /AWS_ENDPOINT_URL, that of a service and endpoint_url of the profile must not be the stand-in/,
    ],
    [
      'the account as its own stand-in, by another name',
      () => ['--stand-in', account.endpoint.replace('localhost', '127.0.0.1')],
      /endpoint_url of the profile must not be the stand-in/,
    ],
    [
      'a stand-in elsewhere',
      () => ['--stand-in', 'https://aws.example.com'],
      /--stand-in must be the address of a stand-in/,
    ],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await run(...args(), '--yes');
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test('an account that answers as the stand-in differs in nothing, and nothing of it is written or left', async () => {
    const before = await everything();
    await account.resetCalls();
    const { code, stdout, stderr } = await prove();
    expect([code, stdout.split('\n').at(-2), stderr]).toEqual([0, `0 differences; the report is ${report}`, '']);
    expect(readFileSync(report, 'utf8')).toContain('## What differed\n\nNothing differed.');
    expect(readFileSync(report, 'utf8')).toContain('This proves nothing of AWS.');
    expect(await refusedActions(account)).toEqual([]);
    expect(await everything()).toEqual(before);
    for (const planted of PLANTED) expect(written()).not.toMatch(planted);
  });

  test('finds what the account answers in another way, and deletes what stays behind', async () => {
    const before = await everything();
    const KmsKeyArn = 'arn:aws:kms:eu-west-1:999988887777:key/0a1b2c3d-1111-2222-3333-444455556666';
    await account.orderAccountChecks({
      instance: { EncryptionConfigurationDetails: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn }, Regions: [] },
    });
    const message = 'Planted Insurance of ada@planted.example in 999988887777';
    const fail = { code: 'InternalServerException', status: 500, message };
    await account.orderFault({ service: 'identitystore', operation: 'ListGroupMemberships', fail });
    await account.orderFault({ service: 'identitystore', operation: 'DescribeUser', throttle: 1 });
    const fault = { type: 'AWS::SSO::PermissionSet', during: 'clean-up', reason: message } as const;
    await account.orderResourceFault({ on: 'DELETE', times: 3, ...fault });
    await account.resetCalls();
    const { code, stdout } = await prove();
    expect([code, stdout]).toEqual([1, expect.stringMatching(/Steps failed in the account\. \d+ differences/)]);
    expect(await refusedActions(account)).toEqual([]);
    const text = readFileSync(report, 'utf8');
    const encryption = '`response.EncryptionConfigurationDetails';
    const rows = [
      '| reduce | **failed**: a permission set and its assignment leave together |',
      '| look | **failed**: 1 objects with the mark were left, 0 are after their deletion |',
      `- \`sso-admin DescribeInstance\` ${encryption}.KeyType\`: other value; an instance may have a key of its own`,
      `- \`sso-admin DescribeInstance\` ${encryption}.KmsKeyArn\`: only in the account; an instance may have a key`,
      '- `sso-admin DescribeInstance` `response.Regions[]`: only in the stand-in; an instance may be in several Regions',
      '| `identitystore ListGroupMemberships` | people | other status |  | `200, 500` | `200` |',
      '| `identitystore ListGroupMemberships` | people | only in the account | `response.message` | `string {text}` |  |',
      '| `cloudformation DescribeStackEvents` |  | other value | `response.StackEvents[].ResourceStatus` |',
    ];
    for (const row of rows) expect(text).toContain(row);
    expect(text).not.toMatch(/\| `identitystore DescribeUser` \| \w+ \| other/);
    for (const planted of PLANTED) expect(written()).not.toMatch(planted);
    expect(await everything()).toEqual(before);
  });

  test('killed in the middle, it is cleaned up, and what others have stays', async () => {
    const before = await everything();
    await account.orderFault({ service: 'cloudformation', operation: 'DetectStackDrift', delayMs: 3_600_000 });
    const child = start('--stand-in', standIn.endpoint, '--yes');
    const ended = finish(child);
    await untilSaid(child, 'account: drift');
    expect((await cleanUp()).stdout).toMatch(/^prove-[\da-f]{8} may be at work, as process \d+\. If it is not/m);
    child.kill('SIGKILL');
    await ended;
    expect((await everything()).length).toBeGreaterThan(before.length + 4);
    await account.clearFaults();
    // It went between the list and the look.
    const gone = { code: 'ResourceNotFoundException', message: 'gone' };
    await account.orderFault({ service: 'sso-admin', operation: 'DescribePermissionSet', fail: gone });
    await account.resetCalls();
    const { code, stdout } = await cleanUp();
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/prove-[\da-f]{8}: 5 objects were found and deleted, 0 are left/),
    ]);
    const asked = Object.keys((await account.calls()).operations);
    expect(asked.filter((one) => /organizations:|ListInstances/.test(one))).toEqual([]);
    expect(await refusedActions(account)).toEqual([]);
    expect(await everything()).toEqual(before);
    expect((await cleanUp()).stdout).toContain('Nothing is left of earlier runs.');
  });

  test('Ctrl-C destroys what was made, and the report compares what was done', async () => {
    const before = await everything();
    await account.orderFault({ service: 'cloudformation', operation: 'DetectStackDrift', delayMs: 1_000 });
    const child = start('--stand-in', standIn.endpoint, '--yes', '--out', report);
    const ended = finish(child);
    await untilSaid(child, 'account: drift');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining(`The run was interrupted. 0 differences; the report is ${report}`),
    ]);
    const text = readFileSync(report, 'utf8');
    expect(text).toContain('**The run was interrupted.');
    expect(text).toMatch(/^\| change \| not done \| held/m);
    expect(await everything()).toEqual(before);
    expect((await cleanUp()).stdout).toContain('Nothing is left of earlier runs.');
  });

  test('the journal stays where the report could not be written', async () => {
    const { code, stderr } = await run('--yes', '--out', join(PROGRAM, 'inside.md'));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/ENOTDIR|EEXIST/)]);
    expect((await cleanUp()).stdout).toMatch(/prove-[\da-f]{8}: 0 objects were found and deleted, 0 are left/);
  });

  test('proves permission sets alone where the identity store takes no group', async () => {
    const fail = { code: 'ValidationException', message: 'Planted Insurance has another directory' };
    await account.orderFault({ service: 'identitystore', operation: 'CreateGroup', fail });
    const { code, stdout } = await prove();
    // The stand-in was asked without a group as well.
    expect([code, stdout]).toEqual([0, expect.stringContaining('0 differences')]);
    expect(stdout).toContain(
      'Nothing was assigned: the identity store refused a group or a user (ValidationException)',
    );
    expect(readFileSync(report, 'utf8')).toContain('- Assignments, users and groups: the identity store refused');
  });

  test('refuses an account without an instance of an organization', async () => {
    const fail = { code: 'AWSOrganizationsNotInUseException', message: 'Not in use' };
    await account.orderFault({ service: 'organizations', operation: 'DescribeOrganization', fail });
    const { code, stderr } = await run('--yes');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('these credentials belong to an account outside of any organization'),
    ]);
  });

  test('reads the roles of its permission sets, and no others', async () => {
    const iam = new IAMClient(account.client);
    for (const name of ['prove-0a1b2c3d-plain', 'PlantedBystander']) {
      const RoleName = `AWSReservedSSO_${name}_0123456789abcdef`;
      const Path = '/aws-reserved/sso.amazonaws.com/eu-west-1/';
      await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: JSON.stringify(TRUST) }));
      const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      const PolicyDocument = JSON.stringify(DOCUMENT);
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'AwsSSOInlinePolicy', PolicyDocument }));
    }
    await account.resetCalls();
    expect(await readReservedRoles(iam, 'prove-0a1b2c3d')).toMatchObject([
      {
        name: 'AWSReservedSSO_prove-0a1b2c3d-plain_0123456789abcdef',
        policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        inlinePolicies: { AwsSSOInlinePolicy: DOCUMENT },
        boundary: undefined,
      },
    ]);
    expect(await refusedActions(account)).toEqual([]);
  });
});

/** Resolves with the line that a process says. @throws Error if it ends without it */
async function untilSaid({ stdout }: ChildProcess, line: string): Promise<void> {
  if (stdout === null) throw new Error('the output of the process is not piped');
  for await (const said of createInterface({ input: stdout })) if (said === line) return;
  throw new Error(`the process ended without '${line}'`);
}

/** Statements for what a run sends by itself, in every account. */
const OF_RUNS = ['StacksOfRuns', 'IdentityCenter', 'RolesOfRuns'];

/** Actions of the requests since the calls were reset that no statement for runs allows. */
async function refusedActions({ calls }: Moto): Promise<readonly string[]> {
  const allowed = policy.Statement.flatMap(({ Sid, Action }) => (OF_RUNS.includes(Sid) ? Action : []));
  const sent = Object.keys((await calls()).operations).map((one) => one.replace('sso-admin:', 'sso:'));
  return sent.filter((action) => !allowed.includes(action));
}

test.each<readonly [string, readonly string[]]>([
  ['StacksOfRuns', ['cloudformation:DetectStackDrift', 'cloudformation:DetectStackResourceDrift']],
  ['RolesOfRuns', ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies']],
  [
    'CloudFormationOnBehalf',
    ['cloudformation:BatchDescribeTypeConfigurations', 'sso:DetachManagedPolicyFromPermissionSet'],
  ],
])('the policy has in %s what AWS asks for', (sid, actions) => {
  const found = policy.Statement.find(({ Sid }) => Sid === sid);
  expect(found?.Action).toEqual(expect.arrayContaining([...actions]));
});

test('no action is in two statements of the policy', () => {
  const all = policy.Statement.flatMap(({ Action }) => Action);
  expect(all.toSorted()).toEqual([...new Set(all)].toSorted());
});
