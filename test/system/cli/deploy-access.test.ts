import { CloseAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { CloudFormationClient, ListStackInstancesCommand, ListStackSetsCommand } from '@aws-sdk/client-cloudformation';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { cloudPrograms } from '../../support/deploy/cloud-programs';
import { writeEstate, writeProject } from '../../support/estate-project';
import { makeFolder } from '../../support/git-repository';
import type { EstateFiles } from '../../support/large-estate';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { referenceExpansion } from '../../support/reference-expansion';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { edited, itemOf, sandboxFiles, withRecords } from '../../support/sandbox';
import { policiesOfEstate, worldOfEstate } from '../../support/world-of-estate';
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

const first = edited(withRecords(sandboxFiles()), (draft) => {
  draft.organization.groups.push(ANALYSTS);
});

/** A grant and a permission set that are gone, an account that leaves, one that AWS has closed, and a grant that comes. */
const changed = (files: EstateFiles): EstateFiles =>
  edited(files, ({ access }) => {
    access.grants = access.grants.filter(({ group }) => group !== 'Network Operators');
    access.permissionSets = access.permissionSets.filter(({ name }) => name !== 'BillingManager');
    for (const grant of access.grants) {
      grant.permissionSets = grant.permissionSets.filter((name) => name !== 'BillingManager');
    }
    access.excludedAccounts = [LEAVING];
    access.grants.push({
      group: 'Claims Developers',
      permissionSets: ['SecurityAudit'],
      accounts: { include: [{ name: 'portal-prod' }] },
    });
  });

describeWithPython('the sandbox, deployed while AWS fails as it may', () => {
  const project = makeFolder();
  const tools = makeFolder();
  const { path } = cloudPrograms(join(tools.path, 'bin'));
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
  const deploy = async (): Promise<Finished> => { const t = Date.now(); const r = await run('deploy', '--yes'); console.log(Date.now() - t, r.stdout.slice(-5000), r.stderr.slice(-3000)); return r; };

  function commit(next: EstateFiles): void {
    files = next;
    writeEstate(project.path, 'sandbox', files);
    project.commit('Change the estate');
  }

  /** Everything that the estate's grants and policies give, by rules that share no code with the program. */
  const declared = () => ({ assignments: named(referenceExpansion(worldOfEstate(files))), policies: named(referenceExpansion(policiesOfEstate(files))) });

  beforeAll(async () => {
    [moto, trail] = await Promise.all([startSandboxOrganization(), FakeCloudTrail.start()]);
    environment = {
      PATH: path,
      HOME: tools.path,
      CDK_HOME: tools.path,
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      NO_COLOR: '1',
      ...moto.env,
      AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url,
    };
    writeProject(project.path, {});
    cpSync(join(REPOSITORY, 'bicep/sandbox'), join(project.path, 'bicep/sandbox'), { recursive: true });
    project.write('.gitignore', 'cdk.out\n');
    project.git('init', '--quiet', '--initial-branch', 'main');
    commit(first);
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

  test('from nothing: a first creation that fails is made again by the same command', async () => {
    await moto.orderResourceFault({ on: 'CREATE', type: 'AWS::SSO::Assignment', account: CLOSED, times: 1 });
    const failed = await deploy();
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/it has lost its termination protection[^]*\n\nLeft: access, policies-removed, assignments\n$/);

    expect(await deploy()).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nEverything is deployed\.\n$/) as string });
    expect(await readBack(moto)).toEqual(declared());
  });

  test('access that goes, ended by kill -9 in the middle and then taken back by CloudFormation, is gone after the same command', async () => {
    const organizations = new OrganizationsClient(moto.client);
    await organizations.send(new CloseAccountCommand({ AccountId: CLOSED }));
    organizations.destroy();
    expect(await run('snapshot')).toMatchObject({ code: 0 });
    const snapshot = readFileSync(join(project.path, 'estates/sandbox', ORGANIZATION_FILE), 'utf8');
    commit(changed({ ...files, [ORGANIZATION_FILE]: snapshot }));
    const before = await readBack(moto);

    const failing = { reason: 'ordered by a test', operation: 'DeleteAccountAssignment', times: 2 } as const;
    await moto.turn({ failingRequests: [failing] });
    await moto.orderFault({ service: 'sso-admin', operation: 'DeleteAccountAssignment', delayMs: 300 });
    const child = start('deploy', '--yes');
    let t=Date.now();
    for await (const chunk of child.stdout ?? []) if (String(chunk).includes('removed: ')) break;
    killGroup(child);
    console.log('killed', Date.now()-t);
    const killed = await readBack(moto);
    expect(killed.assignments.length).toBeLessThan(before.assignments.length);
    expect(killed.assignments.length).toBeGreaterThan(declared().assignments.length);

    const reason = 'Obtaining permissions to manage the account takes longer than usual';
    await moto.orderResourceFault({ on: 'CREATE', type: 'AWS::SSO::Assignment', reason, times: 1 });
    await moto.orderResourceFault({ on: 'UPDATE', during: 'rollback', reason, times: 1 });
    const stuck = await deploy();
    expect(stuck.code).toBe(1);

    expect(await deploy()).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nEverything is deployed\.\n$/) as string });
    expect(await readBack(moto)).toEqual(declared());
    console.log(await run('reconcile'));
  });

  async function readBack(at: Moto) {
    const { assignments } = await readIdentityCenter(at, organization);
    const client = new CloudFormationClient(at.client);
    const { Summaries = [] } = await client.send(new ListStackSetsCommand({ Status: 'ACTIVE' }));
    const policies = await Promise.all(
      Summaries.map(async ({ StackSetName = '' }) => {
        const { Summaries: instances = [] } = await client.send(new ListStackInstancesCommand({ StackSetName }));
        const name = StackSetName.replace('sandbox-policy-', '');
        return instances.map(({ Account = '' }) => `${name} has ${name} in ${Account}`);
      }),
    );
    client.destroy();
    return { assignments, policies: named(policies.flat()) };
  }
});

/** Lines that end with an account's id, with its name instead, sorted. */
function named(lines: Iterable<string>): readonly string[] {
  const names = new Map<string, string>(organization.accounts.map(({ id, name }) => [id, name]));
  return [...lines].map((line) => line.replace(/\d{12}$/, (id) => names.get(id) ?? id)).toSorted();
}
