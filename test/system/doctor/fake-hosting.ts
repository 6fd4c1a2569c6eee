import type { IncomingMessage, ServerResponse } from 'node:http';
import { StandIn } from '../../support/stand-in';
import { createHostingClients, type HostingClients } from '../../../src/clouds/aws/gather-hosting';

type Answers = Readonly<Record<string, unknown>>;

/** An error as the SDK throws it. */
export function awsError(name: string): Error {
  return Object.assign(new Error('not authorized'), { name });
}

/**
 * The SDK's own clients, each answering a command by its name (`DescribeStacks`, or `DescribeStacks sandbox-hosting` with the
 * value of an input) and never asking anybody: moto has no App Runner and no ECS Express Mode.
 */
export function fakeHostingClients(answers: () => Answers): HostingClients {
  const clients = createHostingClients('eu-west-1');
  const send = ({
    constructor,
    input,
  }: {
    readonly constructor: { readonly name: string };
    readonly input: object;
  }) => {
    const name = constructor.name.replace(/Command$/, '');
    const known = answers();
    const keys = Object.values(input).map((value) => `${name} ${String(value)}`);
    const key = [...keys, name].find((one) => one in known);
    if (key === undefined)
      return Promise.reject(new Error(`the test has no answer to ${name} ${JSON.stringify(input)}`));
    const answer = known[key];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  for (const client of Object.values(clients)) Object.assign(client as object, { send });
  return clients;
}

const TOPIC = 'arn:aws:sns:eu-west-1:210000000011:alarms';
const service = (name: string): string => `arn:aws:apprunner:eu-west-1:210000000011:service/sandbox-${name}/1`;
export const HASHES = { web: 'a'.repeat(64), api: 'b'.repeat(64) };

export interface Addresses {
  readonly web: string;
  readonly api: string;
}

/** What AWS answers of a hosting that is as declared. */
export function healthyAnswers({ web, api }: Addresses): Answers {
  const resource = (ResourceType: string, LogicalResourceId: string, PhysicalResourceId: string) => ({
    ResourceType,
    LogicalResourceId,
    PhysicalResourceId,
  });
  return {
    GetCallerIdentity: { Account: '210000000011' },
    'DescribeStacks sandbox-hosting-data': { Stacks: [{ StackStatus: 'CREATE_COMPLETE' }] },
    'DescribeStacks sandbox-hosting': {
      Stacks: [
        {
          StackStatus: 'UPDATE_COMPLETE',
          Outputs: [
            { OutputKey: 'WebUrl', OutputValue: web },
            { OutputKey: 'ApiUrl', OutputValue: api },
          ],
        },
      ],
    },
    'ListStackResources sandbox-hosting-data': {
      StackResourceSummaries: [
        resource('AWS::DynamoDB::Table', 'TablesPolicies1A2B', 'policies-table'),
        resource('AWS::DynamoDB::Table', 'TablesSessions3C4D', 'sessions-table'),
        resource('AWS::SNS::Topic', 'AlarmsTopic', TOPIC),
      ],
    },
    'ListStackResources sandbox-hosting': {
      StackResourceSummaries: [
        resource('AWS::AppRunner::Service', 'Web', service('web')),
        resource('AWS::AppRunner::Service', 'Api', service('api')),
        resource('AWS::CloudWatch::Alarm', 'Errors', 'errors'),
        resource('AWS::CloudWatch::Alarm', 'Latency', 'latency'),
      ],
    },
    ...Object.fromEntries(
      (['web', 'api'] as const).map((name) => [`DescribeService ${service(name)}`, runningService(name)]),
    ),
    ListOperations: {
      OperationSummaryList: [
        { Type: 'START_DEPLOYMENT', Status: 'SUCCEEDED', StartedAt: new Date('2026-05-20T10:00:00Z') },
      ],
    },
    DescribeSecret: { VersionIdsToStages: { v1: ['AWSCURRENT'] }, LastChangedDate: new Date('2026-05-20T09:00:00Z') },
    DescribeTable: { Table: { DeletionProtectionEnabled: true, SSEDescription: { SSEType: 'KMS' } } },
    DescribeContinuousBackups: {
      ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' } },
    },
    DescribeAlarms: { MetricAlarms: ['errors', 'latency'].map((name) => alarm(name)) },
    ListSubscriptionsByTopic: {
      Subscriptions: [{ Protocol: 'email', Endpoint: 'platform@insurance.example.com', SubscriptionArn: `${TOPIC}:1` }],
    },
  };
}

export function runningService(
  name: 'web' | 'api',
  changes: { readonly status?: string; readonly hash?: string } = {},
) {
  return {
    Service: {
      ServiceName: `sandbox-${name}`,
      Status: changes.status ?? 'RUNNING',
      SourceConfiguration: {
        ImageRepository: {
          ImageIdentifier: `210000000011.dkr.ecr.eu-west-1.amazonaws.com/assets:${changes.hash ?? HASHES[name]}`,
        },
      },
    },
  };
}

export function alarm(AlarmName: string, changes: object = {}) {
  return { AlarmName, ActionsEnabled: true, AlarmActions: [TOPIC], StateValue: 'OK', ...changes };
}

export const serviceArn = service;

/** Answers every request with a status that may be changed. */
export class ReadyServer extends StandIn {
  status = 200;

  static start(): Promise<ReadyServer> {
    return new ReadyServer().listen();
  }

  protected reply({ url }: IncomingMessage, response: ServerResponse): void {
    response.writeHead(url === '/readyz' ? this.status : 404).end();
  }
}
