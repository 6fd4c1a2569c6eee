import { CloudFormationClient, ListStackInstancesCommand, ListStackSetsCommand } from '@aws-sdk/client-cloudformation';
import { CloseAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { cloudPrograms } from '../../support/deploy/cloud-programs';
import { writeEstate, writeProject } from '../../support/estate-project';
import { makeFolder } from '../../support/git-repository';
import type { EstateFiles } from '../../support/large-estate';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { referenceExpansion } from '../../support/reference-expansion';
import { PROGRAM, SHORT_PAUSES } from '../../support/repository';
import { edited, itemOf, sandboxFiles, withRecords } from '../../support/sandbox';
import { policiesOfEstate, setsOfEstate, worldOfEstate } from '../../support/world-of-estate';
import { finish, type Finished, killGroup } from '../clouds/organization/run-snapshot';
import { FakeCloudTrail } from '../doctor/cloud-trail';
import { readIdentityCenter } from '../stacks/read-identity-center';
import { ANALYSTS, organization, startSandboxOrganization } from '../stacks/sandbox-organization';

/*
 * Real are the program, the CDK's own CLI, git and the requests to AWS; moto is AWS, with every switch of the stand-in on. Entra,
 * Azure and GitHub are deployed already, by programs that say so.
 */

const idOf = (name: string): string => itemOf(organization.accounts, (account) => account.name === name).id;
const LEAVING = { account: idOf('claims-test'), reason: 'closed at the end of the month' };
const CLOSED = idOf('playground');
/** The last account that the new grant reaches: others have it when this one fails. */
const LAST = idOf('portal-prod');

const first = edited(withRecords(sandboxFiles()), (draft) => {
  draft.organization.groups.push(ANALYSTS);
});

/** A grant and a permission set that are gone, an account that is left out, and a grant that comes. */
const changed = (files: EstateFiles): EstateFiles =>
  edited(files, ({ access }) => {
    access.grants = access.grants.filter(({ group }) => group !== 'Network Operators');
    access.permissionSets = access.permissionSets.filter(({ name }) => name !== 'BillingReader');
    for (const grant of access.grants) {
      grant.permissionSets = grant.permissionSets.filter((name) => name !== 'BillingReader');
    }
    access.excludedAccounts = [LEAVING];
    access.grants.push({
      group: 'Claims Developers',
      permissionSets: ['SecurityAudit'],
      accounts: { include: [{ ou: '/Workloads/Production' }] },
    });
  });

/** A permission set under another name, and a group that loses its only one. */
const renamed = (files: EstateFiles): EstateFiles =>
  edited(files, ({ access }) => {
    const names = (all: readonly string[]): string[] => all.map((name) => (name === OLD ? NEW : name));
    access.grants = access.grants.filter(({ group }) => group !== 'Systems Operators');
    for (const grant of access.grants) grant.permissionSets = names(grant.permissionSets);
    for (const set of access.permissionSets) set.name = set.name === OLD ? NEW : set.name;
  });
const [OLD, NEW] = ['SecurityAdmin', 'SecurityAdministrator'];
const ADMINS = itemOf(organization.groups, ({ displayName }) => displayName === 'Security Admins').id;

describeWithPython('the sandbox, deployed while AWS fails as it may', () => {
  const project = makeFolder();
  const tools = makeFolder();
  let files = first;
  let moto: Moto;
  let trail: FakeCloudTrail;
  let environment: Readonly<Record<string, string>>;

  const start = (...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [PROGRAM, ...args], {
      cwd: project.path,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  const run = (...args: readonly string[]): Promise<Finished> => finish(start(...args));
  const deploy = (): Promise<Finished> => run('deploy', '--yes');

  /** What the same command ends with once everything is there. */
  const done = { code: 0, stdout: expect.stringMatching(/\nEverything is deployed\.\n$/) as string };

  function commit(next: EstateFiles): void {
    files = next;
    writeEstate(project.path, 'sandbox', files);
    project.commit('Change the estate');
  }

  /** Everything that the estate gives, by rules that share no code with the program. */
  const declared = () => ({
    sets: setsOfEstate(files),
    assignments: named(referenceExpansion(worldOfEstate(files))),
    policies: named(referenceExpansion(policiesOfEstate(files))),
  });

  /** What is there in the end: IAM Identity Center refuses whatever is asked of a closed account. */
  const withClosed = ({ sets, assignments, policies }: ReturnType<typeof declared>) => ({
    sets,
    assignments: [...assignments, 'Security Auditors has SecurityAudit in playground'].toSorted(),
    policies: [...policies, 'WorkforceBoundary has WorkforceBoundary in playground'].toSorted(),
  });

  async function readBack() {
    const groups = [...organization.groups, ANALYSTS];
    const { sets, assignments } = await readIdentityCenter(moto, { ...organization, groups });
    const client = new CloudFormationClient(moto.client);
    const { Summaries = [] } = await client.send(new ListStackSetsCommand({ Status: 'ACTIVE' }));
    const policies = await Promise.all(
      Summaries.map(async ({ StackSetName = '' }) => {
        const { Summaries: instances = [] } = await client.send(new ListStackInstancesCommand({ StackSetName }));
        const policy = StackSetName.replace('sandbox-policy-', '');
        return instances.map(({ Account = '' }) => `${policy} has ${policy} in ${Account}`);
      }),
    );
    client.destroy();
    const inManagement = 'WorkforceBoundary has WorkforceBoundary in insurance-management';
    return {
      sets: [...sets]
        .map(([name, { managedPolicies, customerManagedPolicies }]) =>
          [
            name,
            ...managedPolicies.map((arn) => arn.replace(/^.*:policy\//, '')).toSorted(),
            ...customerManagedPolicies,
          ].join(' '),
        )
        .toSorted(),
      assignments,
      // Stack sets do not reach the management account: its stack has the policy.
      policies: [...named(policies.flat()), inManagement].toSorted(),
    };
  }

  beforeAll(async () => {
    [moto, trail] = await Promise.all([startSandboxOrganization(), FakeCloudTrail.start()]);
    environment = {
      ...{ PATH: cloudPrograms(join(tools.path, 'bin')).path, HOME: tools.path, CDK_HOME: tools.path },
      ...{ CDK_DISABLE_CLI_TELEMETRY: '1', CDK_DISABLE_VERSION_CHECK: '1', NO_COLOR: '1' },
      ...{ ...moto.env, ...SHORT_PAUSES, AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url, ARM_METADATA_HOSTNAME: 'localhost:9' },
    };
    writeProject(project.path, {});
    project.write('.gitignore', 'cdk.out\nnode_modules\n');
    project.git('init', '--quiet', '--initial-branch', 'main');
    commit(first);
    // What the step stack-sets tells a person to do.
    const trust = ['cloudformation', 'activate-organizations-access', '--region', moto.region];
    execFileSync('aws', trust, { env: environment });
    await moto.turn({
      ...{ provisioningCalls: 3, conflicts: true, throttleAfter: 25, refuseSuspended: true },
      ...{ atOncePerAccount: 1, setsAtOnce: 10, cleanUpTogether: true },
    });
  });

  afterAll(async () => {
    await Promise.all([moto.stop(), trail.stop()]);
    project.remove();
    tools.remove();
  });

  test('is there from nothing, though its first creation fails, by the same command', async () => {
    await moto.orderResourceFault({ on: 'CREATE', type: 'AWS::SSO::Assignment', account: CLOSED, times: 1 });
    const failed = await deploy();
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(
      /its first creation failed[^]*\n\nLeft: access, revoked, policies-removed, assignments\n$/,
    );
    expect(await deploy()).toMatchObject(done);
    expect(await readBack()).toEqual(declared());
  });

  test('loses what the estate no longer gives, ended by kill -9 among the removals and then taken back', async () => {
    await closeAccount(moto, CLOSED);
    expect(await run('snapshot')).toMatchObject({ code: 0 });
    const snapshot = readFileSync(join(project.path, 'estates/sandbox', ORGANIZATION_FILE), 'utf8');
    commit(changed({ ...files, [ORGANIZATION_FILE]: snapshot }));
    const before = (await readBack()).assignments;

    const reason = 'Obtaining permissions to manage the account takes longer than usual';
    await moto.turn({ failingRequests: [{ reason, operation: 'DeleteAccountAssignment', times: 2 }] });
    await moto.orderFault({ service: 'sso-admin', operation: 'DeleteAccountAssignment', delayMs: 300 });
    const child = start('deploy', '--yes');
    for await (const chunk of child.stdout ?? []) if (String(chunk).includes('removed: ')) break;
    killGroup(child);
    const now = new Set((await readBack()).assignments);
    expect(before.filter((one) => !now.has(one)).length).toBeGreaterThan(0);
    const wanted = new Set(declared().assignments);
    expect(before.filter((one) => wanted.has(one) && !now.has(one))).toEqual([]);
    expect([...now].filter((one) => !wanted.has(one)).length).toBeGreaterThan(1);

    await moto.orderResourceFault({ on: 'CREATE', type: 'AWS::SSO::Assignment', account: LAST, reason, times: 1 });
    await moto.orderResourceFault({ on: 'DELETE', during: 'rollback', type: 'AWS::SSO::Assignment', reason, times: 1 });
    const stuck = await deploy();
    expect(stuck.code).toBe(1);
    expect(stuck.stdout).toContain('UPDATE_ROLLBACK_COMPLETE, as before the update');
    const statuses = (await moto.stackEvents()).map(({ status }) => status);
    expect(statuses).toContain('UPDATE_ROLLBACK_FAILED');

    expect(await deploy()).toMatchObject(done);
    expect(await readBack()).toEqual(withClosed(declared()));
    // What is left in the closed account is a warning: nothing differs that can be used.
    expect(await run('deploy', 'repair', 'access')).toMatchObject({ code: 0 });
  });

  test('renames a permission set and leaves no one without access, refused, killed and refused, and left behind', async () => {
    const before = await readBack();
    commit(renamed(files));
    await moto.resetCalls();
    const bereft = async () => (await moto.calls()).bereft.filter((one) => one.startsWith(ADMINS));
    const refuse = () =>
      moto.orderResourceFault({
        on: 'CREATE',
        type: 'AWS::SSO::Assignment',
        account: LAST,
        reason: 'refused',
        times: 1,
      });

    await refuse();
    const refused = await deploy();
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('given back: group "Systems Operators": SystemsOperator in ');
    expect([await readBack(), await bereft()]).toEqual([before, []]);

    await refuse();
    const child = start('deploy', '--yes');
    for await (const chunk of child.stdout ?? []) if (/_IN_PROGRESS +\| AWS::/.test(String(chunk))) break;
    killGroup(child);
    const left = (await readBack()).assignments;
    const ofAdmins = (lines: readonly string[]) => lines.filter((line) => line.startsWith('Security Admins '));
    expect(left).toEqual(expect.arrayContaining([...ofAdmins(before.assignments)]));

    const reason = 'gave up';
    const leftBehind = { during: 'clean-up', type: 'AWS::SSO::Assignment', account: LAST, reason, times: 3 } as const;
    await moto.orderResourceFault({ on: 'DELETE', ...leftBehind });
    expect(await deploy()).toMatchObject(done);
    expect((await moto.stackEvents()).filter((event) => event.reason?.includes(reason))).not.toEqual([]);
    expect([await readBack(), await bereft()]).toEqual([withClosed(declared()), []]);
  });

  test('names what mends it, where a removal was killed and its commit reverted', async () => {
    const was = files;
    commit(
      edited(was, ({ access }) => {
        access.grants = access.grants.filter(({ group }) => group !== 'Claims Developers');
      }),
    );
    const child = start('deploy', '--yes');
    for await (const chunk of child.stdout ?? []) if (String(chunk).includes('removed: ')) break;
    killGroup(child);
    commit(was);
    const mends = 'npx --no entra-aws deploy repair access --estate sandbox --yes';
    const recovered = await run('deploy', 'repair', 'stacks', '--stack', 'sandbox-access');
    expect([recovered.code, recovered.stdout]).toEqual([0, expect.stringContaining(mends)]);
    const read = await run('doctor', '--only', 'access-assignments');
    expect([read.code, read.stdout]).toEqual([
      1,
      expect.stringContaining('npx --no entra-aws deploy repair access --yes gives it again'),
    ]);
    expect(await run('deploy', 'repair', 'access', '--yes')).toMatchObject({ code: 0 });
    expect(await readBack()).toEqual(withClosed(declared()));
  });
});

/** Lines that end with an account's id, with its name instead, sorted. */
function named(lines: Iterable<string>): readonly string[] {
  const names = new Map<string, string>(organization.accounts.map(({ id, name }) => [id, name]));
  return [...lines].map((line) => line.replace(/\d{12}$/, (id) => names.get(id) ?? id)).toSorted();
}

async function closeAccount({ client }: Moto, AccountId: string): Promise<void> {
  const organizations = new OrganizationsClient(client);
  await organizations.send(new CloseAccountCommand({ AccountId }));
  organizations.destroy();
}
