import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeContinuousBackupsCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { callAws } from './aws-call';
import { clientSecretName, sessionKeysName } from '../../estate/sections/hosting/handoff';
import type { AlarmTopic, DeployedAlarm, DeployedTable, StoredSecret } from '../facts/hosting-facts';
import type { HostingClients } from './hosting-clients';
import { type DeployedStack, resourcesOf, type StackResource } from './read-stack';
import { readSubscribers } from './read-subscribers';

/** The web's secrets, never a value. @throws AwsCallError */
export function readSecrets({ secrets }: HostingClients, estateName: string): Promise<readonly StoredSecret[]> {
  const read = async (name: string): Promise<StoredSecret> => {
    const call = { action: 'secretsmanager:DescribeSecret', subject: `the secret ${name}` };
    const answer = await callAws(call, () => secrets.send(new DescribeSecretCommand({ SecretId: name })));
    const stages = Object.values(answer.VersionIdsToStages ?? {}).flat();
    return { name, hasValue: stages.includes('AWSCURRENT'), changedAt: answer.LastChangedDate };
  };
  return Promise.all([clientSecretName(estateName), sessionKeysName(estateName)].map(read));
}

/** The applications' tables. @throws AwsCallError */
export function readTables(clients: HostingClients, stacks: DeployedStack): Promise<readonly DeployedTable[]> {
  return Promise.all(resourcesOf(stacks, 'AWS::DynamoDB::Table').map((table) => readTable(clients, table)));
}

async function readTable({ dynamoDb: client }: HostingClients, table: StackResource): Promise<DeployedTable> {
  const TableName = table.physicalId;
  const call = { action: 'dynamodb:DescribeTable', subject: `the table ${TableName}` };
  const { Table } = await callAws(call, () => client.send(new DescribeTableCommand({ TableName })));
  const backups = { action: 'dynamodb:DescribeContinuousBackups', subject: `the backups of ${TableName}` };
  const answer = await callAws(backups, () => client.send(new DescribeContinuousBackupsCommand({ TableName })));
  const recovery = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  return {
    // The construct's own name is in it: TablesPolicies1A2B3C4D.
    name: table.logicalId.toLowerCase().includes('sessions') ? 'sessions' : 'policies',
    isProtected: Table?.DeletionProtectionEnabled === true,
    hasPointInTimeRecovery: recovery === 'ENABLED',
    hasCustomerKey: Table?.SSEDescription?.SSEType === 'KMS',
  };
}

/** Most names that DescribeAlarms takes. */
const ALARMS_A_CALL = 100;

/** The alarms of the services and tables. @throws AwsCallError */
export async function readAlarms(
  { cloudWatch }: HostingClients,
  stacks: DeployedStack,
): Promise<readonly DeployedAlarm[]> {
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
export function readTopic({ sns }: HostingClients, stacks: DeployedStack): Promise<AlarmTopic> {
  const topics = resourcesOf(stacks, 'AWS::SNS::Topic').map(({ physicalId }) => physicalId);
  return readSubscribers(sns, topics);
}
