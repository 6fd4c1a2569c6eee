import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { AwsCallError, callAws, required } from '../clouds/aws/aws-call';
import { awsConfig } from '../clouds/aws/aws-config';
import { callerAccount } from '../clouds/aws/account-credentials';
import { HandoffError, type HandoffStore, type StoredSecret } from './store';

const MISSING = (name: string): string =>
  `There is no secret ${name} in this account and Region, so nothing was written.\n` +
  "The hosting's data stack makes it: deploy that first (npx --no entra-aws deploy --status tells the order).";

const DELETED = (name: string): string =>
  `The secret ${name} is scheduled for deletion, so nothing was written.\n` +
  `Take it back, then run this again: aws secretsmanager restore-secret --secret-id ${name}`;

/** Names that one call of GetParameters takes. */
const NAMES_A_CALL = 10;

/** The store of a Region. */
export function createAwsStore(region: string): HandoffStore {
  const config = awsConfig(region);
  const ssm = new SSMClient(config);
  const secrets = new SecretsManagerClient(config);
  return {
    accountId: () => callerAccount(new STSClient(config)),
    readParameters: (names) => readParameters(ssm, names),
    writeParameter: async (name, value) => {
      const call = { action: 'ssm:PutParameter', subject: `the parameter ${name}`, writes: true };
      const input = { Name: name, Value: value, Type: 'String', Overwrite: true } as const;
      await callAws(call, () => ssm.send(new PutParameterCommand(input)));
    },
    readSecret: (name) => readSecret(secrets, name),
    writeSecret: async (name, value) => {
      const call = { action: 'secretsmanager:PutSecretValue', subject: `the secret ${name}`, writes: true };
      const input = { SecretId: name, SecretString: value };
      const { VersionId } = await callAws(call, () => secrets.send(new PutSecretValueCommand(input)));
      return required(VersionId, call, 'VersionId');
    },
  };
}

async function readParameters(ssm: SSMClient, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (let start = 0; start < names.length; start += NAMES_A_CALL) {
    const Names = names.slice(start, start + NAMES_A_CALL);
    const call = { action: 'ssm:GetParameters', subject: `the parameters ${Names.join(', ')}` };
    const { Parameters = [] } = await callAws(call, () => ssm.send(new GetParametersCommand({ Names })));
    for (const { Name, Value } of Parameters) {
      found.set(required(Name, call, 'Name'), required(Value, call, 'Value'));
    }
  }
  return found;
}

async function readSecret(secrets: SecretsManagerClient, name: string): Promise<StoredSecret> {
  const describing = { action: 'secretsmanager:DescribeSecret', subject: `the secret ${name}` };
  const described = await unlessMissing(() =>
    callAws(describing, () => secrets.send(new DescribeSecretCommand({ SecretId: name }))),
  );
  if (described === undefined) throw new HandoffError(MISSING(name));
  if (described.DeletedDate !== undefined) throw new HandoffError(DELETED(name));
  const reading = { action: 'secretsmanager:GetSecretValue', subject: `the secret ${name} to compare it` };
  const current = await unlessMissing(() =>
    callAws(reading, () => secrets.send(new GetSecretValueCommand({ SecretId: name }))),
  );
  if (current === undefined) return { state: 'empty' };
  const { SecretString, VersionId } = current;
  return {
    state: 'present',
    value: required(SecretString, reading, 'SecretString'),
    version: required(VersionId, reading, 'VersionId'),
  };
}

async function unlessMissing<Answer>(reading: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await reading();
  } catch (error) {
    if (error instanceof AwsCallError && error.cause instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
