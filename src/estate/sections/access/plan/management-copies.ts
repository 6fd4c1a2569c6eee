import { createHash } from 'node:crypto';
import type { Organization } from '../../../source/organization';
import type { Access, Estate, PermissionSet } from '../../estate';
import { SET_NAME } from '../../limits';
import { type Assignment, expandAccess } from './expand';

const SUFFIX = '-management';
/** Together with a hyphen and the suffix, the 32 characters of a name. */
const [CUT_LENGTH, HASH_LENGTH] = [12, 8];

/**
 * Name of the copy of a permission set for the management account: `SecurityAudit-management`. A set of more than 21 characters
 * keeps its first twelve, with a hash of all: `SecurityAudi-0a1b2c3d-management`.
 */
export function copyName(name: string): string {
  const whole = `${name}${SUFFIX}`;
  if (SET_NAME.test(whole)) return whole;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return `${name.slice(0, CUT_LENGTH)}-${hash}${SUFFIX}`;
}

/** Names of a set's copy: that of its name, and those of its previous names. */
export function copyNames({ name, previousNames }: PermissionSet): readonly [string, ...string[]] {
  return [copyName(name), ...previousNames.map(copyName)];
}

/**
 * The estate with a copy of each permission set that a delegated administrator deploys, and that is granted both in the management
 * account and in others: he may not change a set that is provisioned in the management account (IAM Identity Center User Guide,
 * 'Delegated administration'). Ended exceptions count too, so that a copy stays until they are removed from the file. A set whose
 * copy has or had a name that another set or copy has, or had before, gets none; `checkDeployment` reports it.
 */
export function withManagementCopies(estate: Estate, organization: Organization | undefined): Estate {
  const { access } = estate;
  if (access?.deployFrom !== 'delegated-admin' || organization === undefined) return estate;
  const grants = [...access.grants, ...(access.endedGrants ?? [])];
  const mixed = mixedSets(expandAccess(estate, { ...access, grants }, organization).assignments, organization);
  const owners = access.permissionSets.flatMap((set) =>
    [set.name, ...set.previousNames].map((one) => [one, set] as const),
  );
  const taken = new Map(owners);
  const copies = access.permissionSets.flatMap((set): PermissionSet[] => {
    const names = copyNames(set);
    if (!mixed.has(set.name) || names.some((one) => (taken.get(one) ?? set) !== set)) return [];
    for (const one of names) taken.set(one, set);
    const [name, ...previousNames] = names;
    return [{ ...set, name, previousNames, copyOf: set.name }];
  });
  return copies.length === 0
    ? estate
    : { ...estate, access: { ...access, permissionSets: [...access.permissionSets, ...copies] } };
}

/** Sets that are assigned in the management account and in others, with their assignments. */
export function mixedSets(
  assignments: readonly Assignment[],
  { managementAccountId }: Organization,
): ReadonlyMap<string, readonly Assignment[]> {
  const isManagement = ({ account }: Assignment): boolean => account.id === managementAccountId;
  const bySet = Map.groupBy(assignments, ({ permissionSet }) => permissionSet);
  return new Map([...bySet].filter(([, own]) => own.some(isManagement) && !own.every(isManagement)));
}

/** Permission sets as the estate file has them, without their copies. */
export function writtenSets({ permissionSets }: Pick<Access, 'permissionSets'>): readonly PermissionSet[] {
  return permissionSets.filter(({ copyOf }) => copyOf === undefined);
}

/** Name by which grants give the permission set of an assignment. */
export function grantedName({ permissionSet, copyOf }: Assignment): string {
  return copyOf ?? permissionSet;
}

/** Tells whether an assignment is of a set, or of its copy for the management account; of any, without a name. */
export function isOfSet({ permissionSet, copyOf }: Assignment, name: string | undefined): boolean {
  return [undefined, permissionSet, copyOf].includes(name);
}
