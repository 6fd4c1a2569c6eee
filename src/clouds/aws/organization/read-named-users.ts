import { DescribeUserCommand, GetUserIdCommand } from '@aws-sdk/client-identitystore';
import pMap from 'p-map';
import { PrincipalId, readId } from '../../../estate/source/ids';
import { showValue } from '../../../estate/source/finding';
import { AwsCallError, callAws, required } from '../aws-call';
import type { AwsSource } from '../aws-source';

/** A user as the snapshot has it: nothing of the person but the id. */
export interface ReadUser {
  readonly id: PrincipalId;
  readonly userName: string;
}

/** Ids of users by their user names; a name that the identity store does not have is left out. @throws AwsCallError */
export async function readNamedUsers(
  source: Pick<AwsSource, 'identityStore' | 'concurrency'>,
  identityStoreId: string,
  names: readonly string[],
): Promise<readonly ReadUser[]> {
  const found = await pMap(names, (name) => readOne(source, identityStoreId, name), {
    concurrency: source.concurrency,
  });
  return found.flat();
}

async function readOne(
  { identityStore }: Pick<AwsSource, 'identityStore'>,
  IdentityStoreId: string,
  userName: string,
): Promise<readonly ReadUser[]> {
  const call = { action: 'identitystore:GetUserId', subject: `the user ${showValue(userName)}` };
  const command = new GetUserIdCommand({
    IdentityStoreId,
    AlternateIdentifier: { UniqueAttribute: { AttributePath: 'userName', AttributeValue: userName } },
  });
  const answer = await unlessMissing(callAws(call, () => identityStore.send(command)));
  return answer === undefined ? [] : [{ id: readId(PrincipalId, answer.UserId), userName }];
}

/** User names by ids; a user who is gone is left out. @throws AwsCallError */
export async function readUserNames(
  source: Pick<AwsSource, 'identityStore' | 'concurrency'>,
  identityStoreId: string,
  ids: readonly PrincipalId[],
): Promise<readonly ReadUser[]> {
  const read = async (UserId: PrincipalId): Promise<readonly ReadUser[]> => {
    const call = { action: 'identitystore:DescribeUser', subject: `the user ${UserId}` };
    const command = new DescribeUserCommand({ IdentityStoreId: identityStoreId, UserId });
    const answer = await unlessMissing(callAws(call, () => source.identityStore.send(command)));
    return answer === undefined ? [] : [{ id: UserId, userName: required(answer.UserName, call, 'UserName') }];
  };
  return (await pMap(ids, read, { concurrency: source.concurrency })).flat();
}

/** @throws AwsCallError for any other fault */
async function unlessMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
