import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import type { IdentityCenter } from '../stacks/read-identity-center';
import { readIdentityCenter } from '../stacks/read-identity-center';
import { organization, startSandboxOrganization } from '../stacks/sandbox-organization';
import { runCommand } from '../clouds/organization/run-snapshot';
import { runCdkOk } from '../../support/cdk-cli';
import { writeProject } from '../../support/estate-project';
import type { AccessOrder, Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

/*
 * What moto can't show: whether CloudFormation takes an assignment for a named resource, and how long it takes. Its part in
 * an import (moto_server/imports.py) is what the CloudFormation User Guide says of it.
 */

const groupId = (name: string): string =>
  organization.groups.find(({ displayName }) => displayName === name)?.id ?? `no ${name}`;
const active = organization.accounts.filter(({ state }) => state === 'ACTIVE').map(({ id }) => id);

/** What somebody made in the console: auditors everywhere, also in the management account; operators in every second one. */
const MADE_BY_HAND: AccessOrder = {
  permissionSets: [
    {
      Name: 'Audit',
      Description: 'Reads <all> & more.',
      SessionDuration: 'PT8H',
      ManagedPolicies: ['arn:aws:iam::aws:policy/SecurityAudit', 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess'],
      Tags: [{ Key: 'team', Value: 'security' }],
    },
    {
      Name: 'Operate',
      SessionDuration: 'PT1H',
      RelayState: 'https://console.aws.amazon.com/ec2/home',
      CustomerManagedPolicyReferences: [{ Name: 'Operator', Path: '/team/' }],
      PermissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
      InlinePolicy: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
      },
    },
  ],
  assignments: [
    ...active.map((id) => ['GROUP', groupId('Security Auditors'), 'Audit', id] as const),
    ...active
      .filter((id, index) => index % 2 === 0 && id !== organization.organization.managementAccountId)
      .map((id) => ['GROUP', groupId('Systems Operators'), 'Operate', id] as const),
  ],
  attributes: [{ Key: 'CostCenter', Value: { Source: ['${path:enterprise.costCenter}'] } }],
};

/** Access to the management account needs a reason, which only a person knows. */
const ACKNOWLEDGED = `
      acknowledge:
        - rule: IdentityCenter-IC5
          reason: Auditors read the organization's own configuration here; the set changes no resource.
`;

describeWithPython('adopting what exists', () => {
  const cwd = temporaryFolder();
  let moto: Moto;
  let before: IdentityCenter;

  const env = (): { cwd: string; env: Readonly<Record<string, string>> } => ({ cwd, env: moto.env });
  const cdk = (...args: readonly string[]) => runCdkOk([...args, '-c', 'estate=adopted'], env());
  const importEstate = (...args: readonly string[]) =>
    runCommand(
      'import',
      ['--estate', 'adopted', '--estates', join(cwd, 'estates'), '--out', join(cwd, 'import'), ...args],
      moto.env,
    );
  const read = (): Promise<IdentityCenter> => readIdentityCenter(moto, organization);

  beforeAll(async () => {
    moto = await startSandboxOrganization();
    await moto.fillAccess(MADE_BY_HAND);
    before = await read();
    writeProject(cwd, { sandbox: sandboxFiles() });
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], env());
  });

  afterAll(async () => {
    await moto.stop();
  });

  test('changes nothing: sets and attributes by cdk import, assignments by a deployment that takes them over', async () => {
    expect(before.assignments.length).toBeGreaterThan(15);
    const first = await importEstate();
    expect(first.code).toBe(1);
    const file = join(cwd, 'estates/adopted', ESTATE_FILE);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replaceAll(
        /^ +accounts:\n +include:\n +- id: '210000000001' .*\n/gm,
        (found) => `${found}${ACKNOWLEDGED.slice(1)}`,
      ),
    );
    expect(await importEstate('--mapping-only')).toMatchObject({ code: 0 });

    await cdk('import', 'adopted-access', '--resource-mapping', join(cwd, 'import/adopted-access.json'));
    const adopt = ['-c', `adopt=${join(cwd, 'import/permission-sets.json')}`];
    await cdk('deploy', 'adopted-access', ...adopt, '--import-existing-resources', '--require-approval', 'never');
    await cdk('deploy', 'adopted-access', '--require-approval', 'never');

    expect(await read()).toEqual(before);
    const events = (await moto.stackEvents()).filter(({ type }) => type.startsWith('AWS::SSO::'));
    expect(events.map(({ status }) => status)).not.toContain('UPDATE_IN_PROGRESS');
    expect(events.map(({ status }) => status)).not.toContain('DELETE_IN_PROGRESS');
    const diff = await cdk('diff', 'adopted-access');
    expect(`${diff.stdout}${diff.stderr}`).toContain('Number of stacks with differences: 0');
  });
});
