import { runCdkOk } from '../../support/cdk-cli';
import { writeProject } from '../../support/estate-project';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { delegatedSandbox } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { readIdentityCenter } from './read-identity-center';
import { FIRST_ASSIGNMENTS, organization, startSandboxOrganization } from './sandbox-organization';

const { managementAccountId } = organization.organization;
const { region } = organization.identityCenter;
const DELEGATED = '210000000003';
const POLICY = 'arn:aws:iam::aws:policy/AWSSSOMemberAccountAdministrator';
const TRUST = ['--trust', managementAccountId, '--cloudformation-execution-policies', POLICY];

describeWithPython('an estate that a delegated administrator deploys', () => {
  const cwd = temporaryFolder();
  let moto: Moto;

  beforeAll(async () => {
    writeProject(cwd, { sandbox: delegatedSandbox() });
    moto = await startSandboxOrganization({ delegatedAdministrator: DELEGATED });
    const environment = (account: string): string => `aws://${account}/${region}`;
    await runCdkOk(['bootstrap', environment(managementAccountId)], { cwd, env: moto.env });
    const env = { ...moto.env, ...(await moto.keysOf(DELEGATED)) };
    await runCdkOk(['bootstrap', environment(DELEGATED), ...TRUST], { cwd, env });
  });

  afterAll(async () => {
    await moto.stop();
  });

  test('has a stack in each of the two accounts, and what the other mode gives', async () => {
    await runCdkOk(['deploy', '--all', '--require-approval', 'never', '-c', 'estate=sandbox'], { cwd, env: moto.env });

    const events = await moto.stackEvents();
    const made = events.filter(
      ({ type, status }) => type === 'AWS::SSO::PermissionSet' && status === 'CREATE_COMPLETE',
    );
    const sets = made.map(({ account, stack, logicalId }) => `${account} ${stack} ${logicalId.slice(0, -8)}`);
    expect(sets.toSorted()).toEqual([
      '210000000001 sandbox-access-management PermissionSetsBillingReader',
      '210000000001 sandbox-access-management PermissionSetsSecurityAuditmanagement',
      '210000000003 sandbox-access PermissionSetsDataReader',
      '210000000003 sandbox-access PermissionSetsDeveloper',
      '210000000003 sandbox-access PermissionSetsNetworkOperator',
      '210000000003 sandbox-access PermissionSetsSecurityAdmin',
      '210000000003 sandbox-access PermissionSetsSecurityAudit',
      '210000000003 sandbox-access PermissionSetsSystemsOperator',
    ]);

    const { assignments } = await readIdentityCenter(moto, organization);
    const inManagementAccount = 'Security Auditors has SecurityAudit in insurance-management';
    const expected = FIRST_ASSIGNMENTS.map((assignment) =>
      assignment === inManagementAccount ? assignment.replace('SecurityAudit', 'SecurityAudit-management') : assignment,
    );
    expect(assignments).toEqual(expected.toSorted());
  });
});
