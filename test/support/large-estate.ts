import type { EstateFolder, FileText } from '../../src/estate/source/estate-folder';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE } from '../../src/estate/source/estate-folder';
import { planEstate } from '../../src/estate/plan/estate-plan';

/** Size of a made-up estate: `accounts` x `groups` x `setsOfGroup` assignments. */
export interface EstateSize {
  readonly accounts: number;
  readonly groups: number;
  readonly setsOfGroup: number;
}

/** Files of a made-up estate, by their paths. */
export type EstateFiles = Readonly<Record<string, string>>;

/** An estate whose every group has its sets in every account, with a placement that fits. */
export function largeEstate(size: EstateSize): EstateFiles {
  const files = {
    [ESTATE_FILE]: estateText(size),
    [ORGANIZATION_FILE]: organizationText(size.accounts, size.groups),
  };
  const placement = planEstate(memoryFolder('large', files)).access?.placement.text ?? '';
  return { ...files, [PLACEMENT_FILE]: placement };
}

/** An estate's folder in memory. */
export function memoryFolder(name: string, files: EstateFiles): EstateFolder {
  const read = (path: string): FileText => {
    const text = files[path];
    return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
  };
  return { name, label: `estates/${name}`, latestDay: '2026-12-31', read };
}

function estateText({ groups, setsOfGroup }: EstateSize): string {
  const sets = range(setsOfGroup).map((set) => ({
    name: `Set${set}`,
    description: `Permission set number ${set}.`,
    sessionDuration: 'PT4H',
    managedPolicies: ['ReadOnlyAccess'],
  }));
  const grants = range(groups).map((group) => ({
    group: groupName(group),
    permissionSets: sets.map(({ name }) => name),
    accounts: { include: [{ all: true }] },
  }));
  return JSON.stringify({ access: { permissionSets: sets, grants } }, undefined, 2);
}

function organizationText(accounts: number, groups: number): string {
  return JSON.stringify({
    version: 1,
    organization: { id: 'o-bench00000', rootId: 'r-bench', managementAccountId: accountId(0) },
    identityCenter: {
      instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
      identityStoreId: 'd-0123456789',
      region: 'eu-west-1',
    },
    organizationalUnits: range(20).map((ou) => ({ id: ouId(ou), name: `Unit ${ou}`, parentId: 'r-bench' })),
    accounts: range(accounts + 1).map((account) => ({
      id: accountId(account),
      name: `account-${account}`,
      email: `account-${account}@example.org`,
      state: 'ACTIVE',
      parentId: account === 0 ? 'r-bench' : ouId(account % 20),
      tags: { number: String(account % 7) },
    })),
    groups: range(groups).map((group) => ({ id: principalId(group), displayName: groupName(group) })),
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

function groupName(group: number): string {
  return `Group ${group}`;
}

function principalId(group: number): string {
  return `00000000-0000-4000-8000-${String(group).padStart(12, '0')}`;
}
