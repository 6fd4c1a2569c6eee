import { PrincipalId, readId } from '../../../estate/source/ids';
import type { OwnedApplication, OwnedResources } from '../../facts/access-facts';
import type { IdentityCenterClients } from '../aws-clients';
import { callerAccount } from '../caller-account';
import { assignmentOf, setOf } from './assignment-identifier';
import { GIVEN_UP, readStackResources, type StackResource } from './owned-assignments';

/** A stack, and the account that it is deployed to. */
interface PlacedStack {
  readonly name: string;
  readonly account: string;
}

/** Reads what some stacks have of those that are in the account of the credentials, and names the others. @throws AwsCallError */
export async function readOwnedResources(
  clients: Pick<IdentityCenterClients, 'cloudFormation' | 'concurrency' | 'sts'>,
  stacks: readonly PlacedStack[],
): Promise<OwnedResources> {
  const account = await callerAccount(clients.sts);
  const here = stacks.filter((stack) => stack.account === account);
  const resources: StackResource[] = [];
  for (const { name } of here) resources.push(...(await readStackResources(clients, name)));
  const idsOf = (type: string): readonly string[] =>
    resources
      .filter(({ ResourceType, ResourceStatus }) => ResourceType === type && !GIVEN_UP.includes(ResourceStatus ?? ''))
      .flatMap(({ PhysicalResourceId: id }) => (id === undefined ? [] : [id]));
  return {
    sets: idsOf('AWS::SSO::PermissionSet').flatMap((id) => setOf(id) ?? []),
    assignments: idsOf('AWS::SSO::Assignment').flatMap((id) => assignmentOf(id) ?? []),
    applications: idsOf('AWS::SSO::ApplicationAssignment').flatMap((id) => applicationOf(id) ?? []),
    unread: stacks.filter((stack) => !here.includes(stack)).map(({ name }) => name),
  };
}

/** The primary identifier of AWS::SSO::ApplicationAssignment: application, kind and id of the principal. */
function applicationOf(physicalId: string): OwnedApplication | undefined {
  const [arn, principalType, id] = physicalId.split('|');
  if (arn === undefined || principalType === undefined || id === undefined) return undefined;
  return { arn, principalType, principalId: readId(PrincipalId, id) };
}
