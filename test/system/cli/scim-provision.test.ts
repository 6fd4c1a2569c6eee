import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { textOf } from '../../../apps/emulator/graph/json';
import { idOf } from '../../support/apps/emulator/support/client';
import { WORKFORCE } from '../../support/entra-estate';
import { writeEstate } from '../../support/estate-project';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';
import { create, group, instantiate, useEmulator, user } from '../apps/emulator/support/use-emulator';
import { finish, type Finished } from '../clouds/organization/run-snapshot';

type Client = Pick<ReturnType<typeof client>, 'clientId' | 'clientSecret'>;

const folder = temporaryFolder();
const estates = join(folder, 'estates');
writeEstate(folder, 'acme', { 'estate.yaml': WORKFORCE });
const ROLE = '8774f594-1d59-4279-b9d9-59ef09a23530';

const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';

/** Signs in for the command, in place of the deployer of the test, who may do everything. */
function client(digit: string, ...roles: readonly string[]) {
  const id = '00000000-0000-4000-8000-000000000000'.replaceAll('0', digit);
  return {
    clientId: id,
    clientSecret: `only-for-${digit}`,
    objectId: id.replace(/^./, 'f'),
    displayName: digit,
    roles,
  };
}

/** May provision, and read no one. */
const PLAIN = client('6', 'Application.Read.All', 'Synchronization.ReadWrite.All');
const READS_NAMES = client('7', ...PLAIN.roles, 'User.ReadBasic.All');

const { emulator, call } = useEmulator({ tenant: { id: TENANT }, clients: [PLAIN, READS_NAMES] }, 'scim provision');

let principalId: string;
let secrets: string;

/** The application that the estate names, with a job and a token that the endpoint takes. */
beforeAll(async () => {
  ({ principalId } = await instantiate(call, 'AWS'));
  const synchronization = `/v1.0/servicePrincipals/${principalId}/synchronization`;
  secrets = `${synchronization}/secrets`;
  await create(call, `${synchronization}/jobs`, { templateId: 'aWSSingleSignon' });
  await save('good-token-0001');
});

async function save(token: string): Promise<void> {
  const BaseAddress = 'https://scim.eu-west-1.amazonaws.com/e2b1c4d7-5a60/scim/v2';
  const value = Object.entries({ BaseAddress, SecretToken: token }).map(([key, text]) => ({ key, value: text }));
  expect((await call(`PUT ${secrets}`, { value })).status).toBe(204);
}

async function newUser(name: string): Promise<{ readonly id: string; readonly userName: string }> {
  const answer = await create(call, '/v1.0/users', user(name));
  return { id: idOf(answer), userName: textOf(answer.body, 'userPrincipalName') };
}

async function assign(id: string): Promise<void> {
  const body = { appRoleId: ROLE, principalId: id, resourceId: principalId };
  await create(call, `/v1.0/servicePrincipals/${principalId}/appRoleAssignedTo`, body);
}

function provision(...users: readonly string[]): Promise<Finished> {
  return provisionAs(emulator().deployer, ...users);
}

function provisionAs({ clientId, clientSecret }: Client, ...users: readonly string[]): Promise<Finished> {
  const args = [PROGRAM, 'scim', 'provision', '--estates', estates, ...users.flatMap((one) => ['--user', one])];
  const signIn = { ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret };
  const env = { PATH: process.env['PATH'], ...emulator().env, ...signIn };
  return finish(spawn(process.execPath, args, { cwd: REPOSITORY, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

test('shows each step, and whom a cycle would leave out is left out, with what brings them into scope', async () => {
  const [member, stranger] = [await newUser('member'), await newUser('stranger')];
  await assign(member.id);
  const { code, stdout, stderr } = await provision(member.userName, stranger.id);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    `${member.userName} is in IAM Identity Center`,
    `  Import: Success. Retrieved '${member.userName}' from Azure Active Directory`,
    `  Scoping: Success. Determine if '${member.userName}' is in scope`,
    `  Export: Success. '${member.userName}' was created`,
    `${stranger.id} was not provisioned (NotEffectivelyEntitled)`,
    `  Import: Success. Retrieved '${stranger.userName}' from Azure Active Directory`,
    `  Scoping: Success. Determine if '${stranger.userName}' is in scope`,
    `  Export: Skipped. '${stranger.userName}' is not assigned to the application.`,
    expect.stringMatching(
      /^ {2}Whoever is a direct member of .+ is in scope; what was just changed takes minutes to arrive\.$/,
    ),
    '',
  ]);
});

test('a direct member of an assigned group is in scope, and the same command again finds nothing to change', async () => {
  const { id, userName } = await newUser('grouped');
  const members = [`${emulator().graphUrl}/v1.0/users/${id}`];
  await assign(idOf(await create(call, '/v1.0/groups', group('Developers', { 'members@odata.bind': members }))));
  expect(await provision(userName)).toMatchObject({ code: 0 });
  const again = await provision(userName);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('(RedundantExport)') as string });
});

test('for whoever may read no one an object id is enough, and the state of the account is unknown', async () => {
  const { id, userName } = await newUser('unread');
  await assign(id);
  const byId = await provisionAs(PLAIN, id);
  expect(byId).toMatchObject({ code: 0, stderr: '' });
  expect(byId.stdout).toContain(`${id} is in IAM Identity Center; whether the account is enabled was not checked\n`);
  const byName = await provisionAs(PLAIN, userName);
  expect(byName).toMatchObject({ code: 1, stdout: '' });
  expect(byName.stderr).toContain('finding a person by name takes User.ReadBasic.All');
  const basic = await provisionAs(READS_NAMES, userName);
  expect(basic.stdout).toContain(
    `${userName} is in IAM Identity Center; whether the account is enabled was not checked`,
  );
});

test('an account that is blocked is told as such', async () => {
  const { id, userName } = await newUser('blocked');
  await assign(id);
  await call(`PATCH /v1.0/users/${id}`, { accountEnabled: false });
  const { stdout } = await provision(userName);
  expect(stdout).toContain(`${userName} is blocked in Entra ID, and disabled in IAM Identity Center\n`);
});

test('a token that the endpoint refuses is told with what the service says of it', async () => {
  const { id, userName } = await newUser('refused');
  await assign(id);
  emulator().quirks.acceptedScimToken = 'another-token';
  const { code, stdout } = await provision(userName);
  emulator().quirks.acceptedScimToken = undefined;
  expect(code).toBe(1);
  expect(stdout).toContain(`${userName} was not provisioned (`);
  expect(stdout).toMatch(/ {2}Export: Failure\. .*401/);
});

test('a misspelt name is told before anybody is provisioned', async () => {
  const { id, userName } = await newUser('spelt');
  await assign(id);
  emulator().log.clear();
  const { code, stdout, stderr } = await provision(userName, 'spelled@contoso.example');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain("there is no user 'spelled@contoso.example' in this directory");
  expect(emulator().log.entries.filter(({ path }) => path.endsWith('provisionOnDemand'))).toEqual([]);
});

test('without a user it is called wrongly', async () => {
  expect(await provision()).toMatchObject({ code: 2, stderr: expect.stringContaining('--user') as string });
});
