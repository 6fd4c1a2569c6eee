import { DescribeOrganizationsAccessCommand } from '@aws-sdk/client-cloudformation';
import { paginateListAccounts, paginateListDelegatedAdministrators } from '@aws-sdk/client-organizations';
import { DescribePermissionSetCommand, paginateListPermissionSets } from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { z } from 'zod';
import { AccountId, readId } from '../../../estate/source/ids';
import type { LiveAccount, LiveInstance, LiveSet, StackSetTrust } from '../../facts/preflight-facts';
import { callAws, readPages, required } from '../aws-call';
import type { IdentityCenterClients } from '../aws-clients';
import { describeInstance } from '../read-instance';
import { SignedService } from '../signed-service';

/** Accounts of the organization with their states. @throws AwsCallError */
export async function readAccounts({
  organizations: client,
}: Pick<IdentityCenterClients, 'organizations'>): Promise<readonly LiveAccount[]> {
  const call = { action: 'organizations:ListAccounts', subject: 'the accounts of the organization' };
  const accounts = await readPages(call, paginateListAccounts({ client }, {}), (page) => page.Accounts);
  // `State` replaced `Status` in September 2026.
  return accounts.map(({ Id, State, Status }) => ({
    id: readId(AccountId, Id),
    state: required(State ?? Status, call, 'State'),
  }));
}

/** The instance with its Regions and its key. @throws AwsCallError */
export async function readInstance(
  clients: Pick<IdentityCenterClients, 'ssoAdmin'>,
  InstanceArn: string,
): Promise<LiveInstance> {
  const { call, found } = await describeInstance(clients, InstanceArn);
  const { Regions = [], EncryptionConfigurationDetails: encryption } = found;
  return {
    status: required(found.Status, call, 'Status'),
    primaryRegion: found.PrimaryRegion,
    regions: Regions.map(({ RegionName, Status }) => ({
      name: required(RegionName, call, 'RegionName'),
      status: required(Status, call, 'Status'),
    })),
    ...(encryption?.KeyType === 'CUSTOMER_MANAGED_KEY' && {
      key: {
        arn: required(encryption.KmsKeyArn, call, 'KmsKeyArn'),
        status: required(encryption.EncryptionStatus, call, 'EncryptionStatus'),
        ...(encryption.EncryptionStatusReason !== undefined && { reason: encryption.EncryptionStatusReason }),
      },
    }),
  };
}

const KMS = { host: 'kms', signing: 'kms', variable: 'KMS' };
const Key = z.object({ KeyMetadata: z.object({ KeyState: z.string() }) });

/** State of a key: `Enabled`. @throws AwsCallError */
export async function readKeyState(arn: string): Promise<string> {
  // arn:aws:kms:eu-west-1:111122223333:key/…
  const [, , , region = ''] = arn.split(':');
  const service = new SignedService(KMS, { region });
  const call = { action: 'kms:DescribeKey', subject: `the key ${arn}` };
  try {
    const request = { target: 'TrentService.DescribeKey', input: { KeyId: arn } };
    return (await callAws(call, () => service.ask(request, Key))).KeyMetadata.KeyState;
  } finally {
    service.close();
  }
}

/** Accounts that administer a service for the organization. @throws AwsCallError */
export async function readDelegates(
  { organizations: client }: Pick<IdentityCenterClients, 'organizations'>,
  ServicePrincipal: string,
): Promise<readonly string[]> {
  const call = {
    action: 'organizations:ListDelegatedAdministrators',
    subject: `the delegated administrators of ${ServicePrincipal}`,
  };
  const pages = paginateListDelegatedAdministrators({ client }, { ServicePrincipal });
  return (await readPages(call, pages, (page) => page.DelegatedAdministrators)).map(({ Id }) =>
    required(Id, call, 'Id'),
  );
}

/** Service of stack sets, by which their delegated administrators are registered (CloudFormation User Guide). */
const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

/** @param callAs `DELEGATED_ADMIN` outside of the management account @throws AwsCallError */
export async function readStackSetTrust(
  clients: Pick<IdentityCenterClients, 'organizations' | 'cloudFormation'>,
  CallAs: 'SELF' | 'DELEGATED_ADMIN',
): Promise<StackSetTrust> {
  const call = { action: 'cloudformation:DescribeOrganizationsAccess', subject: 'whether stack sets are trusted' };
  const command = new DescribeOrganizationsAccessCommand({ CallAs });
  const { Status } = await callAws(call, () => clients.cloudFormation.send(command));
  return {
    isTrusted: Status === 'ENABLED',
    delegates: CallAs === 'SELF' ? [] : await readDelegates(clients, STACK_SETS),
  };
}

/** Permission sets of an instance by their names. @throws AwsCallError */
export async function readSets(
  { ssoAdmin: client, concurrency, onProgress }: IdentityCenterClients,
  InstanceArn: string,
): Promise<readonly LiveSet[]> {
  const listing = { action: 'sso:ListPermissionSets', subject: 'the permission sets' };
  const pages = paginateListPermissionSets({ client, pageSize: 100 }, { InstanceArn });
  const arns = await readPages(listing, pages, (page) => page.PermissionSets);
  onProgress(`${arns.length} permission sets`);
  return pMap(
    arns,
    async (PermissionSetArn) => {
      const call = { action: 'sso:DescribePermissionSet', subject: `the permission set ${PermissionSetArn}` };
      const command = new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn });
      const { PermissionSet } = await callAws(call, () => client.send(command));
      return { name: required(PermissionSet?.Name, call, 'Name'), arn: PermissionSetArn };
    },
    { concurrency },
  );
}
