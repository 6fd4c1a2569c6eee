import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCdkOk } from '../support/cdk-cli';
import { hostingApp } from '../support/hosting';
import type { Moto } from '../support/moto';
import { startMoto } from '../support/moto';
import { describeWithPython } from '../support/python';
import { temporaryFolder } from '../support/templates';
import { keepSupported } from './supported-templates';

jest.setTimeout(300_000);

const ACCOUNT = '210000000011';
const REGION = 'eu-west-1';

describeWithPython('the hosting that is deployed by the CDK, as far as moto has its services', () => {
  const cwd = temporaryFolder();
  let moto: Moto;
  let cloudFormation: CloudFormationClient;

  beforeAll(async () => {
    writeFileSync(join(cwd, 'cdk.json'), '{}');
    moto = await startMoto({ accountId: ACCOUNT, region: REGION });
    cloudFormation = new CloudFormationClient(moto.client);
    await runCdkOk(['bootstrap', `aws://${ACCOUNT}/${REGION}`], { cwd, env: moto.env });
    const { directory } = hostingApp().synth();
    keepSupported(directory);
    await runCdkOk(['deploy', '--app', directory, '--all', '--require-approval', 'never'], { cwd, env: moto.env });
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
    expect([rules?.size, machines?.size, logs?.size]).toEqual([2, 1, 3]);
    expect((await resourcesOf('sandbox-hosting-data', 'SNS::Topic')).size).toBe(1);
  });
});

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
