import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreatePolicyCommand, DeletePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CloseAccountCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  CreateInstanceAccessControlAttributeConfigurationCommand,
  CreatePermissionSetCommand,
  DeleteInstanceAccessControlAttributeConfigurationCommand,
  DeletePermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import type { Examination } from '../../../src/doctor/examination';
import { wantedPolicies } from '../../../src/estate/plan/prerequisites';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { createIdentityCenterClients } from '../../../src/clouds/aws/aws-clients';
import { readSnapshot } from '../../../src/clouds/aws/organization/read-snapshot';
import { serializeOrganization } from '../../../src/clouds/aws/organization/compare-snapshot';
import type { EstateFiles } from '../../support/large-estate';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { edited, hostedSandboxFiles, keepPoliciesElsewhere, planFiles } from '../../support/sandbox';
import { organization, startSandboxOrganization } from '../stacks/sandbox-organization';
import { type Finished, runCommand, writeEstate } from './run-doctor';
import { withEnvironment } from './with-environment';

const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';
const DEVELOPMENT = '210000000011';
const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

describeWithPython('before a deployment, AWS is asked what would fail', () => {
  const { instanceArn: InstanceArn } = organization.identityCenter;
  let moto: Moto;
  let files: EstateFiles;
  let restore: () => void;
  let organizations: OrganizationsClient;
  let sso: SSOAdminClient;

  const run = (estate: EstateFiles, ...args: readonly string[]): Promise<Finished> => {
    const estates = mkdtempSync(join(tmpdir(), 'preflight-'));
    writeEstate(join(estates, 'sandbox'), estate);
    return runCommand('deploy check', ['--estates', estates, '--against', 'local', ...args], moto.env);
  };
  /** What is not well, as `check outcome: message`, with where it was asked. */
  const problems = async (estate: EstateFiles = files, ...args: readonly string[]): Promise<readonly string[]> => {
    const { stdout, stderr } = await run(estate, '--role', 'Audit', '--json', ...args);
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as Examination).checks.flatMap(({ id, observations }) =>
      observations
        .filter(({ outcome }) => outcome !== 'ok')
        .map(({ outcome, message, where = [] }) => `${id} ${outcome}: ${message} [${where.join('; ')}]`),
    );
  };
  const iamOf = async (account: string): Promise<IAMClient> => {
    const keys = await moto.keysOf(account);
    const credentials = {
      accessKeyId: keys['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: keys['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: keys['AWS_SESSION_TOKEN'] ?? '',
    };
    return new IAMClient({ ...moto.client, credentials });
  };
  const createPolicy = async (account: string, name: string, path: string): Promise<void> => {
    const client = await iamOf(account);
    const PolicyDocument = JSON.stringify(DOCUMENT);
    await client.send(new CreatePolicyCommand({ PolicyName: name, Path: path, PolicyDocument }));
    client.destroy();
  };

  beforeAll(async () => {
    moto = await startSandboxOrganization();
    restore = withEnvironment(moto.env);
    organizations = new OrganizationsClient(moto.client);
    sso = new SSOAdminClient(moto.client);
    const source = createIdentityCenterClients({ region: moto.region, concurrency: 5, onProgress: () => undefined });
    const read = {
      ...hostedSandboxFiles(),
      [ORGANIZATION_FILE]: serializeOrganization(await readSnapshot(source)),
    };
    files = { ...read, [PLACEMENT_FILE]: planFiles(read).access?.placement.text ?? '' };
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: STACK_SETS }));
  });

  afterEach(async () => {
    await moto.clearFaults();
    await moto.clearAccountChecks();
  });

  afterAll(async () => {
    restore();
    organizations.destroy();
    sso.destroy();
    await moto.stop();
  });

  test('where nothing would fail, every row is well, and what the deployment makes itself is no fault', async () => {
    await moto.resetCalls();
    const { stdout, code } = await run(files, '--role', 'Audit');
    expect(stdout).toMatchSnapshot();
    expect(code).toBe(0);
    const { operations, maxInFlight } = await moto.calls();
    expect(Object.keys(operations).filter((name) => !/:(Get|List|Describe|Assume|Validate)/.test(name))).toEqual([]);
    // Of one kind of reading five are under way at once; IAM has two kinds.
    expect(Math.max(...Object.values(operations).map((one) => one.maxInFlight))).toBeLessThanOrEqual(5);
    expect(Math.max(...Object.values(maxInFlight))).toBeLessThanOrEqual(10);
  });

  test('without a role, the other accounts are not asked, and no row says that they are well', async () => {
    const { stdout, code } = await run(files, '--json');
    const rows = (JSON.parse(stdout) as Examination).checks.flatMap(({ observations }) => observations);
    const notAsked = rows.filter(({ outcome }) => outcome === 'unknown');
    expect(notAsked.map(({ message, where }) => [message, where?.length])).toMatchSnapshot();
    expect(code).toBe(0);
    expect((await run(files, '--strict')).code).toBe(1);
  });

  test('a boundary that one account lacks, and one of another path', async () => {
    const kept = edited(files, ({ access }) => {
      keepPoliciesElsewhere(access);
    });
    const wanted = wantedPolicies(planFiles(kept));
    for (const { account, policy } of wanted) {
      if (account === DEVELOPMENT && policy.name === 'WorkforceBoundary') continue;
      const path = account === DEVELOPMENT ? '/' : policy.path;
      await createPolicy(account, policy.name, path);
    }
    expect(await problems(kept)).toMatchInlineSnapshot(`
      [
        "preflight-policies failure: /claims/ClaimsDeveloper is asked for, and /ClaimsDeveloper is there: IAM has a name once, whatever the path [claims-dev (210000000011)]",
        "preflight-policies failure: /identity/WorkforceBoundary is missing, and roles that need it can't be made [claims-dev (210000000011)]",
      ]
    `);
    for (const { account, policy } of wanted) {
      const client = await iamOf(account);
      const path = account === DEVELOPMENT ? '/' : policy.path;
      const PolicyArn = `arn:aws:iam::${account}:policy${path}${policy.name}`;
      if (account !== DEVELOPMENT || policy.name !== 'WorkforceBoundary')
        await client.send(new DeletePolicyCommand({ PolicyArn }));
      client.destroy();
    }
    expect(await problems()).toEqual([]);
  });

  test('a policy that somebody made under the name of one that the deployment makes', async () => {
    await createPolicy(DEVELOPMENT, 'ClaimsDeveloper', '/claims/');
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "preflight-policies failure: /claims/ClaimsDeveloper is there already, and this estate did not make it: its deployment can't create it [claims-dev (210000000011)]",
      ]
    `);
    const client = await iamOf(DEVELOPMENT);
    const PolicyArn = `arn:aws:iam::${DEVELOPMENT}:policy/claims/ClaimsDeveloper`;
    await client.send(new DeletePolicyCommand({ PolicyArn }));
    client.destroy();
  });

  test('attributes and a permission set that are there, unless a stack of the estate made them', async () => {
    const configuration = { AccessControlAttributes: [{ Key: 'Team', Value: { Source: ['${path:userName}'] } }] };
    await sso.send(
      new CreateInstanceAccessControlAttributeConfigurationCommand({
        InstanceArn,
        InstanceAccessControlAttributeConfiguration: configuration,
      }),
    );
    const { PermissionSet } = await sso.send(new CreatePermissionSetCommand({ InstanceArn, Name: 'Developer' }));
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "preflight-attributes failure: on already (keys: Team), and no stack of this estate did it: the access stack can't create them [insurance-management (210000000001), eu-west-1]",
        "preflight-permission-sets failure: permission set Developer is there already, and no stack of this estate made it: the access stack can't create it [insurance-management (210000000001), eu-west-1]",
      ]
    `);
    const { PermissionSetArn } = PermissionSet ?? {};
    await sso.send(new DeleteInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }));
    await sso.send(new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn }));
    const client = new CloudFormationClient(moto.client);
    const resources = {
      Set: { Type: 'AWS::SSO::PermissionSet', Properties: { InstanceArn, Name: 'Developer' } },
      Attributes: {
        Type: 'AWS::SSO::InstanceAccessControlAttributeConfiguration',
        Properties: { InstanceArn, AccessControlAttributes: configuration.AccessControlAttributes },
      },
    };
    const TemplateBody = JSON.stringify({ Resources: resources });
    await client.send(new CreateStackCommand({ StackName: 'sandbox-access', TemplateBody }));
    client.destroy();
    expect(await problems()).toEqual([]);
  });

  test('quotas that are too small, counted with what is in use', async () => {
    await moto.orderAccountChecks({
      quotas: [
        { service: 'sso', code: 'L-B44C7A29', value: 5 },
        { service: 'wafv2', code: 'L-2EC3DE7B', value: 1 },
        { service: 'apprunner', code: 'L-69F96A0C', value: 10 },
      ],
      appRunnerServices: 9,
    });
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "preflight-quotas failure: permission sets in the instance: 7 of 5 [insurance-management (210000000001), eu-west-1]",
        "preflight-quotas failure: App Runner services: 11 of 10 with 9 in use [claims-dev (210000000011), eu-west-1]",
        "preflight-quotas failure: web ACLs of WAF in the Region: 2 of 1 [claims-dev (210000000011), eu-west-1]",
      ]
    `);
  });

  test('a policy that IAM would refuse, and one that allows more than it seems', async () => {
    await moto.orderAccountChecks({ unknownActions: ['ecs:*'] });
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "preflight-documents failure: the policy ClaimsDeveloper: INVALID_ACTION: The action ecs:* does not exist. [IAM Access Analyzer, eu-west-1]",
      ]
    `);
  });

  test('an AWS managed policy that does not exist', async () => {
    // A name that is not known offline is an error of the estate; an ARN may be newer than the list.
    const arn = 'arn:aws:iam::aws:policy/job-function/NetworkAdmin';
    const text = (files[ESTATE_FILE] ?? '').replace('job-function/NetworkAdministrator', arn);
    expect(await problems({ ...files, [ESTATE_FILE]: text })).toMatchInlineSnapshot(`
      [
        "preflight-managed-policies failure: arn:aws:iam::aws:policy/job-function/NetworkAdmin does not exist [IAM]",
      ]
    `);
  });

  test('a key that is not enabled, a Region that comes, and another primary Region', async () => {
    const key = await createKey(moto);
    const instance = {
      PrimaryRegion: 'eu-central-1',
      Regions: [
        { RegionName: 'eu-west-1', Status: 'ACTIVE', IsPrimaryRegion: false },
        { RegionName: 'us-east-1', Status: 'ADDING', IsPrimaryRegion: false },
      ],
      EncryptionConfigurationDetails: {
        KeyType: 'CUSTOMER_MANAGED_KEY',
        KmsKeyArn: key,
        EncryptionStatus: 'ENABLED',
      },
    };
    await moto.orderAccountChecks({ instance });
    const shown = async () => (await problems()).map((line) => line.replaceAll(key, 'KEY'));
    expect(await shown()).toMatchInlineSnapshot(`
      [
        "preflight-identity-center failure: permission sets are administered in eu-central-1, organization.json says eu-west-1 [insurance-management (210000000001), eu-west-1]",
        "preflight-identity-center warning: its Region us-east-1 is ADDING [insurance-management (210000000001), eu-west-1]",
        "preflight-key warning: a key of your own encrypts it: KEY [insurance-management (210000000001), eu-west-1]",
      ]
    `);
    // moto takes the id alone.
    await askKms(moto, 'DisableKey', { KeyId: key.split('/').at(-1) });
    expect((await shown()).filter((line) => line.startsWith('preflight-key'))).toMatchInlineSnapshot(`
      [
        "preflight-key failure: its key KEY must be Enabled, got Disabled [insurance-management (210000000001), eu-west-1]",
      ]
    `);
  });

  test('stack sets that Organizations does not trust', async () => {
    await organizations.send(new DisableAWSServiceAccessCommand({ ServicePrincipal: STACK_SETS }));
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "preflight-stack-sets failure: Organizations does not trust CloudFormation StackSets [AWS Organizations]",
      ]
    `);
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: STACK_SETS }));
  });

  test('what could not be asked, by the permission that is missing', async () => {
    for (const [service, operation] of [
      ['accessanalyzer', 'ValidatePolicy'],
      ['sso-admin', 'DescribeInstance'],
      ['sts', 'AssumeRole'],
      ['service-quotas', 'GetServiceQuota'],
    ] as const) {
      await moto.orderFault({ service, operation, fail: { code: 'AccessDenied', status: 403, times: 1000 } });
    }
    const { stdout, code } = await run(files, '--role', 'Audit', '--json');
    const rows = (JSON.parse(stdout) as Examination).checks.flatMap(({ id, observations }) =>
      observations.map((one) => ({ id, ...one })),
    );
    expect(
      rows.filter(({ outcome }) => outcome === 'unknown').map(({ id, permission }) => `${id}: ${permission ?? ''}`),
    ).toMatchInlineSnapshot(`
      [
        "preflight-identity-center: sso:DescribeInstance",
        "preflight-key: sso:DescribeInstance",
        "preflight-policies: sts:AssumeRole on arn:aws:iam::ACCOUNT:role/Audit",
        "preflight-policies: sts:AssumeRole on arn:aws:iam::ACCOUNT:role/Audit",
        "preflight-documents: access-analyzer:ValidatePolicy",
        "preflight-quotas: servicequotas:GetServiceQuota",
        "preflight-quotas: servicequotas:GetServiceQuota",
        "preflight-quotas: servicequotas:GetServiceQuota",
        "preflight-quotas: sts:AssumeRole on arn:aws:iam::ACCOUNT:role/Audit",
        "preflight-quotas: sts:AssumeRole on arn:aws:iam::ACCOUNT:role/Audit",
      ]
    `);
    expect(code).toBe(0);
  });

  test('throttling is waited out', async () => {
    await moto.orderFault({ service: 'accessanalyzer', operation: 'ValidatePolicy', throttle: 3 });
    await moto.orderFault({ service: 'service-quotas', operation: '*', throttle: 3 });
    expect(await problems()).toEqual([]);
  });

  // The last one: it changes the organization for good.
  test('an account that was suspended since the snapshot', async () => {
    await organizations.send(new CloseAccountCommand({ AccountId: DEVELOPMENT }));
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "preflight-accounts failure: the account is CLOSED, where these would fail: assignments, the stack sandbox-hosting-data, the stack sandbox-hosting, the stack sandbox-pipeline-210000000011 [claims-dev (210000000011)]",
      ]
    `);
    const { stdout, code } = await run(files, '--role', 'Audit');
    expect(stdout).toContain('1 failure, 0 warnings, 0 could not check');
    expect(code).toBe(1);
  });
});

async function createKey(moto: Moto): Promise<string> {
  const { KeyMetadata } = (await askKms(moto, 'CreateKey', {})) as { KeyMetadata: { Arn: string } };
  return KeyMetadata.Arn;
}

/** The packages have no client of KMS. */
async function askKms({ endpoint, region }: Moto, operation: string, input: object): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/kms/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  return text === '' ? {} : JSON.parse(text);
}
