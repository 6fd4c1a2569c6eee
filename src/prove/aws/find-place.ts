import { DescribeOrganizationCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';
import { callAws, required } from '../../clouds/aws/aws-call';
import { callerAccount } from '../../clouds/aws/caller-account';
import { findInstance } from '../../clouds/aws/organization/read-identity-center';
import type { AccessPlace } from './marked-access';
import type { AccountClients } from './recorded-clients';

const ORGANIZATION = { action: 'organizations:DescribeOrganization', subject: 'the organization' };

/**
 * The account of the credentials, and the instance of IAM Identity Center of its organization, with its primary Region. Instances of
 * single accounts have no permission sets.
 *
 * @throws AwsCallError; Error if there is no such instance in the Region
 */
export async function findPlace(
  { organizations, ssoAdmin, sts }: Pick<AccountClients, 'organizations' | 'ssoAdmin' | 'sts'>,
  { isStandIn = false } = {},
): Promise<AccessPlace> {
  const account = await callerAccount(sts);
  // A stand-in may be of no organization.
  const managementAccountId = isStandIn ? account : await managementAccount(organizations);
  return { account, ...(await findInstance({ ssoAdmin }, { managementAccountId })) };
}

async function managementAccount(client: OrganizationsClient): Promise<string> {
  const { Organization } = await callAws(ORGANIZATION, () => client.send(new DescribeOrganizationCommand({})));
  return required(Organization?.MasterAccountId, ORGANIZATION, 'MasterAccountId');
}
