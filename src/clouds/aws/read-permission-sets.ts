import type { CustomerManagedPolicyReference, PermissionSet } from '@aws-sdk/client-sso-admin';
import {
  DescribeInstanceAccessControlAttributeConfigurationCommand,
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  paginateListAccountsForProvisionedPermissionSet,
  paginateListCustomerManagedPolicyReferencesInPermissionSet,
  paginateListManagedPoliciesInPermissionSet,
  paginateListPermissionSets,
  paginateListTagsForResource,
} from '@aws-sdk/client-sso-admin';
import { callAws, readEach, readPages, required, unlessGone } from './aws-call';
import type { AwsSource } from './aws-clients';
import { AccountId, PermissionSetArn, readId } from '../../estate/source/ids';
import type { DeployedSet } from '../facts/access-facts';
import type { DeployedProperties, DeployedProperty } from '../../estate/sections/access/sets/set-properties';
import { known } from '../../text/values';

/** A permission set of an instance, as the requests name it. */
export interface SetKey {
  readonly InstanceArn: string;
  readonly PermissionSetArn: PermissionSetArn;
}

/** All permission sets of an instance with all that they hold. @throws AwsCallError */
export async function readPermissionSets(clients: AwsSource, InstanceArn: string): Promise<readonly DeployedSet[]> {
  const arns = await readSetArns(clients, InstanceArn);
  const told = (done: number): string => `${done} of ${arns.length} permission sets`;
  return readEach(arns, (arn) => readPermissionSet(clients, { InstanceArn, PermissionSetArn: arn }), {
    ...clients,
    told,
  });
}

/** ARNs of all permission sets of an instance. @throws AwsCallError */
export async function readSetArns(
  { ssoAdmin: client }: Pick<AwsSource, 'ssoAdmin'>,
  InstanceArn: string,
): Promise<readonly PermissionSetArn[]> {
  const call = { action: 'sso:ListPermissionSets', subject: 'the permission sets' };
  const pages = paginateListPermissionSets({ client, pageSize: 100 }, { InstanceArn });
  const arns = await readPages(call, pages, (page) => page.PermissionSets);
  return arns.map((arn) => readId(PermissionSetArn, arn));
}

/** A permission set with all that it holds. @throws AwsCallError */
export async function readPermissionSet(
  { ssoAdmin: client }: Pick<AwsSource, 'ssoAdmin'>,
  key: SetKey,
): Promise<DeployedSet> {
  const reader = new SetReader(client, key);
  const set = await reader.describe();
  const properties = {
    // AWS answers with an empty text where there is none.
    description: set.Description === '' ? undefined : set.Description,
    sessionDuration: set.SessionDuration ?? 'PT1H',
    relayState: set.RelayState === '' ? undefined : set.RelayState,
    inlinePolicy: await reader.inlinePolicy(),
    permissionsBoundary: await reader.boundary(),
    managedPolicies: await reader.managedPolicies(),
    customerManagedPolicies: await reader.customerManagedPolicies(),
    tags: await reader.tags(),
  } satisfies { readonly [Key in DeployedProperty]: DeployedProperties[Key] | undefined };
  return {
    arn: key.PermissionSetArn,
    name: set.Name ?? '',
    ...known(properties),
    outdatedIn: await reader.outdatedAccounts(),
  };
}

class SetReader {
  constructor(
    private readonly client: AwsSource['ssoAdmin'],
    private readonly key: SetKey,
  ) {}

  async describe(): Promise<PermissionSet> {
    const call = this.call('DescribePermissionSet', 'the permission set');
    const answer = await callAws(call, () => this.client.send(new DescribePermissionSetCommand(this.key)));
    return required(answer.PermissionSet, call, 'PermissionSet');
  }

  async managedPolicies(): Promise<readonly string[]> {
    const call = this.call('ListManagedPoliciesInPermissionSet', 'the managed policies of');
    const pages = paginateListManagedPoliciesInPermissionSet({ client: this.client, pageSize: 100 }, this.key);
    const policies = await readPages(call, pages, (page) => page.AttachedManagedPolicies);
    return policies.map(({ Arn = '' }) => Arn);
  }

  async customerManagedPolicies(): Promise<readonly string[]> {
    const call = this.call('ListCustomerManagedPolicyReferencesInPermissionSet', 'the customer managed policies of');
    const config = { client: this.client, pageSize: 100 };
    const pages = paginateListCustomerManagedPolicyReferencesInPermissionSet(config, this.key);
    const policies = await readPages(call, pages, (page) => page.CustomerManagedPolicyReferences);
    return policies.map(pathAndName);
  }

  async inlinePolicy(): Promise<unknown> {
    const call = this.call('GetInlinePolicyForPermissionSet', 'the inline policy of');
    const answer = await callAws(call, () => this.client.send(new GetInlinePolicyForPermissionSetCommand(this.key)));
    return answer.InlinePolicy ? (JSON.parse(answer.InlinePolicy) as unknown) : undefined;
  }

  async boundary(): Promise<string | undefined> {
    const call = this.call('GetPermissionsBoundaryForPermissionSet', 'the permissions boundary of');
    const command = new GetPermissionsBoundaryForPermissionSetCommand(this.key);
    const answer = await unlessGone(callAws(call, () => this.client.send(command)));
    const { ManagedPolicyArn, CustomerManagedPolicyReference } = answer?.PermissionsBoundary ?? {};
    if (ManagedPolicyArn) return ManagedPolicyArn;
    return CustomerManagedPolicyReference && pathAndName(CustomerManagedPolicyReference);
  }

  async tags(): Promise<Readonly<Record<string, string>>> {
    const call = this.call('ListTagsForResource', 'the tags of');
    const { InstanceArn, PermissionSetArn: ResourceArn } = this.key;
    const pages = paginateListTagsForResource({ client: this.client }, { InstanceArn, ResourceArn });
    const tags = await readPages(call, pages, (page) => page.Tags);
    return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  }

  async outdatedAccounts(): Promise<readonly AccountId[]> {
    const call = this.call('ListAccountsForProvisionedPermissionSet', 'the accounts with an older version of');
    const input = { ...this.key, ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' } as const;
    const config = { client: this.client, pageSize: 100 };
    const pages = paginateListAccountsForProvisionedPermissionSet(config, input);
    const accounts = await readPages(call, pages, (page) => page.AccountIds);
    return accounts.map((id) => readId(AccountId, id));
  }

  private call(operation: string, what: string): { readonly action: string; readonly subject: string } {
    return { action: `sso:${operation}`, subject: `${what} ${this.key.PermissionSetArn}` };
  }
}

function pathAndName({ Path = '/', Name = '' }: Partial<CustomerManagedPolicyReference>): string {
  return `${Path}${Name}`;
}

/** Sources by keys of the attributes for access control; empty where they are not configured. @throws AwsCallError */
export async function readAttributes(source: AwsSource, instanceArn: string): Promise<AttributeSources> {
  return (await readAttributeConfiguration(source, instanceArn)) ?? {};
}

/** Sources by keys of attributes for access control. */
export type AttributeSources = Readonly<Record<string, readonly string[]>>;

/** The configuration of attributes for access control; undefined where they are off. @throws AwsCallError */
export async function readAttributeConfiguration(
  { ssoAdmin }: Pick<AwsSource, 'ssoAdmin'>,
  InstanceArn: string,
): Promise<AttributeSources | undefined> {
  const call = {
    action: 'sso:DescribeInstanceAccessControlAttributeConfiguration',
    subject: 'the attributes for access control',
  };
  const command = new DescribeInstanceAccessControlAttributeConfigurationCommand({ InstanceArn });
  const answer = await unlessGone(callAws(call, () => ssoAdmin.send(command)));
  if (answer === undefined) return undefined;
  const attributes = answer.InstanceAccessControlAttributeConfiguration?.AccessControlAttributes ?? [];
  return Object.fromEntries(attributes.map(({ Key = '', Value }) => [Key, Value?.Source ?? []]));
}
