import { parse } from 'yaml';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../src/estate/source/estate-folder';
import type { AccountState } from '../../src/estate/source/organization';
import type { GrantWords, World } from './arbitraries';
import type { EstateFiles } from './large-estate';

interface Written {
  readonly access: {
    readonly permissionSets: readonly {
      readonly name: string;
      readonly managedPolicies?: readonly string[];
      readonly customerManagedPolicies?: readonly { readonly name: string; readonly path?: string }[];
    }[];
    readonly grants: readonly Partial<GrantWords>[];
    readonly policies?: readonly { readonly name: string; readonly accounts?: Partial<GrantWords['accounts']> }[];
    readonly excludedAccounts?: readonly { readonly account: string }[];
  };
}

interface Snapshot {
  readonly organization: { readonly rootId: string; readonly managementAccountId: string };
  readonly organizationalUnits: readonly { readonly id: string; readonly name: string; readonly parentId: string }[];
  readonly accounts: readonly {
    readonly id: string;
    readonly name: string;
    readonly parentId: string;
    readonly state: string;
    readonly tags: Readonly<Record<string, string>>;
  }[];
  readonly groups: readonly { readonly displayName: string }[];
}

/** The files of an estate in the words of `referenceExpansion`: read as YAML and JSON, by nothing of the model. */
export function worldOfEstate(files: EstateFiles): World {
  const { permissionSets, grants, excludedAccounts = [] } = accessOf(files);
  const { organization, organizationalUnits, accounts, groups } = snapshotOf(files);
  const pathOf = (id: string): string => {
    const unit = organizationalUnits.find((one) => one.id === id);
    return unit === undefined ? '' : `${pathOf(unit.parentId)}/${unit.name}`;
  };
  const isFirst = ({ id }: { readonly id: string }): boolean => id === organization.managementAccountId;
  const excluded = excludedAccounts.map(({ account }) => ({ id: account }));
  return {
    ous: organizationalUnits.map(({ id }) => pathOf(id)),
    accounts: [...accounts.filter(isFirst), ...accounts.filter((one) => !isFirst(one))].map((one) => ({
      ...{ id: one.id, name: one.name, tags: one.tags, ou: pathOf(one.parentId) || '/' },
      state: one.state as AccountState,
    })),
    synchronizedGroups: groups.map(({ displayName }) => displayName),
    declaredGroups: [],
    permissionSets: permissionSets.map(({ name }) => name),
    grants: grants.map((grant) => grantWords(grant, excluded)),
  };
}

/** The same world, in which the policies are what is granted: `policy has policy in account`. */
export function policiesOfEstate(files: EstateFiles): World {
  const { policies = [], excludedAccounts = [] } = accessOf(files);
  const names = policies.map(({ name }) => name);
  const excluded = excludedAccounts.map(({ account }) => ({ id: account }));
  const grants = policies.map(({ name, accounts }) =>
    grantWords({ group: name, permissionSets: [name], accounts: { include: [], exclude: [], ...accounts } }, excluded),
  );
  return { ...worldOfEstate(files), synchronizedGroups: names, permissionSets: names, grants };
}

/** Permission sets with the policies that are attached to them: `Name managed… /path/customer-managed…`. */
export function setsOfEstate(files: EstateFiles): readonly string[] {
  return accessOf(files)
    .permissionSets.map(({ name, managedPolicies = [], customerManagedPolicies = [] }) => {
      const managed = managedPolicies.map((policy) => policy.replace('arn:aws:iam::aws:policy/', '')).toSorted();
      return [name, ...managed, ...customerManagedPolicies.map((one) => `${one.path ?? '/'}${one.name}`)].join(' ');
    })
    .toSorted();
}

function grantWords(
  { group = '', permissionSets = [], accounts }: Partial<GrantWords>,
  excluded: GrantWords['accounts']['exclude'],
): GrantWords {
  const { include = [], exclude = [] } = accounts ?? {};
  return { group, permissionSets, accounts: { include, exclude: [...exclude, ...excluded] } };
}

const accessOf = (files: EstateFiles): Written['access'] => (parse(files[ESTATE_FILE] ?? '') as Written).access;

const snapshotOf = (files: EstateFiles): Snapshot => JSON.parse(files[ORGANIZATION_FILE] ?? '') as Snapshot;
