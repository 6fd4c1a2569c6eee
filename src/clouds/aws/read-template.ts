import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import pMap from 'p-map';
import { parseQuietly } from '../../estate/source/json-source';
import { readShardIds } from './access/owned-resources';
import { callerAccount, cdkRoleName, roleCredentials } from './account-credentials';
import { callAws, unlessGone } from './aws-call';
import { awsConfig } from './aws-config';
import type { StackPlace } from './recovery/stack-client';

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
  const RoleArn = `arn:${partition}:iam::${account}:role/${cdkRoleName('lookup', { account, region })}`;
  const lookup = roleCredentials(RoleArn, { region, sessionName: 'read-deployed-policies' });
  if (!isOwn) return new CloudFormationClient({ ...config, credentials: lookup });
  try {
    await lookup();
    return new CloudFormationClient({ ...config, credentials: lookup });
  } catch {
    // An administrator need not be trusted by the role.
    return new CloudFormationClient(config);
  }
}
