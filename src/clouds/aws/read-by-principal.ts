import { paginateListAccountAssignmentsForPrincipal, type PrincipalType } from '@aws-sdk/client-sso-admin';
import { AccountId, PermissionSetArn, PrincipalId, readId } from '../../estate/source/ids';
import type { Organization } from '../../estate/source/organization';
import type { ApplicationPrincipal, DeployedAssignment } from '../facts/access-facts';
import { readEach, readPages, required, unlessGone } from './aws-call';
import type { AwsSource } from './aws-clients';

/** A group or user who is asked about. */
export interface AskedPrincipal extends ApplicationPrincipal {
  readonly principalType: PrincipalType;
}

/** Groups of the identity store and the snapshot, users of the estate, and others, each once. */
export function knownPrincipals(
  { groups, users }: Pick<Organization, 'groups' | 'users'>,
  storeGroups: readonly { readonly id: PrincipalId }[],
  others: readonly ApplicationPrincipal[],
): readonly AskedPrincipal[] {
  const each = (principalType: PrincipalType, known: readonly { readonly id: PrincipalId }[]) => {
    const more = others.filter((one) => one.principalType === principalType).map((one) => one.principalId);
    return [...new Set([...known.map(({ id }) => id), ...more])].map((principalId) => ({ principalType, principalId }));
  };
  return [...each('GROUP', [...groups, ...storeGroups]), ...each('USER', users)];
}

/**
 * Assignments of some groups and users, in whatever account: a call for each hundred of a principal. Of a user AWS lists those by
 * groups too. One who is gone has none here. @throws AwsCallError
 */
export async function readAssignmentsOf(
  clients: AwsSource,
  InstanceArn: string,
  principals: readonly AskedPrincipal[],
): Promise<readonly DeployedAssignment[]> {
  const read = async (one: AskedPrincipal) => (await unlessGone(readPrincipal(clients, InstanceArn, one))) ?? [];
  const told = (done: number): string => `assignments of ${done} of ${principals.length} groups and users`;
  return distinct((await readEach(principals, read, { ...clients, told, toldEvery: 10 })).flat());
}

async function readPrincipal(
  { ssoAdmin: client }: AwsSource,
  InstanceArn: string,
  { principalType, principalId }: AskedPrincipal,
): Promise<readonly DeployedAssignment[]> {
  const call = {
    action: 'sso:ListAccountAssignmentsForPrincipal',
    subject: `what the ${principalType.toLowerCase()} ${principalId} has`,
  };
  const input = { InstanceArn, PrincipalType: principalType, PrincipalId: principalId };
  const pages = paginateListAccountAssignmentsForPrincipal({ client, pageSize: 100 }, input);
  const assignments = await readPages(call, pages, (page) => page.AccountAssignments);
  return assignments.map((one) => ({
    set: readId(PermissionSetArn, one.PermissionSetArn),
    account: readId(AccountId, one.AccountId),
    principalType: required(one.PrincipalType, call, 'PrincipalType'),
    principalId: readId(PrincipalId, one.PrincipalId),
  }));
}

/** Each assignment once: a user has those of a group again. */
function distinct(assignments: readonly DeployedAssignment[]): readonly DeployedAssignment[] {
  const keyOf = ({ set, account, principalType, principalId }: DeployedAssignment): string =>
    [set, account, principalType, principalId].join(' ');
  return [...new Map(assignments.map((one) => [keyOf(one), one])).values()];
}
