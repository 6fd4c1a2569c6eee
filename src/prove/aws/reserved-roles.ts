import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { isDeepStrictEqual } from 'node:util';
import { deployedForm } from '../../estate/sections/access/sets/set-forms';
import type { PermissionSet } from '../../estate/sections/estate';
import { parseQuietly } from '../../estate/source/parse-quietly';

/** Path of the roles that IAM Identity Center makes in an account, with the Region behind it. */
const PATH = '/aws-reserved/sso.amazonaws.com/';

/** A role of a permission set, as IAM has it. */
export interface ReservedRole {
  readonly name: string;
  readonly managedPolicies: readonly string[];
  readonly inlinePolicies: readonly unknown[];
  readonly boundary: string | undefined;
}

/** Roles in the account of permission sets whose names begin with a mark. @throws what the SDK throws */
export async function readReservedRoles(client: IAMClient, mark: string): Promise<readonly ReservedRole[]> {
  const roles: ReservedRole[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, { PathPrefix: PATH }))
    for (const { RoleName = '' } of Roles)
      if (RoleName.startsWith(`AWSReservedSSO_${mark}-`)) roles.push(await readRole(client, RoleName));
  return roles;
}

async function readRole(client: IAMClient, RoleName: string): Promise<ReservedRole> {
  const managed: string[] = [];
  for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies({ client }, { RoleName }))
    managed.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
  const inline: unknown[] = [];
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName }))
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = '' } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      inline.push(parseQuietly(decodeURIComponent(PolicyDocument)));
    }
  const { Role } = await client.send(new GetRoleCommand({ RoleName }));
  const boundary = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
  return { name: RoleName, managedPolicies: managed, inlinePolicies: inline, boundary };
}

/** Permission sets that are assigned in the account, and so have roles there. */
interface DeclaredSets {
  readonly sets: readonly PermissionSet[];
  readonly mark: string;
  readonly partition: string;
}

/**
 * Tells whether each set has its role, as declared. IAM shows a role a while after the assignment.
 *
 * @param until looks again and again, and gives up in the end
 * @returns undefined where IAM refuses to tell
 */
export async function areRolesThere(
  client: IAMClient,
  { sets, mark, partition }: DeclaredSets,
  until: (isThere: () => Promise<boolean>) => Promise<boolean>,
): Promise<boolean | undefined> {
  try {
    return await until(async () => {
      const roles = await readReservedRoles(client, mark);
      return sets.every((set) => isRoleAsDeclared(set, roles, partition));
    });
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('AccessDenied')) return undefined;
    throw error;
  }
}

/** Tells whether a permission set has one role, of the name by which sessions are told, with the policies that are declared. */
export function isRoleAsDeclared(set: PermissionSet, roles: readonly ReservedRole[], partition: string): boolean {
  const [role, ...others] = roles.filter(({ name }) => name.startsWith(`AWSReservedSSO_${set.name}_`));
  if (role === undefined || others.length > 0) return false;
  const { managedPolicies, inlinePolicy, permissionsBoundary } = deployedForm(set, partition);
  return (
    /_[\da-f]{16}$/.test(role.name) &&
    isDeepStrictEqual(new Set(role.managedPolicies), new Set(managedPolicies as readonly string[])) &&
    isDeepStrictEqual(role.inlinePolicies, inlinePolicy === undefined ? [] : [inlinePolicy]) &&
    role.boundary === permissionsBoundary
  );
}
