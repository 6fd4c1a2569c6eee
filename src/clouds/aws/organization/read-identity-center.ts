import type { InstanceMetadata } from '@aws-sdk/client-sso-admin';
import { paginateListInstances } from '@aws-sdk/client-sso-admin';
import { readPages, required } from '../aws-call';
import type { AwsSource } from '../aws-clients';
import { listGroups } from '../read-identity-store';
import { namingKey } from '../read-instance';

const LIST_INSTANCES = { action: 'sso:ListInstances', subject: 'the instances of IAM Identity Center' };

/** Choice of the instance of IAM Identity Center a snapshot is about. */
export interface InstanceChoice {
  /** ARN of the instance. @default the only one of the organization */
  readonly instanceArn?: string | undefined;
  readonly managementAccountId: string;
  /** Region that was asked, for messages. */
  readonly region: string;
}

export interface ReadIdentityCenter {
  readonly instanceArn: string;
  readonly identityStoreId: string;
  readonly region: string;
  readonly groups: readonly { readonly id: string; readonly displayName: string }[];
}

/** Reads the instance and the groups of its identity store. @throws AwsCallError; Error if no instance fits, or several */
export async function readIdentityCenter(
  source: AwsSource,
  choice: Omit<InstanceChoice, 'region'>,
): Promise<ReadIdentityCenter> {
  const instance = await findInstance(source, choice);
  const { instanceArn, identityStoreId } = instance;
  const groups = await namingKey(source, instanceArn, () => listGroups(source, identityStoreId));
  return { ...instance, groups: groups.map(({ id, name: displayName }) => ({ id, displayName })) };
}

/** Reads the instance of the organization. @throws AwsCallError; Error if no instance fits, or several */
export async function findInstance(
  { ssoAdmin: client }: Pick<AwsSource, 'ssoAdmin'>,
  choice: Omit<InstanceChoice, 'region'>,
): Promise<Omit<ReadIdentityCenter, 'groups'>> {
  const pages = paginateListInstances({ client }, {});
  const instances = await readPages(LIST_INSTANCES, pages, (page) => page.Instances);
  const region = await client.config.region();
  const instance = chooseInstance(instances, { ...choice, region });
  return {
    instanceArn: required(instance.InstanceArn, LIST_INSTANCES, 'InstanceArn'),
    identityStoreId: required(instance.IdentityStoreId, LIST_INSTANCES, 'IdentityStoreId'),
    // Permission sets are administered in the primary Region, whichever Region was asked.
    region: instance.PrimaryRegion ?? region,
  };
}

/**
 * The instance of the organization: the one that the management account owns. Instances of single accounts can't give
 * access to AWS accounts. @throws Error if none or several remain, or the one is not active
 */
export function chooseInstance(instances: readonly InstanceMetadata[], choice: InstanceChoice): InstanceMetadata {
  const candidates = instances.filter((instance) =>
    choice.instanceArn === undefined
      ? (instance.OwnerAccountId ?? choice.managementAccountId) === choice.managementAccountId
      : instance.InstanceArn === choice.instanceArn,
  );
  const [instance] = candidates;
  if (instance === undefined) throw new Error(explainNone(instances, choice));
  if (candidates.length > 1) {
    throw new Error(
      `There are ${candidates.length} instances of IAM Identity Center in ${choice.region}.\n` +
        `  What to do: choose one with --instance ARN:${arnLines(candidates)}`,
    );
  }
  if (instance.Status !== undefined && instance.Status !== 'ACTIVE') {
    const reason = instance.StatusReason === undefined ? '' : `: ${instance.StatusReason}`;
    throw new Error(`the instance ${arnOf(instance)} must be ACTIVE, got ${instance.Status}${reason}`);
  }
  return instance;
}

function explainNone(instances: readonly InstanceMetadata[], choice: InstanceChoice): string {
  if (choice.instanceArn !== undefined) {
    return (
      `There is no instance ${choice.instanceArn} in ${choice.region}.\n` +
      `  What to do: choose one of these, or another --region:${arnLines(instances)}`
    );
  }
  const others =
    instances.length === 0
      ? ''
      : ` (only instances of single accounts, which can't assign access:${arnLines(instances)})`;
  return (
    `There is no IAM Identity Center instance of the organization in ${choice.region}${others}.\n` +
    '  What to do: pass the Region in which IAM Identity Center is enabled (--region), and use ' +
    'credentials of the management account or of its delegated administrator'
  );
}

const arnOf = ({ InstanceArn }: InstanceMetadata): string => InstanceArn ?? 'without an ARN';

function arnLines(instances: readonly InstanceMetadata[]): string {
  if (instances.length === 0) return ' none';
  return instances
    .map((instance) => `\n    ${arnOf(instance)} (account ${instance.OwnerAccountId ?? 'unknown'})`)
    .join('');
}
