import { spawn } from 'node:child_process';
import { CloudFormationClient, ListStackInstancesCommand, ListStackSetsCommand } from '@aws-sdk/client-cloudformation';
import {
  CreatePolicyVersionCommand,
  GetPolicyCommand,
  IAMClient,
  paginateListPolicies,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import { delimiter, join } from 'node:path';
import { runCdk, runCdkOk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import type { EstateDraft } from '../../support/sandbox';
import { edited, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { finish } from '../clouds/organization/run-snapshot';
import { FakeCloudTrail } from '../doctor/cloud-trail';
import { startSandboxOrganization } from './sandbox-organization';

/*
 * What moto can't show: how long an operation of a stack set takes, its failure tolerance, an account that leaves the
 * organization, and whether Identity Center finds a policy in an account.
 */

const BOUNDARY = 'sandbox-policy-WorkforceBoundary';
const DEVELOPER = 'sandbox-policy-ClaimsDeveloper';
const READER = 'sandbox-policy-ClaimsReader';
/** It has the boundary by SecurityAdmin. */
const EXCLUDED = '210000000006';
const DEVELOPERS = ['210000000009', '210000000010', '210000000011', '210000000012'];
/** All but the management account and one that is suspended. */
const MEMBERS = Array.from({ length: 12 }, (_, index) => String(210_000_000_002 + index));

describeWithPython('policies that are rolled out by the CDK', () => {
  const cwd = temporaryFolder();
  let moto: Moto;
  let trail: FakeCloudTrail;
  let files = sandboxFiles();

  beforeAll(async () => {
    writeProject(cwd, { sandbox: files });
    [moto, trail] = await Promise.all([startSandboxOrganization(), FakeCloudTrail.start()]);
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], { cwd, env: moto.env });
  });

  afterAll(async () => {
    await Promise.all([moto.stop(), trail.stop()]);
  });

  const deploy = (stack: string) =>
    runCdk(['deploy', stack, '--exclusively', '--require-approval', 'never', '-c', 'estate=sandbox'], {
      cwd,
      env: moto.env,
    });

  async function entraAws(words: string, ...args: readonly string[]) {
    const path = [join(REPOSITORY, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    const child = spawn(process.execPath, [PROGRAM, ...words.split(' '), '--estate', 'sandbox', ...args], {
      cwd,
      env: { ...moto.env, PATH: path, CDK_HOME: cwd, AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return finish(child);
  }
  const rollOut = (...args: readonly string[]) => entraAws('deploy roll-out', ...args);

  function change(edit: (draft: EstateDraft) => void): void {
    files = edited(files, edit);
    writeEstate(cwd, 'sandbox', files);
  }

  /** Accounts by stack set, and the policies of the management account. */
  async function read() {
    const client = new CloudFormationClient(moto.client);
    const { Summaries = [] } = await client.send(new ListStackSetsCommand({}));
    const names = Summaries.filter(({ Status }) => Status === 'ACTIVE').map(({ StackSetName = '' }) => StackSetName);
    const sets = await Promise.all(
      names.map(async (StackSetName) => {
        const { Summaries: instances = [] } = await client.send(new ListStackInstancesCommand({ StackSetName }));
        return [StackSetName, instances.map(({ Account }) => Account).toSorted()] as const;
      }),
    );
    const here: string[] = [];
    for await (const { Policies = [] } of paginateListPolicies(
      { client: new IAMClient(moto.client) },
      { Scope: 'Local' },
    ))
      here.push(...Policies.map(({ Path = '', PolicyName = '' }) => `${Path}${PolicyName}`));
    return { ...Object.fromEntries(sets), here: here.filter((name) => name.startsWith('/identity/')) };
  }

  test('they are in every account of the estate before the sets, the management account and a suspended one apart', async () => {
    expect(await rollOut('--check')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('to roll out') as string,
    });
    expect(await rollOut('--yes')).toMatchObject({ code: 0 });
    expect(await read()).toEqual({
      [BOUNDARY]: MEMBERS,
      [DEVELOPER]: DEVELOPERS,
      here: ['/identity/WorkforceBoundary'],
    });
    expect(await rollOut('--check')).toMatchObject({ code: 0, stdout: 'sandbox: up to date\n' });
    expect(await deploy('sandbox-access')).toMatchObject({ code: 0 });
  });

  const CLAIMS_DEV = '210000000011';

  /** What the look that ends a deployment says. */
  const readBack = () => entraAws('doctor', '--only', 'access-policies', '--strict', '--wait', '300');

  /** Lets the boundary of an account allow everything, and returns what takes that back. */
  async function loosen(account: string): Promise<() => Promise<void>> {
    const keys = account === moto.accountId ? undefined : await moto.keysOf(account);
    const credentials = keys && {
      ...{ accessKeyId: keys['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: keys['AWS_SECRET_ACCESS_KEY'] ?? '' },
      sessionToken: keys['AWS_SESSION_TOKEN'] ?? '',
    };
    const iam = new IAMClient({ ...moto.client, ...(credentials && { credentials }) });
    const PolicyArn = `arn:aws:iam::${account}:policy/identity/WorkforceBoundary`;
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
    return async () => {
      await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }));
    };
  }

  test('one that is loosened by hand is seen by the look that ends a deployment, and no more once it is set back', async () => {
    const sound = { code: 0, stdout: expect.stringContaining('2 policies are in their accounts') as string };
    expect(await readBack()).toMatchObject(sound);

    const inMember = await loosen(CLAIMS_DEV);
    const seen = await readBack();
    expect(seen.code).toBe(1);
    expect(seen.stdout).toContain(
      `policy WorkforceBoundary was changed in '${CLAIMS_DEV}' behind the stack set's back`,
    );
    await inMember();
    expect(await readBack()).toMatchObject(sound);

    const inManagement = await loosen(moto.accountId);
    const there = await readBack();
    expect(there.code).toBe(1);
    expect(there.stdout).toContain(
      'policy WorkforceBoundary in the management account has another document than the estate',
    );
    await inManagement();
    expect(await readBack()).toMatchObject(sound);
  });

  test('a look for drift that AWS refuses is no sound end of a deployment', async () => {
    const fail = { code: 'AccessDenied', message: 'not authorized', times: 1 };
    await moto.orderFault({ service: 'cloudformation', operation: 'DescribeStackSetOperation', fail });
    const { code, stdout } = await readBack();
    expect(code).toBe(1);
    expect(stdout).toContain('cloudformation:DescribeStackSetOperation');
  });

  const withoutClaimsDev = DEVELOPERS.filter((id) => id !== CLAIMS_DEV);

  test('an account where a deployed set holds a policy can not lose it first', async () => {
    change(({ access }) => {
      const holders = [
        ...access.grants.filter(({ permissionSets }) => permissionSets.includes('Developer')),
        ...(access.policies ?? []).filter(({ name }) => name === 'ClaimsDeveloper'),
      ];
      for (const holder of holders) {
        const { include = [], exclude = [] } = holder.accounts ?? {};
        holder.accounts = { include, exclude: [...exclude, { name: 'claims-dev' }] };
      }
    });
    const refused = await deploy('sandbox-policies');
    expect(refused.code).toBe(1);
    expect(`${refused.stdout}${refused.stderr}`).toContain('attached to the roles of Developer');
    expect(await read()).toMatchObject({ [DEVELOPER]: DEVELOPERS });
  });

  test('a roll-out leaves it there, and it goes once the sets are deployed without it', async () => {
    expect(await rollOut('--yes')).toMatchObject({ code: 0 });
    expect(await read()).toMatchObject({ [DEVELOPER]: DEVELOPERS });
    expect(await deploy('sandbox-access')).toMatchObject({ code: 0 });
    expect(await deploy('sandbox-policies')).toMatchObject({ code: 0 });
    expect(await read()).toMatchObject({ [DEVELOPER]: withoutClaimsDev });
  });

  test('in a pipeline one that comes is there before the sets, and one that leaves is gone after them', async () => {
    change(({ access }) => {
      const [leaving, ...others] = [...(access.policies ?? [])].reverse();
      expect(leaving?.name).toBe('ClaimsDeveloper');
      access.policies = [...others, { ...leaving, name: 'ClaimsReader' }];
      for (const set of access.permissionSets) if (set.name === 'Developer') set.customerManagedPolicies = [];
      access.grants = access.grants.filter(({ group }) => group !== 'Systems Operators');
    });
    // The templates that are approved: a job of the deployment gets these, and makes no others.
    await runCdkOk(['synth', '--quiet', '--output', 'plan/cdk.out', '-c', 'estate=sandbox'], { cwd, env: moto.env });
    for (const planned of ['policies', 'access']) {
      expect(await entraAws('ci cloud-plan', '--step', planned)).toMatchObject({ code: 0 });
    }
    const step = ['--step', 'policies'];
    const early = await entraAws('ci apply-stack', ...step, '--removals');
    expect(early.code).toBe(1);
    expect(early.stderr).toContain('sandbox-policies was changed after its policies were rolled out');

    expect(await entraAws('ci apply-stack', ...step)).toMatchObject({ code: 0 });
    expect(await read()).toMatchObject({ [DEVELOPER]: withoutClaimsDev, [READER]: withoutClaimsDev });
    const again = await entraAws('ci apply-stack', ...step);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('has no policy to bring') as string });

    const access = await entraAws('ci apply-stack', '--step', 'access');
    expect(access).toMatchObject({ code: 0 });
    // What leaves is removed once the change set is compared with what was approved, and before it is executed.
    expect(access.stdout).toMatch(/--method prepare-change-set [^]* 7\/7 removed: [^]*--method execute-change-set /);
    expect(await entraAws('ci apply-stack', ...step, '--removals')).toMatchObject({ code: 0 });
    expect(await read()).toEqual({
      ...{ [BOUNDARY]: MEMBERS, [READER]: withoutClaimsDev },
      here: ['/identity/WorkforceBoundary'],
    });
  });

  test('each look for drift begins one in the stack sets, and says so', async () => {
    await moto.resetCalls();
    const { code, stdout } = await entraAws('ci cloud-plan', '--step', 'policies', '--mode', 'drift');
    expect(code).toBe(0);
    for (const name of [BOUNDARY, READER]) {
      expect(stdout).toContain(
        `A look for drift in the stack set ${name} has begun; the next report says what it found.`,
      );
    }
    expect((await moto.calls()).operations['cloudformation:DetectStackSetDrift']?.count).toBe(2);
  });

  test('where another operation is under way no look begins, and where AWS refuses the report is incomplete', async () => {
    const order = { service: 'cloudformation', operation: 'DetectStackSetDrift' };
    const busy = { code: 'OperationInProgressException', message: 'another one', times: 2 };
    await moto.orderFault({ ...order, fail: busy });
    const looked = await entraAws('ci cloud-plan', '--step', 'policies', '--mode', 'drift');
    expect(looked.code).toBe(0);
    expect(looked.stdout).toContain(
      `No look for drift in the stack set ${READER}, since another operation is under way`,
    );
    await moto.orderFault({ ...order, fail: { code: 'AccessDenied', message: 'not authorized', times: 2 } });
    const refused = await entraAws('ci cloud-plan', '--step', 'policies', '--mode', 'drift');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('Drift of the stack sets was not looked for. ');
    expect(refused.stdout).toContain('sandbox-policies: failed');
  });

  test('an account that the estate excludes loses its policies, and where it keeps them nothing else fails', async () => {
    change(({ access }) => {
      access.excludedAccounts = [{ account: EXCLUDED, reason: 'closed at the end of the month' }];
    });
    // The assignments there are still deployed, so that IAM does not delete the boundary.
    expect(await deploy('sandbox-policies')).toMatchObject({ code: 0 });
    expect(await read()).toMatchObject({ [BOUNDARY]: MEMBERS });
    expect(await deploy('sandbox-access')).toMatchObject({ code: 0 });
  });
});
