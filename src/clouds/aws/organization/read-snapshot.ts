import {
  type Account,
  DescribeOrganizationCommand,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListDelegatedAdministrators,
  paginateListOrganizationalUnitsForParent,
  paginateListRoots,
  paginateListTagsForResource,
} from '@aws-sdk/client-organizations';
import pMap from 'p-map';
import type { z } from 'zod';
import { compareText, issuesOf, showValue } from '../../../estate/source/finding';
import { ORGANIZATION_FILE_VERSION, OrganizationFile } from '../../../estate/source/organization';
import { AccountId, readId } from '../../../estate/source/ids';
import type { OuEntry } from '../../../estate/source/ou-tree';
import { formatPath } from '../../../text/values';
import type { LiveAccount } from '../../facts/preflight-facts';
import { callAws, readEach, readPages, required } from '../aws-call';
import type { AwsSource } from '../aws-clients';
import { readIdentityCenter } from './read-identity-center';
import { readNamedUsers } from '../read-identity-store';

export interface SnapshotOptions {
  /** ARN of the IAM Identity Center instance. @default the only one of the organization */
  readonly instanceArn?: string | undefined;
  /** User names of those to whom the estate makes grants. @default none */
  readonly users?: readonly string[];
}

/** Reads from AWS what `organization.json` holds. @throws AwsCallError; Error if AWS answers what the file can't hold */
export async function readSnapshot(source: AwsSource, options: SnapshotOptions = {}): Promise<OrganizationFile> {
  const { organizationalUnits, accounts, delegatedAdministrator, ...organization } = await readOrganization(source);
  const { groups, ...instance } = await readIdentityCenter(source, {
    instanceArn: options.instanceArn,
    managementAccountId: organization.managementAccountId,
  });
  const users = await readNamedUsers(source, instance.identityStoreId, options.users ?? []);
  return checkedFile(OrganizationFile, 'organization.json', {
    version: ORGANIZATION_FILE_VERSION,
    organization,
    identityCenter: { ...instance, ...(delegatedAdministrator === undefined ? {} : { delegatedAdministrator }) },
    organizationalUnits,
    accounts,
    groups,
    ...(users.length > 0 && { users }),
  });
}

/** What was read, as its file holds it. @throws Error that names what the file can't hold */
export function checkedFile<Schema extends z.ZodType>(schema: Schema, file: string, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = issuesOf(parsed.error, schema, value).map((issue) => {
    const given = issue.value === undefined ? '' : `${showValue(issue.value)} `;
    return `  ${formatPath(issue.at)}: ${given}${issue.problem}${issue.allowed === undefined ? '' : ` (${issue.allowed})`}`;
  });
  throw new Error(
    `${file} does not support these values from AWS:\n${lines.join('\n')}\n` +
      '  What to do: update entra-aws-identity; nothing was written',
  );
}

/** An account before its entry in the file: what AWS says of it, and its tags. */
interface ReadAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** As AWS names it; checked with the whole snapshot. */
  readonly state: string;
  readonly parentId: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface ReadOrganization {
  readonly id: string;
  readonly rootId: string;
  readonly managementAccountId: string;
  /** Account registered for sso.amazonaws.com, if there is one. */
  readonly delegatedAdministrator?: string;
  readonly organizationalUnits: readonly OuEntry[];
  readonly accounts: readonly ReadAccount[];
}

interface Tree {
  readonly units: readonly OuEntry[];
  readonly accounts: readonly Omit<ReadAccount, 'tags'>[];
}

/** Reads accounts, OUs, tags and the delegated administrator. @throws AwsCallError; Error if the tree changes meanwhile */
async function readOrganization(source: AwsSource): Promise<ReadOrganization> {
  const described = await describeOrganization(source);
  const rootId = await readRootId(source);
  const delegatedAdministrator = await readDelegatedAdministrator(source);
  const tree = await walkTree(source, rootId);
  await checkComplete(source, tree);
  return {
    ...described,
    rootId,
    ...(delegatedAdministrator === undefined ? {} : { delegatedAdministrator }),
    organizationalUnits: tree.units,
    accounts: await readTags(source, tree.accounts),
  };
}

async function describeOrganization(source: AwsSource): Promise<Pick<ReadOrganization, 'id' | 'managementAccountId'>> {
  const call = { action: 'organizations:DescribeOrganization', subject: 'the organization' };
  const answer = await callAws(call, () => source.organizations.send(new DescribeOrganizationCommand({})));
  return {
    id: required(answer.Organization?.Id, call, 'Id'),
    managementAccountId: required(answer.Organization?.MasterAccountId, call, 'MasterAccountId'),
  };
}

async function readRootId({ organizations: client }: AwsSource): Promise<string> {
  const call = { action: 'organizations:ListRoots', subject: 'the root of the organization' };
  const roots = await readPages(call, paginateListRoots({ client }, {}), (page) => page.Roots);
  return required(roots[0]?.Id, call, 'a root');
}

async function readDelegatedAdministrator(source: AwsSource): Promise<string | undefined> {
  // AWS allows one account for this service.
  return (await readDelegates(source, 'sso.amazonaws.com')).toSorted(compareText)[0];
}

/** Accounts that administer a service for the organization. @throws AwsCallError */
export async function readDelegates(
  { organizations: client }: Pick<AwsSource, 'organizations'>,
  ServicePrincipal: string,
): Promise<readonly string[]> {
  const call = {
    action: 'organizations:ListDelegatedAdministrators',
    subject: `the delegated administrators of ${ServicePrincipal}`,
  };
  const pages = paginateListDelegatedAdministrators({ client }, { ServicePrincipal });
  const administrators = await readPages(call, pages, (page) => page.DelegatedAdministrators);
  return administrators.map(({ Id }) => required(Id, call, 'Id'));
}

/** Level by level, so that the bound holds for the whole walk: a call has the pages of one parent. */
async function walkTree(source: AwsSource, rootId: string): Promise<Tree> {
  const units: OuEntry[] = [];
  const accounts: Tree['accounts'][number][] = [];
  let level: readonly OuEntry[] = [{ id: rootId, name: 'the root', parentId: '' }];
  while (level.length > 0) {
    const children = await pMap(level, (parent) => readChildren(source, parent), { concurrency: source.concurrency });
    level = children.flatMap((child) => child.units);
    units.push(...level);
    accounts.push(...children.flatMap((child) => child.accounts));
    source.onProgress(`${units.length} OUs, ${accounts.length} accounts`);
  }
  return { units, accounts };
}

async function readChildren({ organizations: client }: AwsSource, parent: OuEntry): Promise<Tree> {
  const where = parent.parentId === '' ? parent.name : `OU ${parent.id} (${showValue(parent.name)})`;
  const input = { ParentId: parent.id };
  const unitsCall = { action: 'organizations:ListOrganizationalUnitsForParent', subject: `the OUs in ${where}` };
  const unitPages = paginateListOrganizationalUnitsForParent({ client }, input);
  const units = await readPages(unitsCall, unitPages, (page) => page.OrganizationalUnits);
  const accountsCall = { action: 'organizations:ListAccountsForParent', subject: `the accounts in ${where}` };
  const accountPages = paginateListAccountsForParent({ client }, input);
  const accounts = await readPages(accountsCall, accountPages, (page) => page.Accounts);
  return {
    units: units.map((unit) => ({
      id: required(unit.Id, unitsCall, 'Id'),
      name: required(unit.Name, unitsCall, 'Name'),
      parentId: parent.id,
    })),
    accounts: accounts.map((account) => ({
      id: required(account.Id, accountsCall, 'Id'),
      name: account.Name ?? '',
      email: account.Email ?? '',
      state: required(stateOf(account), accountsCall, 'State'),
      parentId: parent.id,
    })),
  };
}

/** `State` replaced `Status` in September 2026; older APIs, and stand-ins of them, answer `Status` alone. */
function stateOf(account: Account): string | undefined {
  return account.State ?? account.Status;
}

/**
 * An account that moves while the tree is walked is met twice or not at all, and a snapshot without it would take away
 * its access: so the walk must have met exactly the accounts that ListAccounts knows.
 */
async function checkComplete(source: AwsSource, tree: Tree): Promise<void> {
  const expected = (await readAccounts(source)).map(({ id }): string => id);
  const met = tree.accounts.map(({ id }): string => id);
  const all = [...new Set([...expected, ...met])].toSorted(compareText);
  const account = all.find((id) => !expected.includes(id) || met.filter((one) => one === id).length !== 1);
  if (account === undefined) return;
  throw new Error(
    `The organization changed while it was read (account ${account} was moved, added or removed).\n` +
      '  What to do: run this again when no account is being moved',
  );
}

/** Accounts of the organization with their states. @throws AwsCallError */
export async function readAccounts({
  organizations: client,
}: Pick<AwsSource, 'organizations'>): Promise<readonly LiveAccount[]> {
  const call = { action: 'organizations:ListAccounts', subject: 'the accounts of the organization' };
  const accounts = await readPages(call, paginateListAccounts({ client }, {}), (page) => page.Accounts);
  return accounts.map((account) => ({
    id: readId(AccountId, account.Id),
    state: required(stateOf(account), call, 'State'),
  }));
}

async function readTags(source: AwsSource, accounts: Tree['accounts']): Promise<readonly ReadAccount[]> {
  const read = async (account: Tree['accounts'][number]) => ({ ...account, tags: await tagsOf(source, account) });
  return readEach(accounts, read, { ...source, told: (done) => `tags of ${done} of ${accounts.length} accounts` });
}

async function tagsOf(
  { organizations: client }: AwsSource,
  account: Tree['accounts'][number],
): Promise<ReadAccount['tags']> {
  const call = {
    action: 'organizations:ListTagsForResource',
    subject: `the tags of account ${account.id} (${showValue(account.name)})`,
  };
  const pages = paginateListTagsForResource({ client }, { ResourceId: account.id });
  const tags = await readPages(call, pages, (page) => page.Tags);
  return Object.fromEntries(tags.map((tag) => [required(tag.Key, call, 'Key'), tag.Value ?? '']));
}
