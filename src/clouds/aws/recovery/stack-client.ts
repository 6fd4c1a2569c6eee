import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { AwsCallError, callAws, unlessGone } from '../aws-call';
import { awsConfig } from '../aws-config';
import pMap from 'p-map';
import { parseQuietly } from '../../../estate/source/json-source';
import { readShardIds } from '../access/owned-resources';
import { callerAccount, readCaller } from '../account-credentials';

/** The place of a stack of CloudFormation. */
export interface StackPlace {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/** The qualifier of `cdk bootstrap`, unless somebody chose another. */
const QUALIFIER = 'hnb659fds';

/**
 * A client that acts on a stack as the CDK does: by the role for deployments of the stack's account, or by the credentials
 * themselves where they may not take it on and are of that account.
 *
 * @throws Error if they are of another account, and may not take on its role
 */
export async function createStackClient({ name, account, region }: StackPlace): Promise<CloudFormationClient> {
  const config = awsConfig(region);
  const sts = new STSClient(config);
  try {
    const caller = await readCaller(sts);
    const [, partition = 'aws'] = caller.arn.split(':');
    const RoleArn = `arn:${partition}:iam::${account}:role/cdk-${QUALIFIER}-deploy-role-${account}-${region}`;
    const call = { action: 'sts:AssumeRole', subject: `the stacks of account ${account} by ${RoleArn}` };
    // A session of a role that another role takes on ends after an hour; a recovery may wait for longer. The client keeps what its
    // provider gives, and asks again before that expires.
    const params = { RoleArn, RoleSessionName: 'entra-aws' };
    const client = new CloudFormationClient({
      ...config,
      credentials: fromTemporaryCredentials({ params, clientConfig: config }),
    });
    try {
      await callAws(call, () => client.config.credentials());
      return client;
    } catch (error) {
      client.destroy();
      if (caller.account === account) return new CloudFormationClient(config);
      const why = error instanceof AwsCallError ? error.fault.message : String(error);
      throw new Error(
        `${name} is in account ${account}, and these AWS credentials are of ${caller.account}, which may not take on ` +
          `${RoleArn} (${why}). Choose the profile of account ${account}, or name a stack of account ${caller.account}: --stack`,
      );
    }
  } finally {
    sts.destroy();
  }
}

interface TemplatePlace extends StackPlace {
  readonly partition: string;
}

/**
 * The template that a stack was deployed from; undefined where there is none. Another account is read by the role by which
 * the CDK looks things up. @throws AwsCallError
 */
export async function readTemplate(place: TemplatePlace): Promise<unknown> {
  return templateOf(await clientFor(place), place.name);
}

/** Templates that a stack and its shards were deployed from; no shard where there is none, or no stack. @throws AwsCallError */
export async function readShardedTemplates(
  place: TemplatePlace,
): Promise<{ readonly root: unknown; readonly shards: ReadonlyMap<number, unknown> }> {
  const client = await clientFor(place);
  const ids = [...(await readShardIds(client, place.name))];
  const read = async ([shard, id]: readonly [number, string]) => [shard, await templateOf(client, id)] as const;
  return { root: await templateOf(client, place.name), shards: new Map(await pMap(ids, read, { concurrency: 5 })) };
}

async function templateOf(client: CloudFormationClient, StackName: string): Promise<unknown> {
  const call = { action: 'cloudformation:GetTemplate', subject: `the template of the stack ${StackName}` };
  const command = new GetTemplateCommand({ StackName, TemplateStage: 'Original' });
  const { TemplateBody } = (await unlessGone(callAws(call, () => client.send(command)))) ?? {};
  return TemplateBody === undefined ? undefined : parseQuietly(TemplateBody);
}

async function clientFor({ account, region, partition }: TemplatePlace): Promise<CloudFormationClient> {
  const config = awsConfig(region);
  // A role of a pipeline may do nothing here by itself: it takes on the roles of the CDK, in its own account too.
  const isOwn = (await callerAccount(new STSClient(config))) === account;
  const RoleArn = `arn:${partition}:iam::${account}:role/cdk-${QUALIFIER}-lookup-role-${account}-${region}`;
  const params = { RoleArn, RoleSessionName: 'read-deployed-policies' };
  const lookup = fromTemporaryCredentials({ params, clientConfig: config });
  if (!isOwn) return new CloudFormationClient({ ...config, credentials: lookup });
  try {
    await lookup();
    return new CloudFormationClient({ ...config, credentials: lookup });
  } catch {
    // An administrator need not be trusted by the role.
    return new CloudFormationClient(config);
  }
}
