import { DeleteAccountAssignmentCommand, DeletePermissionSetCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { join } from 'node:path';
import type { CommandResult } from '../../../src/deploy/steps/command';
import type { Check, Reading } from '../../../src/deploy/steps/step';
import { deploymentSteps } from '../../../src/deploy/steps/steps';
import { FakeCloudTrail } from '../doctor/cloud-trail';
import { runDoctor } from '../doctor/run-doctor';
import type { EstateFiles } from '../../support/large-estate';
import { runCdkOk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { edited, keepPoliciesElsewhere, planFiles, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { readIdentityCenter } from './read-identity-center';
import { organization, startSandboxOrganization } from './sandbox-organization';

const { instanceArn: InstanceArn } = organization.identityCenter;
const AUDITORS = organization.groups.find(({ displayName }) => displayName === 'Security Auditors')?.id ?? '';

/** The sandbox, whose policies others keep here: they are not what this test is about. */
function files(edit: Parameters<typeof edited>[1] = () => undefined): EstateFiles {
  return edited(sandboxFiles(), (draft) => {
    keepPoliciesElsewhere(draft.access);
    edit(draft);
  });
}

/** The check of the step that follows the access stacks, which does not wait here. */
function readBack(): Check & { readonly args: readonly string[] } {
  const steps = deploymentSteps(planFiles(sandboxFiles()), { yes: true });
  const [check] = steps.find(({ id }) => id === 'assignments')?.verification as readonly [Check];
  const { words } = check.command;
  return { ...check, args: [...words.slice(words.indexOf('doctor') + 1), '--wait', '0'] };
}

/** Ids that moto makes differ from run to run. */
function withoutIds(text: string): string {
  return text.replaceAll(/(permissionSet)\/[\w/-]+/g, '$1/SET').replaceAll(/\(stack [\w-]+\)/g, '(stack STACK)');
}

describeWithPython('a revocation that CloudFormation gives up', () => {
  const cwd = temporaryFolder();
  let moto: Moto;
  let trail: FakeCloudTrail;

  beforeAll(async () => {
    writeProject(cwd, { sandbox: files() });
    [moto, trail] = await Promise.all([startSandboxOrganization(), FakeCloudTrail.start()]);
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], { cwd, env: moto.env });
    await deploy();
  });

  afterAll(async () => {
    await Promise.all([moto.stop(), trail.stop()]);
  });

  const deploy = async (): Promise<void> => {
    const args = ['deploy', 'sandbox-access', '--exclusively', '--require-approval', 'never', '-c', 'estate=sandbox'];
    await runCdkOk(args, { cwd, env: moto.env });
  };
  /** Output of the step, with the ids that moto makes replaced. */
  const read = async (): Promise<Reading> => {
    const { args, read: readingOf } = readBack();
    const env = { ...moto.env, AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url };
    const { code, stdout, stderr } = await runDoctor([...args, '--estates', join(cwd, 'estates')], env);
    const result: CommandResult = { code: code ?? 1, stdout: withoutIds(stdout), stderr };
    return readingOf(result);
  };

  test('leaves its stack green, and the step after it is not done and says who has what', async () => {
    expect(await read()).toEqual({ state: 'done' });

    const conflict = { code: 'ConflictException', message: 'another operation is in progress', times: 3 };
    await moto.orderFault({ service: 'sso-admin', operation: 'DeleteAccountAssignment', fail: conflict });
    writeEstate(
      cwd,
      'sandbox',
      files(({ access }) => {
        access.permissionSets = access.permissionSets.filter(({ name }) => name !== 'BillingReader');
        for (const grant of access.grants) {
          grant.permissionSets = grant.permissionSets.filter((name) => name !== 'BillingReader');
        }
      }),
    );
    await deploy();
    expect(await read()).toMatchInlineSnapshot(`
      {
        "state": "pending",
        "why": "Estate sandbox
        failure  Permission sets are as declared  access-permission-sets
                 permission set BillingReader is not in the estate any more; CloudFormation tried to delete it (stack STACK) and gave up: Could not delete arn:aws:sso:::permissionSet/SET: it is assigned
                   to do: delete it once it has no assignments: aws sso-admin delete-permission-set --instance-arn arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6 --permission-set-arn arn:aws:sso:::permissionSet/SET
        failure  Assignments are those of the estate  access-assignments
                 group "Security Auditors" has BillingReader in insurance-management (210000000001), which is not in the estate; CloudFormation tried to delete it (stack STACK) and gave up: another operation is in progress
                   to do: take it away (aws sso-admin delete-account-assignment --instance-arn arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6 --permission-set-arn arn:aws:sso:::permissionSet/SET --target-type AWS_ACCOUNT --target-id 210000000001 --principal-type GROUP --principal-id c2a55444-7071-70a0-1c4f-5b9d3f0a3333), or add a grant to the estate and import it (npx --no entra-aws docs importing)
        ok       Access comes from the permission sets of the estate  access-other-sets
                 no other permission set gives access
        ok       Accounts have the latest permission sets  access-provisioned
                 in every account the roles are those of the permission sets

      2 failures, 0 warnings, 0 could not check, 2 ok

      Not compared: documents of customer managed policies that access.policies does not have; tags beyond the declared.",
      }
    `);

    // What the step asks for.
    const sso = new SSOAdminClient(moto.client);
    const PermissionSetArn = (await readIdentityCenter(moto, organization)).sets.get('BillingReader')?.arn;
    await sso.send(
      new DeleteAccountAssignmentCommand({
        InstanceArn,
        PermissionSetArn,
        TargetType: 'AWS_ACCOUNT',
        TargetId: moto.accountId,
        PrincipalType: 'GROUP',
        PrincipalId: AUDITORS,
      }),
    );
    await sso.send(new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn }));
    sso.destroy();
    expect(await read()).toEqual({ state: 'done' });
  });
});
