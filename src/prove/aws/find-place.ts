import { DescribeOrganizationCommand } from '@aws-sdk/client-organizations';
import { ListInstancesCommand } from '@aws-sdk/client-sso-admin';
import { callAws, required } from '../../clouds/aws/aws-call';
import { callerAccount } from '../../clouds/aws/caller-account';
import { chooseInstance } from '../../clouds/aws/organization/read-identity-center';
import type { AccessPlace } from './marked-access';
import { createAccountClients, type Reach } from './recorded-clients';

const INSTANCES = { action: 'sso:ListInstances', subject: 'the instances of IAM Identity Center' };
const ORGANIZATION = { action: 'organizations:DescribeOrganization', subject: 'the organization' };

/**
 * The account of the credentials, and the instance of IAM Identity Center of its organization. Instances of single accounts have
 * no permission sets.
 *
 * @throws AwsCallError; Error if there is no such instance in the Region
 */
export async function findPlace(reach: Reach & { readonly region: string }): Promise<AccessPlace> {
  const { organizations, ssoAdmin, sts } = createAccountClients(reach);
  const account = await callerAccount(sts);
  const { Instances = [] } = await callAws(INSTANCES, () => ssoAdmin.send(new ListInstancesCommand({})));
  // A stand-in may be of no organization.
  const managementAccountId =
    reach.standIn === undefined
      ? required(
          (await callAws(ORGANIZATION, () => organizations.send(new DescribeOrganizationCommand({})))).Organization
            ?.MasterAccountId,
          ORGANIZATION,
          'MasterAccountId',
        )
      : account;
  const instance = chooseInstance(Instances, { managementAccountId, region: reach.region });
  return {
    account,
    region: reach.region,
    instanceArn: required(instance.InstanceArn, INSTANCES, 'InstanceArn'),
    identityStoreId: required(instance.IdentityStoreId, INSTANCES, 'IdentityStoreId'),
  };
}
