import { CreateGroupCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  EnableAWSServiceAccessCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import type { Moto } from './moto';

export interface AccountSpec {
  readonly name: string;
  /** @default a made-up address from the name */
  readonly email?: string;
  /** Names of OUs from the root down, as in `Workloads/Prod`. @default the root */
  readonly ou?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly suspended?: boolean;
  /** @default random */
  readonly id?: string;
}

export interface GroupSpec {
  readonly displayName: string;
  readonly description?: string;
  /** @default random */
  readonly id?: string;
}

export interface OrganizationSpec {
  /** Paths of OUs; those above them, and those of accounts, need not be listed. */
  readonly organizationalUnits?: readonly string[];
  readonly accounts?: readonly AccountSpec[];
  readonly groups?: readonly GroupSpec[];
  /** The management account's name and address. @default those of moto: master, master@example.com */
  readonly management?: { readonly name?: string; readonly email?: string };
  /** Name of the account that is delegated administrator of sso.amazonaws.com. @default none */
  readonly delegatedAdministrator?: string;
}

export interface SeededOrganization {
  readonly instanceArn: string;
  readonly identityStoreId: string;
  readonly managementAccountId: string;
  readonly rootId: string;
  /** OU ids by path; the root's path is ''. */
  readonly unitIds: ReadonlyMap<string, string>;
  readonly accountIds: ReadonlyMap<string, string>;
  readonly groupIds: ReadonlyMap<string, string>;
}

const AT_ONCE = { concurrency: 8 };
const SSO = 'sso.amazonaws.com';

/** Makes an organization with an Identity Center instance in an empty server, through the public APIs. */
export async function seedOrganization(moto: Moto, spec: OrganizationSpec): Promise<SeededOrganization> {
  const organizations = new OrganizationsClient(moto.client);
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: SSO }));
  const unitIds = await createUnits(organizations, spec);
  const accountIds = await createAccounts(organizations, spec.accounts ?? [], unitIds);
  const { instanceArn, identityStoreId } = await findInstance(moto);
  const groupIds = await createGroups(moto, identityStoreId, spec.groups ?? []);
  await applyWishes(moto, spec, { accountIds, groupIds });
  if (spec.delegatedAdministrator !== undefined) {
    const AccountId = getId(accountIds, spec.delegatedAdministrator);
    await organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal: SSO }));
  }
  organizations.destroy();
  const rootId = getId(unitIds, '');
  return { instanceArn, identityStoreId, managementAccountId: moto.accountId, rootId, unitIds, accountIds, groupIds };
}

async function createUnits(client: OrganizationsClient, spec: OrganizationSpec): Promise<Map<string, string>> {
  const { Roots } = await client.send(new ListRootsCommand({}));
  const unitIds = new Map([['', known(Roots?.[0]?.Id)]]);
  for (const paths of levelsOf(spec)) {
    await pMap(
      paths,
      async (path) => {
        const [parent, name] = splitPath(path);
        const command = new CreateOrganizationalUnitCommand({ ParentId: getId(unitIds, parent), Name: name });
        unitIds.set(path, known((await client.send(command)).OrganizationalUnit?.Id));
      },
      AT_ONCE,
    );
  }
  return unitIds;
}

/** All OU paths that the spec mentions, by depth: a parent must exist before its children. */
function levelsOf(spec: OrganizationSpec): string[][] {
  const mentioned = [...(spec.organizationalUnits ?? []), ...(spec.accounts ?? []).map((account) => account.ou ?? '')];
  const paths = new Set(mentioned.flatMap(withAncestors));
  const levels = Map.groupBy(paths, (path) => path.split('/').length);
  return [...levels.entries()].toSorted(([a], [b]) => a - b).map(([, level]) => level);
}

function withAncestors(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

function splitPath(path: string): [parent: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
}

async function createAccounts(
  client: OrganizationsClient,
  accounts: readonly AccountSpec[],
  unitIds: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const create = async (account: AccountSpec): Promise<[string, string]> => [
    account.name,
    await createAccount(client, account, unitIds),
  ];
  return new Map(await pMap(accounts, create, AT_ONCE));
}

async function createAccount(
  client: OrganizationsClient,
  account: AccountSpec,
  unitIds: ReadonlyMap<string, string>,
): Promise<string> {
  const Email = account.email ?? `${account.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}@example.com`;
  const Tags = Object.entries(account.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  const { CreateAccountStatus } = await client.send(
    new CreateAccountCommand({ AccountName: account.name, Email, Tags }),
  );
  const AccountId = known(CreateAccountStatus?.AccountId);
  const [SourceParentId, DestinationParentId] = [getId(unitIds, ''), getId(unitIds, account.ou ?? '')];
  if (SourceParentId !== DestinationParentId) {
    await client.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }));
  }
  if (account.suspended === true) await client.send(new CloseAccountCommand({ AccountId }));
  return AccountId;
}

async function findInstance(moto: Moto): Promise<{ instanceArn: string; identityStoreId: string }> {
  const client = new SSOAdminClient(moto.client);
  const { Instances } = await client.send(new ListInstancesCommand({}));
  client.destroy();
  return { instanceArn: known(Instances?.[0]?.InstanceArn), identityStoreId: known(Instances?.[0]?.IdentityStoreId) };
}

async function createGroups(
  moto: Moto,
  IdentityStoreId: string,
  groups: readonly GroupSpec[],
): Promise<Map<string, string>> {
  const client = new IdentitystoreClient(moto.client);
  const create = async ({ displayName, description }: GroupSpec): Promise<[string, string]> => {
    const command = new CreateGroupCommand({ IdentityStoreId, DisplayName: displayName, Description: description });
    return [displayName, known((await client.send(command)).GroupId)];
  };
  const ids = new Map(await pMap(groups, create, AT_ONCE));
  client.destroy();
  return ids;
}

/** Replaces random ids, and the management account's name, by those of the spec; updates the maps too. */
async function applyWishes(
  moto: Moto,
  spec: OrganizationSpec,
  ids: { readonly accountIds: Map<string, string>; readonly groupIds: Map<string, string> },
): Promise<void> {
  const accounts = wishes(spec.accounts?.map(({ name, id }) => [name, id]) ?? [], ids.accountIds);
  const groups = wishes(spec.groups?.map(({ displayName, id }) => [displayName, id]) ?? [], ids.groupIds);
  const changes = {
    accounts: {
      ...Object.fromEntries(accounts.map(([old, id]) => [old, { id }])),
      ...(spec.management && { [moto.accountId]: spec.management }),
    },
    groups: Object.fromEntries(groups),
  };
  await moto.changeIdentities(changes);
}

function wishes(
  wanted: readonly (readonly [string, string | undefined])[],
  ids: Map<string, string>,
): [string, string][] {
  return wanted.flatMap(([name, id]) => {
    if (id === undefined) return [];
    const old = getId(ids, name);
    ids.set(name, id);
    return [[old, id] as [string, string]];
  });
}

function getId(ids: ReadonlyMap<string, string>, name: string): string {
  return known(ids.get(name), `id of '${name}'`);
}

function known(value: string | undefined, what = 'id in the answer'): string {
  if (value === undefined) throw new Error(`no ${what}`);
  return value;
}
