import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { quotedList } from '../../src/text/suggest';
import type { PreviousNames } from './workforce-groups';

/** Role of every application that is made from a template, for whoever may use it. Its id is the application's own. */
const ROLE = 'User';

export interface GroupAssignmentsArgs {
  readonly servicePrincipal: azuread.ServicePrincipal;
  /** Entra object ids of the groups, by display name. */
  readonly groupObjectIds: Readonly<Record<string, pulumi.Input<string>>>;
  /** Earlier names of groups, under which the stack may have them. */
  readonly previousNames: PreviousNames;
}

/** Assigns groups to an application in the role `User`: their direct members may sign in, and are provisioned. */
export function createGroupAssignments(
  name: string,
  { servicePrincipal, groupObjectIds, previousNames }: GroupAssignmentsArgs,
  opts: pulumi.CustomResourceOptions,
): readonly azuread.AppRoleAssignment[] {
  const { objectId: resourceObjectId, appRoles } = servicePrincipal;
  const appRoleId = appRoles.apply(userRoleOf);
  return Object.entries(groupObjectIds).map(([group, principalObjectId]) => {
    const aliases = (previousNames[group] ?? []).map((earlier) => ({ name: `${name}-${earlier}` }));
    const args = { appRoleId, principalObjectId, resourceObjectId };
    return new azuread.AppRoleAssignment(`${name}-${group}`, args, { ...opts, aliases });
  });
}

type Role = Pick<azuread.types.output.ServicePrincipalAppRole, 'id' | 'displayName' | 'enabled'>;

/**
 * Id of the role `User`, found by its display name: a template's roles have no value, by which `appRoleIds` would list them.
 *
 * @throws RunError if the application has no such role
 */
export function userRoleOf(roles: readonly Role[]): string {
  const role = roles.find(({ displayName, enabled }) => displayName === ROLE && enabled);
  if (role !== undefined) return role.id;
  const known = quotedList(roles.map(({ displayName }) => displayName));
  throw new pulumi.RunError(
    `the AWS application has no enabled role '${ROLE}' to assign groups to; its roles: ${known}. ` +
      'Add it in the portal (App registrations > the application > App roles), or create the application again',
  );
}
