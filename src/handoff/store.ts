import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
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
import { stackName } from '../estate/plan/stacks/stacks';

/** Reason why nothing, or nothing more, was handed over. The message tells what to do and holds no secret. */
export class HandoffError extends Error {
  override readonly name = 'HandoffError';
}

/** The secret in Secrets Manager. `empty`: it is there, but nothing has been written to it yet. */
export type StoredSecret =
  { readonly state: 'empty' } | { readonly state: 'present'; readonly value: string; readonly version: string };

/** Store from which the hosting stacks read what is handed over: SSM parameters and one secret of an AWS account. */
export interface HandoffStore {
  /** The AWS account of the credentials. */
  accountId(): Promise<string>;
  /** Values by name; a name without a parameter is absent. */
  readParameters(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  writeParameter(name: string, value: string): Promise<void>;
  /** @throws HandoffError if there is no such secret: the hosting's data stack makes it, with its key and policy */
  readSecret(name: string): Promise<StoredSecret>;
  /** Answers the id of the version that it wrote. */
  writeSecret(name: string, value: string): Promise<string>;
}

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

/** Output of the hosting stack with the public origin of the web. */
export const WEB_URL_OUTPUT = 'WebUrl';

/** The origin at which the web of an estate is deployed. @throws HandoffError if it is not deployed, or tells no origin */
export async function readDeployedUrl(estateName: string, region: string): Promise<string> {
  const stack = stackName(estateName, 'hosting');
  const client = new CloudFormationClient(awsConfig(region));
  const call = { action: 'cloudformation:DescribeStacks', subject: `the outputs of the stack ${stack}` };
  const { Stacks = [] } = await callAws(call, () => client.send(new DescribeStacksCommand({ StackName: stack })));
  const output = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === WEB_URL_OUTPUT)?.OutputValue;
  const origin = output === undefined ? undefined : originOf(output);
  if (origin !== undefined) return origin;
  throw new HandoffError(
    `The stack ${stack} has ${output === undefined ? 'no output' : 'no https address in its output'} ${WEB_URL_OUTPUT}: deploy it again`,
  );
}

/** `https://host` alone: a path or a user name would make another redirect URI. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && text.replace(/\/$/, '') === url.origin ? url.origin : undefined;
}
