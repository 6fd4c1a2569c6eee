import { AppRunnerClient, DescribeServiceCommand, ListOperationsCommand } from '@aws-sdk/client-apprunner';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeContinuousBackupsCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeExpressGatewayServiceCommand,
  ECSClient,
  type ExpressGatewayServiceConfiguration,
} from '@aws-sdk/client-ecs';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { awsConfig } from './aws-config';
import { Transport } from '../../../provider/graph/transport';
import { HOSTING_KINDS, stackName } from '../../estate/plan/stacks/stacks';
import { type Hosting, runsServices } from '../../estate/sections/hosting/hosting';
import { type HostedService, pascalCase, secretNamesOf } from '../../estate/sections/hosting/services';
import type {
  AlarmTopic,
  DeployedAlarm,
  DeployedService,
  DeployedTable,
  Health,
  HostingFacts,
  StackResource,
  StoredSecret,
  WatchFacts,
} from '../facts/hosting-facts';
import { attempt, failed, type Reading, type TimedReadingOptions, within } from '../reading';
import { USER_AGENT } from '../user-agent';
import { callAws, readAws } from './aws-call';
import { type DeployedStack, readStack, requireAccount, resourcesOf } from './read-stack';
import { readSubscribers } from './read-hearing';
import type { Watch } from '../../estate/sections/workforce/watch';

/** Clients of the account and Region of the hosting. */
export interface HostingClients {
  readonly appRunner: AppRunnerClient;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamoDb: DynamoDBClient;
  readonly ecs: ECSClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly sts: STSClient;
}

export function createHostingClients(region: string): HostingClients {
  const config = awsConfig(region);
  return {
    appRunner: new AppRunnerClient(config),
    cloudFormation: new CloudFormationClient(config),
    cloudWatch: new CloudWatchClient(config),
    dynamoDb: new DynamoDBClient(config),
    ecs: new ECSClient(config),
    secrets: new SecretsManagerClient(config),
    sns: new SNSClient(config),
    sts: new STSClient(config),
  };
}

export interface HostingOptions extends Omit<TimedReadingOptions, 'concurrency'> {
  readonly estateName: string;
  readonly hosting: Hosting;
  /** Those elsewhere too, whose secrets are here. */
  readonly services: readonly HostedService[];
}

/** Reads what AWS has of the hosting: what the stacks made, and what their services answer. */
export async function gatherHosting(clients: HostingClients, options: HostingOptions): Promise<HostingFacts> {
  const { estateName, services: declared, timeoutSeconds, onProgress } = options;
  const read = <T>(task: () => Promise<T>): Promise<Reading<T>> => within(timeoutSeconds, readAws(task));
  onProgress('stacks of the hosting');
  const stacks = await read(() => readHostingStacks(clients, options));
  if (stacks.state !== 'known') {
    return { services: stacks, secrets: stacks, tables: stacks, alarms: stacks, topic: stacks, health: stacks };
  }
  onProgress('services, secrets, tables and alarms');
  const { value } = stacks;
  const [services, secrets, tables, alarms, topic, health] = await Promise.all([
    read(() => readServices(clients, value, estateName)),
    read(() => readSecrets(clients, secretNamesOf(declared))),
    read(() => readTables(clients, value, declared)),
    read(() => readAlarms(clients, value)),
    read(() => readTopic(clients, value)),
    within(timeoutSeconds, readHealth(value, declared)),
  ]);
  return { services, secrets, tables, alarms, topic, health };
}

/** Asks the services themselves, as anybody can. A private one can't be reached from here. */
function readHealth(
  { outputs }: DeployedStack,
  services: readonly HostedService[],
): Promise<Reading<readonly Health[]>> {
  const open = services.filter(({ isPublic }) => isPublic);
  const web = new Transport(undefined, new AbortController().signal, USER_AGENT.join('/'));
  const ask = async ({ name, image, healthPath }: HostedService): Promise<readonly Health[]> => {
    const origin = outputs[`${pascalCase(name)}Url`];
    if (origin === undefined) return [];
    // The example tells which part it misses.
    const url = `${origin.replace(/\/$/, '')}${image?.kind === 'example' ? '/readyz' : healthPath}`;
    const { status } = await web.send({ method: 'GET', url });
    return [{ url, status }];
  };
  return attempt(
    async () => (await Promise.all(open.map(ask))).flat(),
    (error) => failed(`the service does not answer: ${error instanceof Error ? error.message : String(error)}`),
  );
}

/**
 * Reads the stacks of the hosting. @throws AwsCallError; Error if the credentials belong to another account, or a stack is not
 * there or has failed
 */
async function readHostingStacks(
  { sts, cloudFormation }: HostingClients,
  { estateName, hosting }: HostingOptions,
): Promise<DeployedStack> {
  const { account } = hosting;
  await requireAccount(sts, { account, what: `the hosting of ${estateName}`, only: 'hosting' });
  const kinds = HOSTING_KINDS.filter((kind) => kind !== 'hosting' || runsServices(hosting));
  const stacks = await Promise.all(
    kinds.map(async (role) => {
      const name = stackName(estateName, role);
      const stack = await readStack(cloudFormation, name);
      if (stack === undefined) throw new Error(`the stack ${name} is missing; deploy it`);
      return stack;
    }),
  );
  return {
    resources: stacks.flatMap(({ resources }) => resources),
    outputs: Object.assign({}, ...stacks.map(({ outputs }) => outputs)) as Readonly<Record<string, string>>,
  };
}

/** The services' secrets, never a value. @throws AwsCallError */
function readSecrets({ secrets }: HostingClients, names: readonly string[]): Promise<readonly StoredSecret[]> {
  const read = async (name: string): Promise<StoredSecret> => {
    const call = { action: 'secretsmanager:DescribeSecret', subject: `the secret ${name}` };
    const answer = await callAws(call, () => secrets.send(new DescribeSecretCommand({ SecretId: name })));
    const stages = Object.values(answer.VersionIdsToStages ?? {}).flat();
    return { name, hasValue: stages.includes('AWSCURRENT'), changedAt: answer.LastChangedDate };
  };
  return Promise.all(names.map(read));
}

/** The services' tables. @throws AwsCallError */
function readTables(
  clients: HostingClients,
  stacks: DeployedStack,
  services: readonly HostedService[],
): Promise<readonly DeployedTable[]> {
  const all = services.flatMap(({ tables }) => tables.map(({ name }) => name));
  // Of two names that begin alike, the longer one.
  const names = all.toSorted((a, b) => b.length - a.length);
  return Promise.all(
    resourcesOf(stacks, 'AWS::DynamoDB::Table').map(async (table) => {
      // The construct's own name is in it: TablesPolicies1A2B3C4D.
      const id = table.logicalId.toLowerCase();
      const name = names.find((one) => id.startsWith(`tables${one.toLowerCase()}`)) ?? table.logicalId;
      return { name, ...(await readTable(clients, table)) };
    }),
  );
}

async function readTable(
  { dynamoDb: client }: HostingClients,
  table: StackResource,
): Promise<Omit<DeployedTable, 'name'>> {
  const TableName = table.physicalId;
  const call = { action: 'dynamodb:DescribeTable', subject: `the table ${TableName}` };
  const { Table } = await callAws(call, () => client.send(new DescribeTableCommand({ TableName })));
  const backups = { action: 'dynamodb:DescribeContinuousBackups', subject: `the backups of ${TableName}` };
  const answer = await callAws(backups, () => client.send(new DescribeContinuousBackupsCommand({ TableName })));
  const recovery = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  return {
    isProtected: Table?.DeletionProtectionEnabled === true,
    hasPointInTimeRecovery: recovery === 'ENABLED',
    hasCustomerKey: Table?.SSEDescription?.SSEType === 'KMS',
  };
}

/** Most names that DescribeAlarms takes. */
const ALARMS_A_CALL = 100;

/** The alarms of the services and tables. @throws AwsCallError */
async function readAlarms({ cloudWatch }: HostingClients, stacks: DeployedStack): Promise<readonly DeployedAlarm[]> {
  const names = resourcesOf(stacks, 'AWS::CloudWatch::Alarm').map(({ physicalId }) => physicalId);
  const call = { action: 'cloudwatch:DescribeAlarms', subject: 'the alarms' };
  const command = new DescribeAlarmsCommand({ AlarmNames: names.slice(0, ALARMS_A_CALL), MaxRecords: ALARMS_A_CALL });
  const { MetricAlarms = [] } = names.length === 0 ? {} : await callAws(call, () => cloudWatch.send(command));
  return names.map((name) => {
    const alarm = MetricAlarms.find(({ AlarmName }) => AlarmName === name);
    return {
      name,
      isArmed: alarm?.ActionsEnabled === true && (alarm.AlarmActions ?? []).length > 0,
      state: alarm?.StateValue ?? 'missing',
      reason: alarm?.StateReason ?? '',
    };
  });
}

/** Reads who is told of alarms. @throws AwsCallError */
function readTopic({ sns }: HostingClients, stacks: DeployedStack): Promise<AlarmTopic> {
  const topics = resourcesOf(stacks, 'AWS::SNS::Topic').map(({ physicalId }) => physicalId);
  return readSubscribers(sns, topics);
}

const APP_RUNNER = 'AWS::AppRunner::Service';
const ECS_EXPRESS = 'AWS::ECS::ExpressGatewayService';
/** Operations of App Runner after which a service has read its secrets again. */
const DEPLOYS: ReadonlySet<string> = new Set([
  'START_DEPLOYMENT',
  'CREATE_SERVICE',
  'UPDATE_SERVICE',
  'RESUME_SERVICE',
]);

/** The services, on either platform. @throws AwsCallError */
async function readServices(
  clients: HostingClients,
  stacks: DeployedStack,
  estateName: string,
): Promise<readonly DeployedService[]> {
  const appRunner = resourcesOf(stacks, APP_RUNNER).map(({ physicalId }) =>
    readAppRunner(clients, physicalId, estateName),
  );
  const ecs = resourcesOf(stacks, ECS_EXPRESS).map(({ physicalId }) => readExpress(clients, physicalId, estateName));
  return Promise.all([...appRunner, ...ecs]);
}

async function readAppRunner(
  { appRunner: client }: HostingClients,
  ServiceArn: string,
  estateName: string,
): Promise<DeployedService> {
  const call = { action: 'apprunner:DescribeService', subject: `the service ${ServiceArn}` };
  const { Service } = await callAws(call, () => client.send(new DescribeServiceCommand({ ServiceArn })));
  const listing = { action: 'apprunner:ListOperations', subject: `the deployments of ${ServiceArn}` };
  const command = new ListOperationsCommand({ ServiceArn, MaxResults: 20 });
  const { OperationSummaryList = [] } = await callAws(listing, () => client.send(command));
  const deployed = OperationSummaryList.filter(({ Type = '', Status }) => DEPLOYS.has(Type) && Status === 'SUCCEEDED')
    .flatMap(({ StartedAt }) => StartedAt ?? [])
    .toSorted((a, b) => b.getTime() - a.getTime());
  const status = Service?.Status ?? 'missing';
  return {
    name: appOf(Service?.ServiceName ?? '', estateName),
    status,
    isRunning: status === 'RUNNING',
    image: Service?.SourceConfiguration?.ImageRepository?.ImageIdentifier ?? '',
    deployedAt: deployed[0],
  };
}

async function readExpress({ ecs }: HostingClients, serviceArn: string, estateName: string): Promise<DeployedService> {
  const call = { action: 'ecs:DescribeExpressGatewayService', subject: `the service ${serviceArn}` };
  const command = new DescribeExpressGatewayServiceCommand({ serviceArn });
  const { service = {} } = await callAws(call, () => ecs.send(command));
  const { serviceName = '', status, activeConfigurations = [] } = service;
  return {
    ...runningOf(status?.statusCode),
    ...revisionOf(activeConfigurations[0]),
    name: appOf(serviceName, estateName),
  };
}

function runningOf(status = 'missing'): Pick<DeployedService, 'status' | 'isRunning'> {
  return { status, isRunning: status === 'ACTIVE' };
}

function revisionOf(active: ExpressGatewayServiceConfiguration = {}): Pick<DeployedService, 'image' | 'deployedAt'> {
  return { image: active.primaryContainer?.image ?? '', deployedAt: active.createdAt };
}

/** `sandbox-web` is the web of the estate sandbox. */
function appOf(serviceName: string, estateName: string): string {
  return serviceName.startsWith(`${estateName}-`) ? serviceName.slice(estateName.length + 1) : serviceName;
}

export interface WatchOptions {
  readonly estateName: string;
  /** Longest time for the reading. */
  readonly timeoutSeconds: number;
}

/** Reads the stack that tells people of what needs them; undefined where it is not there. */
export function gatherWatchRules(
  { account, region }: Watch,
  { estateName, timeoutSeconds }: WatchOptions,
): Promise<Reading<WatchFacts | undefined>> {
  const config = awsConfig(region);
  return within(
    timeoutSeconds,
    readAws(async () => {
      await requireAccount(new STSClient(config), { account, what: `the watch of ${estateName}`, only: 'scim' });
      const stack = await readStack(new CloudFormationClient(config), stackName(estateName, 'workforce-watch'));
      if (stack === undefined) return undefined;
      const topics = resourcesOf(stack, 'AWS::SNS::Topic').map(({ physicalId }) => physicalId);
      return { resources: stack.resources, topic: await readSubscribers(new SNSClient(config), topics) };
    }),
  );
}
