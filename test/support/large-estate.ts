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

/**
 * The same estate before and after an afternoon in which every second assignment came or went: accounts moved to other OUs,
 * which half of the groups are granted by, and took other tags, which the others are.
 */
export function shuffledEstates(
  size: EstateSize,
  seed: number,
): { readonly before: EstateFiles; readonly after: EstateFiles } {
  const random = randomOf(seed);
  const text = estateText(size, (group) =>
    group % 2 === 0
      ? range(10).map((ou) => ({ ou: `/Unit ${ou * 2 + (group % 4) / 2}` }))
      : [{ tags: { number: String(random(2)) } }],
  );
  const shuffled = (): EstateFiles => ({
    [ESTATE_FILE]: text,
    [ORGANIZATION_FILE]: organizationText(size.accounts, size.groups, () => ({ ou: random(20), tag: random(2) })),
  });
  return { before: shuffled(), after: shuffled() };
}

/** Whole numbers below a bound, the same for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** An estate's folder in memory. */
export function memoryFolder(name: string, files: EstateFiles): EstateFolder {
  const read = (path: string): FileText => {
    const text = files[path];
    return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
  };
  return { name, label: `estates/${name}`, latestDay: '2026-12-31', read };
}

function estateText(
  { groups, setsOfGroup }: EstateSize,
  includeOf: (group: number) => readonly unknown[] = () => [{ all: true }],
): string {
  const sets = range(setsOfGroup).map((set) => ({
    name: `Set${set}`,
    description: `Permission set number ${set}.`,
    sessionDuration: 'PT4H',
    managedPolicies: ['ReadOnlyAccess'],
  }));
  const grants = range(groups).map((group) => ({
    group: groupName(group),
    permissionSets: sets.map(({ name }) => name),
    accounts: { include: includeOf(group) },
  }));
  return JSON.stringify({ access: { permissionSets: sets, grants } }, undefined, 2);
}

function organizationText(
  accounts: number,
  groups: number,
  placeOf = (account: number) => ({ ou: account % 20, tag: account % 7 }),
): string {
  return JSON.stringify({
    version: 1,
    organization: { id: 'o-bench00000', rootId: 'r-bench', managementAccountId: accountId(0) },
    identityCenter: {
      instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
      identityStoreId: 'd-0123456789',
      region: 'eu-west-1',
    },
    organizationalUnits: range(20).map((ou) => ({ id: ouId(ou), name: `Unit ${ou}`, parentId: 'r-bench' })),
    accounts: range(accounts + 1).map((account) => {
      const { ou, tag } = placeOf(account);
      return {
        id: accountId(account),
        name: `account-${account}`,
        email: `account-${account}@example.org`,
        state: 'ACTIVE',
        parentId: account === 0 ? 'r-bench' : ouId(ou),
        tags: { number: String(tag) },
      };
    }),
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
