import {
  AttachManagedPolicyToPermissionSetCommand,
  AddRegionCommand,
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  ProvisionPermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  DeletePermissionSetCommand,
  DeleteAccountAssignmentCommand,
  PutInlinePolicyToPermissionSetCommand,
  RemoveRegionCommand,
  SSOAdminClient,
  type Tag,
  UpdateInstanceAccessControlAttributeConfigurationCommand,
  UpdateInstanceCommand,
} from '@aws-sdk/client-sso-admin';
import { CreateUserCommand, DeleteGroupCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import {
  CreateAccountCommand,
  DeregisterDelegatedAdministratorCommand,
  MoveAccountCommand,
  RegisterDelegatedAdministratorCommand,
  UntagResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { deploymentSteps } from '../../../src/deploy/steps/steps';
import { type Examination, examineEstate } from '../../../src/doctor/examination';
import { createIdentityCenterClients } from '../../../src/clouds/aws/aws-clients';
import { gatherAccess } from '../../../src/clouds/aws/gather-access';
import { gatherFacts } from '../../../src/clouds/gather-facts';
import type { Estate } from '../../../src/estate/sections/estate';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { OrganizationFile } from '../../../src/estate/source/organization';
import { ANALYSTS, organization, startSandboxOrganization } from '../stacks/sandbox-organization';
import type { Moto } from '../../support/moto';
import { adviceOf, carryOutAtAws } from '../../support/doctor/carry-out';
import { describeWithPython } from '../../support/python';
import { FakeCloudTrail } from './cloud-trail';
import { deployAccess } from './deploy-access';
import { healthyEstate } from './healthy-estate';
import { withEnvironment } from './with-environment';

/** An account of the sandbox that is closing. */
const SUSPENDED = '210000000014';

describeWithPython('the doctor finds faults of access', () => {
  const { instanceArn: InstanceArn, identityStoreId: IdentityStoreId } = organization.identityCenter;
  let plan: EstatePlan;
  let snapshotOnDisk: OrganizationFile;
  let moto: Moto;
  let trail: FakeCloudTrail;
  let sets: ReadonlyMap<string, string>;
  let sso: SSOAdminClient;
  let restore: () => void;

  const examine = async (): Promise<Examination> => {
    const options = { areas: ['access'] as const, concurrency: 5, timeoutSeconds: 60, onProgress: () => undefined };
    const facts = await gatherFacts({ plan, snapshotOnDisk, environment: process.env, ...options });
    return examineEstate({ plan, facts, now: new Date() }, ['access']);
  };
  /** What is not well, as `check outcome: message`. */
  const problems = async (): Promise<readonly string[]> =>
    (await examine()).checks.flatMap(({ id, observations }) =>
      observations
        .filter(({ outcome }) => outcome !== 'ok')
        .map(({ outcome, message, advice }) => `${id} ${outcome}: ${message} -> ${advice ?? ''}`)
        // Ids that moto makes.
        .map((line) =>
          line.replaceAll(/(permissionSet)\/[\w/-]+/g, '$1/SET').replace(/(USER --principal-id) [\w-]+/, '$1 ID'),
        ),
    );
  const assignment = (set: string, principalId: string, account: string) => ({
    InstanceArn,
    PermissionSetArn: sets.get(set),
    PrincipalType: 'GROUP' as const,
    PrincipalId: principalId,
    TargetType: 'AWS_ACCOUNT' as const,
    TargetId: account,
  });
  const createSet = async (Name: string, Tags?: Tag[]): Promise<string> => {
    const { PermissionSet } = await sso.send(new CreatePermissionSetCommand({ InstanceArn, Name, Tags }));
    if (PermissionSet?.PermissionSetArn === undefined) throw new Error(`no ARN of ${Name}`);
    return PermissionSet.PermissionSetArn;
  };
  const idOf = (name: string): string =>
    snapshotOnDisk.groups.find(({ displayName }) => displayName === name)?.id ?? '';

  beforeAll(async () => {
    [moto, trail] = await Promise.all([
      startSandboxOrganization({ delegatedAdministrator: '210000000003' }),
      FakeCloudTrail.start(),
    ]);
    restore = withEnvironment({ ...moto.env, AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url });
    sso = new SSOAdminClient(moto.client);
    const healthy = await healthyEstate(moto.region);
    snapshotOnDisk = healthy.snapshotOnDisk;
    // What Entra ID has is another test's matter.
    plan = { ...healthy.plan, estate: withoutWorkforce(healthy.plan.estate) };
    sets = await deployAccess(moto, plan);
  });

  afterAll(async () => {
    restore();
    sso.destroy();
    await Promise.all([moto.stop(), trail.stop()]);
  });

  test('nothing is found in a healthy estate, and every check was made', async () => {
    const { totals, checks } = await examine();
    expect(await problems()).toEqual([]);
    expect(totals).toEqual({ failure: 0, warning: 0, unknown: 0, ok: 9 });
    expect(checks.map(({ observations: [first] }) => first?.message)).toMatchInlineSnapshot(`
      [
        "7 permission sets are as declared",
        "46 assignments are as declared",
        "no other permission set gives access",
        "in every account the roles are those of the permission sets",
        "2 attributes for access control are as declared",
        "6 groups with grants are in the Identity Store",
        "the key is of AWS, as declared",
        "the Regions are eu-west-1, as declared",
        "14 accounts and 6 groups are those of organization.json",
      ]
    `);
  });

  test('an assignment made by hand, with who made it', async () => {
    const one = assignment('SecurityAdmin', idOf('Claims Developers'), '210000000011');
    await sso.send(new CreateAccountAssignmentCommand(one));
    const parameters = {
      permissionSetArn: one.PermissionSetArn,
      targetId: one.TargetId,
      principalType: 'GROUP',
      principalId: one.PrincipalId,
    };
    const by = 'arn:aws:sts::210000000001:assumed-role/Admin/mallory';
    trail.events = [{ name: 'CreateAccountAssignment', by, at: '2026-11-01T08:00:00Z', parameters }];
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "access-assignments failure: group "Claims Developers" has SecurityAdmin in claims-dev (210000000011), which is not in the estate; made by arn:aws:sts::210000000001:assumed-role/Admin/mallory on 2026-11-01T08:00:00Z -> take it away (aws sso-admin delete-account-assignment --instance-arn arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6 --permission-set-arn arn:aws:sso:::permissionSet/SET --target-type AWS_ACCOUNT --target-id 210000000011 --principal-type GROUP --principal-id 32f5a4c4b0d1e2f3a4b5c6d7e8f90a1b), or add a grant to the estate and import it (npx --no entra-aws docs importing)",
      ]
    `);
    trail.isDenied = true;
    expect((await problems())[0]).toContain("who made it can't be read: allow cloudtrail:LookupEvents");
    trail.isDenied = false;
    await sso.send(new DeleteAccountAssignmentCommand(one));
  });

  test('an assignment of a user', async () => {
    const store = new IdentitystoreClient(moto.client);
    const user = await store.send(
      new CreateUserCommand({
        IdentityStoreId,
        UserName: 'eve@example.com',
        DisplayName: 'Eve',
        Name: { GivenName: 'E', FamilyName: 'V' },
      }),
    );
    const one = { ...assignment('SecurityAudit', user.UserId ?? '', '210000000011'), PrincipalType: 'USER' as const };
    await sso.send(new CreateAccountAssignmentCommand(one));
    trail.events = [];
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "access-assignments failure: user "eve@example.com" has SecurityAudit in claims-dev (210000000011), which is not in the estate; CloudTrail has no record of who made it in the last 90 days -> take it away (aws sso-admin delete-account-assignment --instance-arn arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6 --permission-set-arn arn:aws:sso:::permissionSet/SET --target-type AWS_ACCOUNT --target-id 210000000011 --principal-type USER --principal-id ID), or add a grant to the estate and import it (npx --no entra-aws docs importing)",
      ]
    `);
    await sso.send(new DeleteAccountAssignmentCommand(one));
  });

  test('an assignment that somebody took away', async () => {
    const one = assignment('SecurityAudit', idOf('Security Auditors'), '210000000011');
    await sso.send(new DeleteAccountAssignmentCommand(one));
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "access-assignments failure: "Security Auditors" does not have SecurityAudit in claims-dev (210000000011), which the estate grants -> deploy the access stacks",
      ]
    `);
    await sso.send(new CreateAccountAssignmentCommand(one));
  });

  test('a permission set that nobody declared', async () => {
    const created = await sso.send(new CreatePermissionSetCommand({ InstanceArn, Name: 'HandMade' }));
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "access-permission-sets warning: permission set HandMade is not in the estate -> delete it, or add it to the estate and import it (npx --no entra-aws docs importing)",
      ]
    `);
    const PermissionSetArn = created.PermissionSet?.PermissionSetArn;
    await sso.send(new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn }));
  });

  test('access by a permission set that the estate neither has nor had', async () => {
    const key = { InstanceArn, PermissionSetArn: await createSet('HandMade') };
    const one = { ...assignment('', idOf('Claims Developers'), '210000000011'), ...key };
    await sso.send(new CreateAccountAssignmentCommand(one));
    trail.events = [];
    const found = await problems();
    await sso.send(new DeleteAccountAssignmentCommand(one));
    await sso.send(new DeletePermissionSetCommand(key));
    expect(found).toMatchInlineSnapshot(`
      [
        "access-permission-sets warning: permission set HandMade is not in the estate -> delete it, or add it to the estate and import it (npx --no entra-aws docs importing)",
        "access-other-sets failure: group "Claims Developers" has HandMade in claims-dev (210000000011), which is not in the estate; CloudTrail has no record of who made it in the last 90 days -> take it away (aws sso-admin delete-account-assignment --instance-arn arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6 --permission-set-arn arn:aws:sso:::permissionSet/SET --target-type AWS_ACCOUNT --target-id 210000000011 --principal-type GROUP --principal-id 32f5a4c4b0d1e2f3a4b5c6d7e8f90a1b), or add a grant to the estate and import it (npx --no entra-aws docs importing)",
      ]
    `);
  });

  test('administration by a permission set made by hand, which the step of a deployment names too', async () => {
    const key = { InstanceArn, PermissionSetArn: await createSet('HandMade') };
    const ManagedPolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await sso.send(new AttachManagedPolicyToPermissionSetCommand({ ...key, ManagedPolicyArn }));
    const one = { ...assignment('', idOf('Claims Developers'), '210000000011'), ...key };
    await sso.send(new CreateAccountAssignmentCommand(one));
    const step = deploymentSteps(plan, { yes: true }).find(({ id }) => id === 'assignments');
    const checks = step === undefined || 'state' in step.verification ? [] : step.verification;
    const words = checks.flatMap(({ command }) => command.words);
    const only = words.filter((_, index) => words[index - 1] === '--only');
    const found = (await problems()).filter((line) => only.some((id) => line.startsWith(`${id} failure`)));
    await sso.send(new DeleteAccountAssignmentCommand(one));
    await sso.send(new DeletePermissionSetCommand(key));
    expect(found).toEqual([
      expect.stringMatching(
        /^access-other-sets failure: group "Claims Developers" has HandMade in claims-dev \(210000000011\)/,
      ),
    ]);
  });

  test('access by a permission set that a stack of the estate made and left behind', async () => {
    const tags = [{ Key: 'aws:cloudformation:stack-name', Value: 'sandbox-access' }];
    const key = { InstanceArn, PermissionSetArn: await createSet('Former', tags) };
    const one = { ...assignment('', idOf('Claims Developers'), '210000000011'), ...key };
    await sso.send(new CreateAccountAssignmentCommand(one));
    const found = await problems();
    await sso.send(new DeleteAccountAssignmentCommand(one));
    await sso.send(new DeletePermissionSetCommand(key));
    expect(found).toMatchInlineSnapshot(`
      [
        "access-permission-sets failure: permission set Former is not in the estate any more; a stack of the estate made it, and has left it behind -> delete it once it has no assignments: aws sso-admin delete-permission-set --instance-arn arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6 --permission-set-arn arn:aws:sso:::permissionSet/SET",
        "access-assignments failure: group "Claims Developers" has Former in claims-dev (210000000011), which is not in the estate; CloudTrail has no record of who made it in the last 90 days -> take it away (aws sso-admin delete-account-assignment --instance-arn arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6 --permission-set-arn arn:aws:sso:::permissionSet/SET --target-type AWS_ACCOUNT --target-id 210000000011 --principal-type GROUP --principal-id 32f5a4c4b0d1e2f3a4b5c6d7e8f90a1b), or add a grant to the estate and import it (npx --no entra-aws docs importing)",
      ]
    `);
  });

  test('an assignment that is left in a suspended account, where it gives no access', async () => {
    const one = assignment('SecurityAudit', idOf('Security Auditors'), SUSPENDED);
    await sso.send(new CreateAccountAssignmentCommand(one));
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "access-assignments warning: group "Security Auditors" has SecurityAudit in portal-legacy (210000000014), which is not in the estate; CloudTrail has no record of who made it in the last 90 days; the account is CLOSED -> leave it: it can't be used, and goes with the account",
      ]
    `);
    await sso.send(new DeleteAccountAssignmentCommand(one));
  });

  describe('after a deployment', () => {
    const one = () => assignment('SecurityAudit', idOf('Security Auditors'), '210000000011');

    /** Reads access; what AWS still answers as before changes after some pauses. */
    async function gather(waitSeconds: number, changesAfter: number, waitsForStacks = false) {
      const { access } = plan;
      if (access === undefined) throw new Error('the estate has no access');
      const options = { concurrency: 5, onProgress: () => undefined };
      const clients = createIdentityCenterClients({ ...options, region: access.organization.region });
      const pauses: number[] = [];
      const pause = async (seconds: number): Promise<void> => {
        pauses.push(seconds);
        if (pauses.length === changesAfter) await sso.send(new CreateAccountAssignmentCommand(one()));
      };
      const read = {
        areas: ['access'] as const,
        estateName: 'sandbox',
        timeoutSeconds: 60,
        waitSeconds,
        waitsForStacks,
        pause,
      };
      const facts = await gatherAccess(clients, access, read);
      const { checks } = examineEstate({ plan, facts: { access: facts }, now: new Date() }, ['access-assignments']);
      return { pauses, outcome: checks[0]?.outcome };
    }

    test('what is as declared is read once', async () => {
      expect(await gather(60, 0)).toEqual({ pauses: [], outcome: 'ok' });
    });

    test('what is not is read again, until it is', async () => {
      await sso.send(new DeleteAccountAssignmentCommand(one()));
      expect(await gather(60, 2)).toEqual({ pauses: [5, 10], outcome: 'ok' });
    });

    test('what is not is not waited for where no stack of access was deployed', async () => {
      await sso.send(new DeleteAccountAssignmentCommand(one()));
      expect(await gather(60, 0, true)).toEqual({ pauses: [], outcome: 'failure' });
      await sso.send(new CreateAccountAssignmentCommand(one()));
    });

    test('what stays so is a failure, and without a wait it is one at once', async () => {
      await sso.send(new DeleteAccountAssignmentCommand(one()));
      expect(await gather(60, 0)).toEqual({ pauses: [5, 10, 20, 25], outcome: 'failure' });
      expect(await gather(0, 0)).toEqual({ pauses: [], outcome: 'failure' });
      await sso.send(new CreateAccountAssignmentCommand(one()));
    });
  });

  test('where the events of the stacks may not be read, it is unknown whose a permission set was', async () => {
    const key = { InstanceArn, PermissionSetArn: await createSet('HandMade') };
    const fail = { code: 'AccessDenied', times: 1 };
    await moto.orderFault({ service: 'cloudformation', operation: 'DescribeStackEvents', fail });
    const { checks } = await examine();
    await sso.send(new DeletePermissionSetCommand(key));
    const [, unknown] = checks.find(({ id }) => id === 'access-permission-sets')?.observations ?? [];
    expect(unknown).toEqual({
      outcome: 'unknown',
      message: 'whether a stack of the estate left something behind: could not be read',
      advice: 'allow cloudformation:DescribeStackEvents',
      permission: 'cloudformation:DescribeStackEvents',
    });
  });

  test('a changed permission set, which the accounts do not have yet', async () => {
    const key = { InstanceArn, PermissionSetArn: sets.get('Developer') };
    const before = await sso.send(new GetInlinePolicyForPermissionSetCommand(key));
    const InlinePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    await sso.send(new PutInlinePolicyToPermissionSetCommand({ ...key, InlinePolicy }));
    const [drift, outdated, ...more] = await problems();
    expect(drift).toMatchInlineSnapshot(
      `"access-permission-sets failure: permission set Developer is not as declared: inline policy was changed outside of the estate -> set it back: npx --no cdk deploy -c estate=sandbox --exclusively sandbox-access --revert-drift; or write what is deployed into the estate"`,
    );
    expect(outdated).toMatch(
      /^access-provisioned failure: permission set Developer is outdated in 4 accounts: '210000000/,
    );
    expect(more).toEqual([]);
    await sso.send(new PutInlinePolicyToPermissionSetCommand({ ...key, InlinePolicy: before.InlinePolicy }));
    await sso.send(new ProvisionPermissionSetCommand({ ...key, TargetType: 'ALL_PROVISIONED_ACCOUNTS' }));
    expect(await problems()).toEqual([]);
  });

  test('attributes for access control that somebody changed', async () => {
    const update = (source: string) => {
      const AccessControlAttributes = [
        { Key: 'CostCenter', Value: { Source: [source] } },
        { Key: 'Department', Value: { Source: ['${path:enterprise.department}'] } },
      ];
      const InstanceAccessControlAttributeConfiguration = { AccessControlAttributes };
      return sso.send(
        new UpdateInstanceAccessControlAttributeConfigurationCommand({
          InstanceArn,
          InstanceAccessControlAttributeConfiguration,
        }),
      );
    };
    await update('${path:userName}');
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "access-attributes failure: attribute for access control CostCenter is \${path:userName}, declared is \${path:enterprise.costCenter} -> aws sso-admin update-instance-access-control-attribute-configuration --instance-arn arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6 --instance-access-control-attribute-configuration '{"AccessControlAttributes":[{"Key":"CostCenter","Value":{"Source":["\${path:enterprise.costCenter}"]}},{"Key":"Department","Value":{"Source":["\${path:enterprise.department}"]}}]}'; or change access.attributes of the estate, and deploy",
      ]
    `);
    await update('${path:enterprise.costCenter}');
  });

  test('what could not be read, by the permission that is missing', async () => {
    const code = 'AccessDeniedException';
    await moto.orderFault({ service: 'sso-admin', operation: 'ListPermissionSets', fail: { code, times: 1 } });
    const found = (await examine()).checks.filter(({ outcome }) => outcome === 'unknown');
    expect(found.map(({ id, observations: [one] }) => `${id}: ${one?.permission ?? ''}`)).toEqual([
      'access-permission-sets: sso:ListPermissionSets',
      'access-assignments: sso:ListPermissionSets',
      'access-other-sets: sso:ListPermissionSets',
      'access-provisioned: sso:ListPermissionSets',
    ]);
  });

  test('a customer-managed key and Regions of the instance that the estate does not have, and those that it has', async () => {
    const KmsKeyArn = 'arn:aws:kms:eu-west-1:210000000001:key/mrk-0123456789abcdef0123456789abcdef';
    const withSettings = (identityCenter: object): EstatePlan => {
      const { access } = plan.estate;
      return { ...plan, estate: { ...plan.estate, access: { ...access, identityCenter } } } as unknown as EstatePlan;
    };
    const bare = plan;
    plan = withSettings({ kmsKey: KmsKeyArn, additionalRegions: ['eu-central-1'] });
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "access-instance-key warning: the estate names the key arn:aws:kms:eu-west-1:210000000001:key/mrk-0123456789abcdef0123456789abcdef, but the instance is encrypted with a key of AWS -> choose the key at IAM Identity Center (Settings > Management > Key for encrypting data at rest), or remove access.identityCenter.kmsKey",
        "access-instance-regions warning: the instance is not replicated to eu-central-1 -> add the Region (aws sso-admin add-region), or remove it from access.identityCenter.additionalRegions",
      ]
    `);
    await sso.send(
      new UpdateInstanceCommand({
        InstanceArn,
        EncryptionConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn },
      }),
    );
    await sso.send(new AddRegionCommand({ InstanceArn, RegionName: 'eu-central-1' }));
    expect(await problems()).toEqual([]);
    plan = bare;
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "access-instance-key failure: the instance is encrypted with the customer-managed key arn:aws:kms:eu-west-1:210000000001:key/mrk-0123456789abcdef0123456789abcdef, and the estate names none: pipeline and leavers check may not decrypt -> set access.identityCenter.kmsKey to arn:aws:kms:eu-west-1:210000000001:key/mrk-0123456789abcdef0123456789abcdef, then deploy the stacks of the pipeline and of the workforce again",
        "access-instance-regions warning: the instance is replicated to eu-central-1, which the estate does not list -> list it in access.identityCenter.additionalRegions, and its ACS URL in workforce.awsApplication.saml.additionalReplyUrls",
      ]
    `);
    const reason = 'KMS_ACCESS_DENIED';
    await moto.orderFault({
      service: 'identitystore',
      operation: 'ListUsers',
      fail: { code: 'AccessDeniedException', reason, times: 1 },
    });
    const facts = await gatherFacts({
      ...{ plan, snapshotOnDisk, environment: process.env, areas: ['access'] as const },
      ...{ concurrency: 5, timeoutSeconds: 60, onProgress: () => undefined },
    });
    expect(facts.access?.users).toEqual({ state: 'denied', permission: `kms:Decrypt on the KMS key ${KmsKeyArn}` });
    await sso.send(new RemoveRegionCommand({ InstanceArn, RegionName: 'eu-central-1' }));
    await sso.send(
      new UpdateInstanceCommand({ InstanceArn, EncryptionConfiguration: { KeyType: 'AWS_OWNED_KMS_KEY' } }),
    );
    expect(await problems()).toEqual([]);
  });

  describe('what nobody meant is undone by the command that the doctor gives', () => {
    const carryOut = async (check: string): Promise<void> => {
      for (const advice of adviceOf(await examine(), check))
        await carryOutAtAws(advice, { ...moto.env, AWS_REGION: moto.region });
      expect(await problems()).toEqual([]);
    };

    test('an account was moved, and lost a tag', async () => {
      const organizations = new OrganizationsClient(moto.client);
      const [account] = snapshotOnDisk.accounts.filter(({ tags }) => Object.keys(tags).length > 0);
      const [tag = ''] = Object.keys(account?.tags ?? {});
      const { rootId } = snapshotOnDisk.organization;
      const id = account?.id ?? '';
      await organizations.send(
        new MoveAccountCommand({ AccountId: id, SourceParentId: account?.parentId, DestinationParentId: rootId }),
      );
      await organizations.send(new UntagResourceCommand({ ResourceId: id, TagKeys: [tag] }));
      expect((await problems()).length).toBeGreaterThan(1);
      await carryOut('access-snapshot');
    });

    test('another account administers IAM Identity Center', async () => {
      const organizations = new OrganizationsClient(moto.client);
      const ServicePrincipal = 'sso.amazonaws.com';
      const [before, now] = ['210000000003', '210000000011'];
      await organizations.send(new DeregisterDelegatedAdministratorCommand({ AccountId: before, ServicePrincipal }));
      await organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId: now, ServicePrincipal }));
      expect(await problems()).toEqual([expect.stringMatching(/^access-snapshot failure: /)]);
      await carryOut('access-snapshot');
    });

    test('a third attribute for access control', async () => {
      const AccessControlAttributes = [
        ...(plan.estate.access?.attributes ?? []).map(({ key, source }) => ({ Key: key, Value: { Source: [source] } })),
        { Key: 'Third', Value: { Source: ['${path:userName}'] } },
      ];
      await sso.send(
        new UpdateInstanceAccessControlAttributeConfigurationCommand({
          InstanceArn,
          InstanceAccessControlAttributeConfiguration: { AccessControlAttributes },
        }),
      );
      expect(await problems()).toEqual([expect.stringMatching(/^access-attributes failure: .*Third/)]);
      await carryOut('access-attributes');
    });
  });

  // The last ones: they change the organization for good.
  test('a group that is gone, and an account that is new', async () => {
    const store = new IdentitystoreClient(moto.client);
    await store.send(new DeleteGroupCommand({ IdentityStoreId, GroupId: ANALYSTS.id }));
    const organizations = new OrganizationsClient(moto.client);
    const created = await organizations.send(
      new CreateAccountCommand({ AccountName: 'brand-new', Email: 'new@example.com' }),
    );
    const id = created.CreateAccountStatus?.AccountId ?? '';
    expect((await problems()).map((line) => line.replaceAll(id, 'ID'))).toMatchInlineSnapshot(`
      [
        "access-pending-groups warning: group "Data Analysts" has grants but is not in the Identity Store, so that no one has them -> assign the group to the AWS application, wait for a provisioning cycle (40 minutes), then npx --no entra-aws snapshot and deploy",
        "access-snapshot failure: since the snapshot: + account ID "brand-new" in / -> npx --no entra-aws snapshot; npx --no entra-aws preview --base HEAD shows who gains and loses what by it; then deploy",
        "access-snapshot warning: since the snapshot: - group c2a55444-7071-70a0-1c4f-5b9d3f0a4444 "Data Analysts" -> npx --no entra-aws snapshot; npx --no entra-aws preview --base HEAD shows who gains and loses what by it; then deploy",
      ]
    `);
  });
});

function withoutWorkforce(estate: Estate): Estate {
  return Object.fromEntries(Object.entries(estate).filter(([section]) => section !== 'workforce')) as unknown as Estate;
}
