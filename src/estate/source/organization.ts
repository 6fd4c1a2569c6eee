import { z } from 'zod';
import { valueAt } from '../../text/values';
import type { NameSet } from '../../text/suggest';
import { isRegion, regionAdvice } from './aws-regions';
import { compareText, type Issue, issuesOf, type Path } from './finding';
import type { FindingCode } from './finding-codes';
import { AccountId, PrincipalId } from './ids';
import { wholeRecord } from './located';
import { buildOuTree, type OrganizationalUnit, type OuTree } from './ou-tree';
import { parseQuietly } from './json-source';

type Group = OrganizationFile['groups'][number];

/**
 * Groups with the names that they had in an earlier snapshot. A group stays the same under its id, whatever its name: an estate that
 * still has the old name must not lose the group's access by it.
 *
 * @param isKept tells whether an old name is worth a record, since the estate has it @default every name is
 */
export function withEarlierNames(
  groups: readonly Group[],
  earlier: readonly Group[],
  isKept: (name: string) => boolean = () => true,
): readonly Group[] {
  const before = new Map<string, Group>(earlier.map((group) => [group.id, group]));
  const taken = new Set(groups.map(({ displayName }) => displayName));
  return groups.map((group) => {
    const { id, displayName, previousNames: own = [] } = group;
    const { displayName: last, previousNames: recorded = [] } = before.get(id) ?? group;
    const renamed = last !== displayName && !taken.has(last) && isKept(last) ? [last] : [];
    const previousNames = [...new Set([...own, ...recorded, ...renamed])].filter((name) => name !== displayName);
    return { id, displayName, ...(previousNames.length > 0 && { previousNames }) };
  });
}

/** Groups by name. An earlier name counts where no group has it now, and one group alone had it. */
export function groupsByName(groups: readonly Group[]): ReadonlyMap<string, Group> {
  const earlier = groups.flatMap((group) => (group.previousNames ?? []).map((name) => [name, group] as const));
  const byEarlier = Map.groupBy(earlier, ([name]) => name);
  return new Map([
    ...earlier.filter(([name]) => byEarlier.get(name)?.length === 1),
    ...groups.map((group) => [group.displayName, group] as const),
  ]);
}

/** The version that this program writes and reads. A newer file asks for a newer program. */
export const ORGANIZATION_FILE_VERSION = 1;

/** Root or organizational unit (AWS Organizations API, 'OrganizationalUnit', Id). */
const ParentId = z.string().regex(/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/, {
  error: 'is not a valid root or OU id (r-… or ou-…)',
});

const OuId = z
  .string()
  .regex(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/, { error: 'is not a valid organizational unit id (ou-…)' });

/** `State` of AWS Organizations' Account, which replaced `Status` in 2026; assignments go to ACTIVE accounts only. */
export const AccountState = z.enum(['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']);
export type AccountState = z.infer<typeof AccountState>;

const Tags = wholeRecord(z.string(), z.string());

const AccountEntry = z.strictObject({
  id: AccountId,
  name: z.string(),
  email: z.string(),
  state: AccountState,
  parentId: ParentId,
  tags: Tags,
});

const OuEntry = z.strictObject({ id: OuId, name: z.string(), parentId: ParentId });

const GroupEntry = z.strictObject({
  id: PrincipalId,
  displayName: z.string(),
  /** Names that it had in earlier snapshots, while the estate used them. */
  previousNames: z.array(z.string()).optional(),
});

const UserEntry = z.strictObject({ id: PrincipalId, userName: z.string() });

const IdentityCenter = z.strictObject({
  instanceArn: z.string().regex(/^arn:aws[\w-]*:sso:::instance\/(sso)?ins-[a-zA-Z0-9-.]{16}$/, {
    error: 'is not a valid ARN of an IAM Identity Center instance (arn:aws:sso:::instance/ssoins-…)',
  }),
  identityStoreId: z.string().regex(/^d-[0-9a-f]{10}$|^[0-9a-f-]{36}$/, {
    error: 'is not a valid identity store id (d- and ten hexadecimal digits)',
  }),
  region: z
    .string()
    .refine(isRegion, { error: ({ input }) => `is not an AWS Region (${regionAdvice(String(input))})` }),
  /** Account that administers IAM Identity Center for the organization, where one is registered. */
  delegatedAdministrator: AccountId.optional(),
});

/** `organization.json`: what the estate is applied to, as `npx --no entra-aws snapshot` read it. Lists are sorted by id. */
export const OrganizationFile = z.strictObject({
  version: z.literal(ORGANIZATION_FILE_VERSION),
  organization: z.strictObject({
    id: z.string().regex(/^o-[a-z0-9]{10,32}$/, { error: 'is not a valid organization id (o-…)' }),
    rootId: z.string().regex(/^r-[0-9a-z]{4,32}$/, { error: 'is not a valid root id (r-…)' }),
    managementAccountId: AccountId,
  }),
  identityCenter: IdentityCenter,
  organizationalUnits: z.array(OuEntry),
  accounts: z.array(AccountEntry),
  groups: z.array(GroupEntry),
  /** Users to whom the estate makes grants, and no others; absent where there are none. */
  users: z.array(UserEntry).optional(),
});
export type OrganizationFile = z.infer<typeof OrganizationFile>;

/** The file before anything was read from AWS: its one text says how to write it. */
export const UnreadOrganization = z.strictObject({
  version: z.literal(ORGANIZATION_FILE_VERSION),
  notReadYet: z.string(),
});

/** An AWS account of the organization. */
export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly email: string;
  readonly state: AccountState;
  /** The root or organizational unit in which the account is. */
  readonly ou: OrganizationalUnit;
  readonly tags: ReadonlyMap<string, string>;
}

/** A group as the Identity Store knows it. Its id is not the Entra object id. */
export interface SynchronizedGroup {
  readonly id: PrincipalId;
  readonly displayName: string;
  /** Names that it had in earlier snapshots. */
  readonly previousNames?: readonly string[] | undefined;
}

/** A user of the Identity Store to whom the estate makes a grant. */
export interface SynchronizedUser {
  readonly id: PrincipalId;
  readonly userName: string;
}

/** The snapshot of what an estate is applied to. */
export interface Organization {
  readonly id: string;
  readonly managementAccountId: AccountId;
  readonly instanceArn: string;
  readonly identityStoreId: string;
  readonly region: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  readonly delegatedAdministrator?: AccountId;
  /** Sorted by id. */
  readonly accounts: readonly Account[];
  readonly accountById: ReadonlyMap<string, Account>;
  /** Sorted by path; the root is the first. */
  readonly ous: readonly OrganizationalUnit[];
  readonly groups: readonly SynchronizedGroup[];
  /** By the names that they have, and by those that they had before. */
  readonly groupByName: ReadonlyMap<string, SynchronizedGroup>;
  /** Those alone to whom the estate made grants when the snapshot was read. */
  readonly users: readonly SynchronizedUser[];
  readonly userByName: ReadonlyMap<string, SynchronizedUser>;
  /** Accounts and OUs that hang nowhere: ids and names of accounts, ids and paths of OUs. A reference to one is not reported as well. */
  readonly setAside: { readonly accounts: NameSet; readonly ous: NameSet };
}

export interface ParsedOrganization {
  /** The organization; undefined where the file is not a snapshot that this version reads. */
  readonly organization?: Organization;
  readonly issues: readonly Issue[];
}

/**
 * Reads the value of `organization.json`. An account or OU that hangs nowhere is reported and left out.
 *
 * @param earlier text of an earlier one: a group is known by the name that it had there, too
 */
export function parseOrganization(value: unknown, earlier?: string): ParsedOrganization {
  const newer = newerVersion(value);
  if (newer !== undefined) return { issues: [newer] };
  if (UnreadOrganization.safeParse(value).success) return { issues: [NOT_READ] };
  const parsed = OrganizationFile.safeParse(value);
  if (!parsed.success) {
    return {
      issues: issuesOf(parsed.error, OrganizationFile, value).map((issue) => ({ ...issue, file: 'organization' })),
    };
  }
  const before = OrganizationFile.safeParse(earlier === undefined ? undefined : parseQuietly(earlier));
  if (!before.success) return build(parsed.data);
  return build({ ...parsed.data, groups: [...withEarlierNames(parsed.data.groups, before.data.groups)] });
}

function newerVersion(value: unknown): Issue | undefined {
  const version = valueAt(value, ['version']);
  if (typeof version !== 'number' || version <= ORGANIZATION_FILE_VERSION) return undefined;
  return organizationIssue('organization-version', ['version'], {
    value: version,
    problem: 'is a newer version of this file than this program reads',
    allowed: `version ${ORGANIZATION_FILE_VERSION}; update entra-aws-identity, or write the file again with npx --no entra-aws snapshot`,
  });
}

const NOT_READ: Issue = {
  severity: 'error',
  code: 'organization-not-read',
  file: 'organization',
  at: ['notReadYet'],
  aboutKey: true,
  problem: 'nothing was read from AWS yet',
  allowed: 'npx --no entra-aws snapshot writes the file',
};

function organizationIssue(
  code: FindingCode,
  at: Path,
  what: Pick<Issue, 'value' | 'problem' | 'allowed' | 'related'>,
): Issue {
  return { severity: 'error', code, file: 'organization', at, ...what };
}

function build(file: OrganizationFile): ParsedOrganization {
  const tree = buildOuTree(file.organization.rootId, file.organizationalUnits);
  const issues = [...tree.issues, ...duplicateIds(file), ...accountsInNoOu(file, tree), ...knownAccounts(file)];
  return { organization: assemble(file, tree), issues };
}

/** Accounts below a stray OU are left out too, but the fault is the OU's. */
function accountsInNoOu(file: OrganizationFile, tree: OuTree): readonly Issue[] {
  const strays = new Set(tree.strays.map((ou) => ou.id));
  return file.accounts.flatMap((entry, index): readonly Issue[] => {
    if (tree.byId.has(entry.parentId) || strays.has(entry.parentId)) return [];
    return [
      organizationIssue('account-in-no-ou', ['accounts', index, 'parentId'], {
        value: entry.parentId,
        problem: `is the parent of account ${entry.id}, but no such root or OU is in the file`,
        allowed: 'the id of the root or of an OU of this file',
      }),
    ];
  });
}

/** Accounts that hang in the tree, sorted by id; the first of two with one id. */
function accountsOf(file: OrganizationFile, tree: OuTree): readonly Account[] {
  const accounts = new Map<string, Account>();
  for (const { id, name, email, state, parentId, tags } of file.accounts) {
    const ou = tree.byId.get(parentId);
    if (ou === undefined || accounts.has(id)) continue;
    accounts.set(id, { id, name, email, state, ou, tags: new Map(Object.entries(tags)) });
  }
  return [...accounts.values()].toSorted((a, b) => compareText(a.id, b.id));
}

function setAsideOf(file: OrganizationFile, tree: OuTree): Organization['setAside'] {
  const accounts = file.accounts.filter((account) => !tree.byId.has(account.parentId));
  const ids = new Set(tree.strays.map((ou) => ou.id));
  return {
    accounts: new Set(accounts.flatMap(({ id, name }) => [id, name])),
    // The path of a stray is not known, only how it ends.
    ous: { has: (ou) => ids.has(ou) || tree.strays.some(({ name }) => ou.endsWith(`/${name}`)) },
  };
}

function assemble(file: OrganizationFile, tree: OuTree): Organization {
  const accounts = accountsOf(file, tree);
  const { delegatedAdministrator, ...identityCenter } = file.identityCenter;
  return {
    id: file.organization.id,
    managementAccountId: file.organization.managementAccountId,
    ...identityCenter,
    partition: identityCenter.instanceArn.split(':')[1] ?? 'aws',
    ...(delegatedAdministrator === undefined ? {} : { delegatedAdministrator }),
    accounts,
    accountById: new Map(accounts.map((account) => [account.id, account])),
    ous: tree.ous,
    groups: file.groups,
    groupByName: groupsByName(file.groups),
    users: file.users ?? [],
    userByName: new Map((file.users ?? []).map((user) => [user.userName, user])),
    setAside: setAsideOf(file, tree),
  };
}

function duplicateIds(file: OrganizationFile): readonly Issue[] {
  const idsOf = (items: readonly { readonly id: string }[]): readonly string[] => items.map(({ id }) => id);
  const names = file.groups.map(({ displayName }) => displayName);
  return [
    ...duplicates(['accounts', 'id'], idsOf(file.accounts)),
    ...duplicates(['organizationalUnits', 'id'], idsOf(file.organizationalUnits)),
    ...duplicates(['groups', 'id'], idsOf(file.groups)),
    ...duplicates(['groups', 'displayName'], names),
    ...duplicates(['users', 'id'], idsOf(file.users ?? [])),
    ...duplicates(
      ['users', 'userName'],
      (file.users ?? []).map(({ userName }) => userName),
    ),
  ];
}

function duplicates([list, field]: readonly [string, string], keys: readonly string[]): readonly Issue[] {
  const first = new Map(keys.map((key, index) => [key, index] as const).toReversed());
  return keys.flatMap((value, index) => {
    const earlier = first.get(value);
    if (earlier === undefined || earlier === index) return [];
    const what = { value, problem: 'appears twice', allowed: `each ${field} once`, related: [[list, earlier, field]] };
    return [organizationIssue('duplicate-id', [list, index, field], what)];
  });
}

function knownAccounts(file: OrganizationFile): readonly Issue[] {
  const ids = new Set<string>(file.accounts.map((account) => account.id));
  const named: readonly (readonly [Path, string | undefined])[] = [
    [['organization', 'managementAccountId'], file.organization.managementAccountId],
    [['identityCenter', 'delegatedAdministrator'], file.identityCenter.delegatedAdministrator],
  ];
  const what = { problem: 'is not an account in this file', allowed: 'an id under accounts' };
  return named
    .filter(([, id]) => id !== undefined && !ids.has(id))
    .map(([at, value]) => organizationIssue('unknown-account', at, { value, ...what }));
}
