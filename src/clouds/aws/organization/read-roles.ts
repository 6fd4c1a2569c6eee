import { IAMClient, paginateGetAccountAuthorizationDetails, type RoleDetail } from '@aws-sdk/client-iam';
import type { z } from 'zod';
import { ROLE_INVENTORY_ACTION } from '../../../estate/sections/access/snapshot-actions';
import { partitionOf } from '../../../estate/source/aws-regions';
import { AWS_ROLES_VERSION, AwsRoles } from '../../../estate/source/aws-snapshots';
import { compareText } from '../../../estate/source/finding';
import { AccountCredentials } from '../account-credentials';
import { readEach, readPages, required } from '../aws-call';
import type { AwsSource } from '../aws-clients';
import { awsConfig } from '../aws-config';
import { readDocument, reasonOf, refusable } from './read-policies';
import { checkedFile } from './read-snapshot';

/** Roles that AWS's services make for themselves: nobody else may take them on or edit them. */
const SERVICE_LINKED = '/aws-service-role/';
/** Roles that IAM Identity Center makes for permission sets. */
const RESERVED = '/aws-reserved/';

/** Most characters of roles and policies in the file; the accounts that come after are not read. */
const MOST_CHARACTERS = 40_000_000;
/** Roles and policies in an answer. */
const PAGE = 500;

interface Wanted {
  /** Region of IAM Identity Center. */
  readonly region: string;
  /** Active accounts. */
  readonly accounts: readonly string[];
  /** Role that is taken on in accounts other than that of the credentials. */
  readonly readerRole: string;
}

type Written = z.input<typeof AwsRoles>;
type WrittenRole = Extract<Written['accounts'][number], { readonly state: 'read' }>['roles'][number];
type WrittenPolicy = Written['policies'][number];

/** Roles of an account, and the managed policies that they have. */
interface AccountDetails {
  readonly permissionSets: readonly string[];
  readonly roles: readonly WrittenRole[];
  readonly policies: readonly WrittenPolicy[];
}

/**
 * Reads from AWS what `aws-roles.json` holds. An account that the caller may not read is 'not read', with the reason.
 *
 * @param clientOf client of an account, which counts as refused where it throws so
 * @throws AwsCallError; Error where AWS answers what the file can't hold
 */
export async function readRoles(
  source: Pick<AwsSource, 'concurrency' | 'onProgress'>,
  { accounts, ...wanted }: Wanted,
  clientOf = clientsOf(wanted),
): Promise<AwsRoles> {
  const readOne = async (id: string) => ({ id, reading: await refusable(async () => readAccount(await clientOf(id))) });
  const told = (done: number): string => `roles of ${done} of ${accounts.length} accounts`;
  const read = await readEach(accounts.toSorted(compareText), readOne, { ...source, told });
  const policies = new Map<string, WrittenPolicy>();
  let characters = 0;
  const entries = read.map(({ id, reading }): Written['accounts'][number] => {
    if (reading.state !== 'known') return { id, state: 'not read', reason: reasonOf(reading) };
    const { permissionSets, roles, policies: its } = reading.value;
    characters += JSON.stringify([permissionSets, roles, its.filter(({ arn }) => !policies.has(arn))]).length;
    if (characters > MOST_CHARACTERS)
      return {
        id,
        state: 'not read',
        reason: `the roles of all accounts have more than ${MOST_CHARACTERS} characters`,
      };
    for (const policy of its) policies.set(policy.arn, policy);
    return { id, state: 'read', permissionSets: [...permissionSets], roles: [...roles] };
  });
  return checkedFile(AwsRoles, 'aws-roles.json', {
    version: AWS_ROLES_VERSION,
    accounts: entries,
    policies: [...policies.values()].toSorted((a, b) => compareText(a.arn, b.arn)),
  });
}

/** Clients of accounts: that of the credentials by them, others by their role. */
function clientsOf({ region, readerRole }: Omit<Wanted, 'accounts'>): (account: string) => Promise<IAMClient> {
  const credentials = new AccountCredentials({
    partition: partitionOf(region),
    region,
    roleIn: () => readerRole,
    sessionName: 'role-inventory',
  });
  return async (account) => new IAMClient({ ...awsConfig(region), credentials: await credentials.of(account) });
}

async function readAccount(client: IAMClient): Promise<AccountDetails> {
  const call = { action: ROLE_INVENTORY_ACTION, subject: 'the roles of the account' };
  const pages = await readPages(
    call,
    paginateGetAccountAuthorizationDetails(
      { client, pageSize: PAGE },
      { Filter: ['Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
    ),
    (page) => [page],
  );
  const all = pages.flatMap(({ RoleDetailList = [] }) => RoleDetailList);
  const details = all.filter(({ Path = '/' }) => !Path.startsWith(SERVICE_LINKED));
  const isReserved = ({ Path = '/' }: RoleDetail): boolean => Path.startsWith(RESERVED);
  const roles = details.filter((one) => !isReserved(one)).map(roleOf);
  const used = new Set(roles.flatMap(({ attached, boundary }) => [...attached, ...(boundary ? [boundary] : [])]));
  const policies = pages
    .flatMap(({ Policies = [] }) => Policies)
    .flatMap(({ Arn = '', DefaultVersionId, PolicyVersionList = [] }) => {
      const version = PolicyVersionList.find(({ VersionId }) => VersionId === DefaultVersionId);
      if (!used.has(Arn) || version?.Document === undefined) return [];
      return [{ arn: Arn, document: readDocument(version.Document, Arn) }];
    });
  const byName = (names: readonly string[]): readonly string[] => names.toSorted(compareText);
  return {
    permissionSets: byName(details.filter(isReserved).map(nameOf)),
    roles: roles.toSorted((a, b) => compareText(a.name, b.name)),
    policies,
  };
}

/** Path and name, without the slash that all begin with. */
function nameOf({ Path = '/', RoleName = '' }: RoleDetail): string {
  return `${Path.slice(1)}${RoleName}`;
}

function roleOf(detail: RoleDetail): WrittenRole {
  const { AssumeRolePolicyDocument, PermissionsBoundary, AttachedManagedPolicies = [], RolePolicyList = [] } = detail;
  const call = { action: ROLE_INVENTORY_ACTION, subject: `the role ${nameOf(detail)}` };
  const boundary = PermissionsBoundary?.PermissionsBoundaryArn;
  const inline = RolePolicyList.map(({ PolicyName, PolicyDocument }) => {
    const name = required(PolicyName, call, 'PolicyName');
    return { name, document: readDocument(required(PolicyDocument, call, 'PolicyDocument'), name) };
  });
  return {
    name: nameOf(detail),
    trust: readDocument(required(AssumeRolePolicyDocument, call, 'AssumeRolePolicyDocument'), nameOf(detail)),
    ...(boundary !== undefined && { boundary }),
    attached: AttachedManagedPolicies.map(({ PolicyArn }) => required(PolicyArn, call, 'PolicyArn')).toSorted(
      compareText,
    ),
    inline: inline.toSorted((a, b) => compareText(a.name, b.name)),
  };
}
