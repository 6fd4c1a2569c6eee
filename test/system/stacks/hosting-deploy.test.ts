import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { spawn } from 'node:child_process';
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Outcome } from '../../../src/deploy/pipeline/outcome';
import { finish } from '../clouds/organization/run-snapshot';
import { runCdkOk } from '../../support/cdk-cli';
import { writeEstate } from '../../support/estate-project';
import { hostingApp } from '../../support/hosting';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { hostedSandboxFiles } from '../../support/sandbox';
import type { Template } from '../../support/templates';
import { temporaryFolder } from '../../support/templates';
import { PROGRAM, REPOSITORY } from '../../support/repository';

const ACCOUNT = '210000000011';
const REGION = 'eu-west-1';

describeWithPython('the hosting that is deployed by the CDK', () => {
  const cwd = temporaryFolder();
  let moto: Moto;
  let cloudFormation: CloudFormationClient;
  let assembly: string;

  beforeAll(async () => {
    writeFileSync(join(cwd, 'cdk.json'), '{}');
    moto = await startMoto({ accountId: ACCOUNT, region: REGION });
    cloudFormation = new CloudFormationClient(moto.client);
    await runCdkOk(['bootstrap', `aws://${ACCOUNT}/${REGION}`], { cwd, env: moto.env });
    ({ directory: assembly } = hostingApp().synth());
    leaveImagesOut(assembly);
    await runCdkOk(['deploy', '--app', assembly, '--all', '--require-approval', 'never'], { cwd, env: moto.env });
  });

  afterAll(async () => {
    await moto.stop();
  });

  /** Physical ids of a stack's resources of a type, by their logical ids without hashes. */
  async function resourcesOf(stack: string, type: string): Promise<ReadonlyMap<string, string>> {
    const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stack }));
    const found = StackResources.filter(({ ResourceType }) => ResourceType === `AWS::${type}`);
    return new Map(
      found.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
        LogicalResourceId.replace(/[0-9A-F]{8}$/, ''),
        PhysicalResourceId,
      ]),
    );
  }

  async function logicalIdsOf(stack: string): Promise<readonly string[]> {
    const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stack }));
    return StackResources.map(({ LogicalResourceId = '' }) => LogicalResourceId);
  }

  test('both stacks are complete, the data first', async () => {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({}));
    const hosting = Stacks.filter(({ StackName = '' }) => StackName.startsWith('sandbox-'));
    expect(hosting.map(({ StackName, StackStatus }) => `${StackName ?? ''} ${StackStatus ?? ''}`).toSorted()).toEqual([
      'sandbox-hosting CREATE_COMPLETE',
      'sandbox-hosting-data CREATE_COMPLETE',
    ]);
    const events = (await moto.stackEvents()).filter(
      ({ type }) => type === 'AWS::DynamoDB::Table' || type === 'AWS::IAM::Role',
    );
    const made = events.filter(({ status, stack }) => status === 'CREATE_COMPLETE' && stack.startsWith('sandbox-'));
    expect(made.findLastIndex(({ type }) => type.endsWith('Table'))).toBeLessThan(
      made.findIndex(({ type }) => type.endsWith('Role')),
    );
  });

  // moto's CloudFormation leaves out when items of a table expire.
  test('the tables are there as the estate wants them', async () => {
    const dynamo = new DynamoDBClient(moto.client);
    const tables = await resourcesOf('sandbox-hosting-data', 'DynamoDB::Table');
    expect([...tables.keys()].toSorted()).toEqual(['TablesPolicies', 'TablesSessions']);
    const describe = async (id: string) => {
      const TableName = tables.get(id) ?? '';
      const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
      return [Table?.KeySchema?.[0]?.AttributeName, Table?.BillingModeSummary?.BillingMode];
    };
    expect(await describe('TablesPolicies')).toEqual(['pk', 'PAY_PER_REQUEST']);
    expect(await describe('TablesSessions')).toEqual(['id', 'PAY_PER_REQUEST']);
  });

  test('the role of the web may use its own table, by the name that it has', async () => {
    const roles = await resourcesOf('sandbox-hosting', 'IAM::Role');
    const tables = await resourcesOf('sandbox-hosting-data', 'DynamoDB::Table');
    const policy = await policyOf(moto, roles.get('ServiceswebInstanceRole') ?? '');
    const own = policy.Statement.filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'));
    expect(own).toEqual([
      {
        Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        Effect: 'Allow',
        Resource: expect.stringMatching(new RegExp(`:table/${tables.get('TablesSessions') ?? ''}$`)) as string,
      },
    ]);
  });

  test('rules, topic, logs and the state machine are there', async () => {
    const [rules, machines, logs] = await Promise.all(
      ['Events::Rule', 'StepFunctions::StateMachine', 'Logs::LogGroup'].map((type) =>
        resourcesOf('sandbox-hosting', type),
      ),
    );
    expect([rules?.size, machines?.size, logs?.size]).toEqual([3, 1, 3]);
    expect((await resourcesOf('sandbox-hosting-data', 'SNS::Topic')).size).toBe(1);
  });
  describe('asked by the pipeline', () => {
    const estate = join(cwd, 'estates');

    beforeAll(() => {
      writeEstate(cwd, 'sandbox', hostedSandboxFiles());
      cpSync(assembly, join(cwd, 'plan/cdk.out'), { recursive: true });
    });

    async function cloudPlan(step: string, mode: string): Promise<Outcome & { readonly code: number | null }> {
      const args = ['--estates', estate, '--step', step, '--mode', mode];
      const PATH = [join(REPOSITORY, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
      const env = { ...moto.env, PATH, HOME: cwd, CDK_HOME: cwd, CDK_DISABLE_CLI_TELEMETRY: '1' };
      const child = spawn(process.execPath, [PROGRAM, 'ci', 'cloud-plan', ...args], {
        cwd,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const { code } = await finish(child);
      const outcome = JSON.parse(readFileSync(join(cwd, `plan/clouds/${step}.outcome.json`), 'utf8')) as Outcome;
      return { ...outcome, code };
    }

    test('the CDK finds what it deployed unchanged', async () => {
      expect(await cloudPlan('hosting-data', 'plan')).toMatchObject({ code: 0, state: 'unchanged', destroyed: [] });
    });

    test('the CDK finds a table that goes, and the pipeline that this destroys', async () => {
      const file = join(cwd, 'plan/cdk.out/sandbox-hosting-data.template.json');
      const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
      const tables = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table');
      const left = Object.entries(template.Resources).filter(([id]) => id !== tables[0]?.[0]);
      writeFileSync(file, JSON.stringify({ ...template, Resources: Object.fromEntries(left), Outputs: {} }));
      const outcome = await cloudPlan('hosting-data', 'plan');
      cpSync(assembly, join(cwd, 'plan/cdk.out'), { recursive: true });
      expect(outcome).toMatchObject({ code: 0, state: 'changed' });
      expect(outcome.text).toMatch(/\[-\] AWS::DynamoDB::Table/);
      expect(outcome.destroyed).toEqual([
        'sandbox-hosting-data replaces, deletes or leaves behind resources: see what the CDK says of it',
      ]);
    });

    test('the CDK finds what somebody changed by hand, and tells of what it could not look at', async () => {
      const stack = 'sandbox-hosting-data';
      expect(await cloudPlan('hosting-data', 'drift')).toMatchObject({ code: 0, state: 'unchanged', unchecked: 0 });
      const [first = '', second = ''] = await logicalIdsOf(stack);
      await moto.setDrift({ stack, logicalId: second, status: 'UNKNOWN' });
      expect(await cloudPlan('hosting-data', 'drift')).toMatchObject({ code: 0, state: 'unchanged', unchecked: 1 });
      await moto.setDrift({ stack, logicalId: first, status: 'MODIFIED' });
      expect(await cloudPlan('hosting-data', 'drift')).toMatchObject({ code: 0, state: 'changed', unchecked: 1 });
    });

    test.each(['plan', 'drift'])('a stack that the assembly lacks is a failure (%s)', async (mode) => {
      expect(await cloudPlan('workforce-watch', mode)).toMatchObject({ code: 1, state: 'failed' });
    });
  });
});

/** No image is built and pushed: another suite does. */
function leaveImagesOut(assembly: string): void {
  for (const file of globSync(join(assembly, '*.assets.json'))) {
    const assets = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...assets, dockerImages: {} }));
  }
}

interface Policy {
  readonly Statement: readonly { readonly Action: unknown; readonly Effect: string; readonly Resource: unknown }[];
}

/** The inline policy of a role, read back from IAM. */
async function policyOf(moto: Moto, role: string): Promise<Policy> {
  const ask = async (parameters: Readonly<Record<string, string>>): Promise<string> => {
    const response = await fetch(moto.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request',
      },
      body: new URLSearchParams({ Version: '2010-05-08', RoleName: role, ...parameters }),
    });
    return await response.text();
  };
  const [, name = ''] = /<member>([^<]+)</.exec(await ask({ Action: 'ListRolePolicies' })) ?? [];
  const [, document = ''] =
    /<PolicyDocument>([^<]+)</.exec(await ask({ Action: 'GetRolePolicy', PolicyName: name })) ?? [];
  const text = document.startsWith('%') ? decodeURIComponent(document) : document.replaceAll('&quot;', '"');
  return JSON.parse(text) as Policy;
}
