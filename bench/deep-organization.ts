import type { EstateFiles } from '../test/support/large-estate';

/** Accounts, organizational units, grants and sets of the expansion benchmark: about a million assignments. */
export const DEEP = { accounts: 10_000, ous: 2_000, grants: 500, setsOfGrant: 5 } as const;

/** An estate in which each of 500 grants reaches about 400 accounts with five sets, by OU, glob and tag in turn. */
export function deepEstate(): EstateFiles {
  return { 'estate.yaml': estateText(), 'organization.json': organizationText() };
}

function estateText(): string {
  const sets = range(DEEP.setsOfGrant).map((set) => ({ name: `Set${set}`, managedPolicies: ['ReadOnlyAccess'] }));
  const grants = range(DEEP.grants).map((grant) => ({
    group: `Group ${grant}`,
    permissionSets: sets.map(({ name }) => name),
    accounts: { include: [selector(grant)], exclude: [{ name: '*-excluded' }] },
  }));
  return JSON.stringify({ access: { permissionSets: sets, grants } });
}

/** Each of these names about one account in twenty-five. */
function selector(grant: number): unknown {
  const part = grant % 25;
  if (grant % 3 === 0) return { ou: `/Unit ${part}` };
  if (grant % 3 === 1) return { name: `*-of-${part}-*` };
  return { tags: { part: String(part), kind: 'workload' } };
}

function organizationText(): string {
  return JSON.stringify({
    version: 1,
    organization: { id: 'o-bench00000', rootId: 'r-bench', managementAccountId: accountId(0) },
    identityCenter: {
      instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
      identityStoreId: 'd-0123456789',
      region: 'eu-west-1',
    },
    organizationalUnits: range(DEEP.ous).map((ou) => ({
      id: ouId(ou),
      name: `Unit ${ou}`,
      parentId: ou < 25 ? 'r-bench' : ouId(ou - 25),
    })),
    accounts: range(DEEP.accounts).map((account) => ({
      id: accountId(account),
      name: `account-${account}-of-${account % 25}-workload`,
      email: `account-${account}@example.org`,
      state: 'ACTIVE',
      parentId: ouId(account % DEEP.ous),
      tags: { part: String(account % 25), kind: 'workload' },
    })),
    groups: range(DEEP.grants).map((group) => ({
      id: `00000000-0000-4000-8000-${String(group).padStart(12, '0')}`,
      displayName: `Group ${group}`,
    })),
  });
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function accountId(account: number): string {
  return String(100_000_000_000 + account);
}

function ouId(ou: number): string {
  return `ou-bench-${String(ou).padStart(8, '0')}`;
}
