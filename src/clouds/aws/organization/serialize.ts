import { compareText } from '../../../estate/source/finding';
import type { OrganizationFile } from '../../../estate/source/organization';

/** The text of `organization.json`: the same for the same content, in whatever order AWS answered it. */
export function serializeOrganization(file: OrganizationFile): string {
  const { id, rootId, managementAccountId } = file.organization;
  const { instanceArn, identityStoreId, region, delegatedAdministrator } = file.identityCenter;
  const ordered: OrganizationFile = {
    version: file.version,
    organization: { id, rootId, managementAccountId },
    identityCenter: {
      instanceArn,
      identityStoreId,
      region,
      ...(delegatedAdministrator === undefined ? {} : { delegatedAdministrator }),
    },
    organizationalUnits: sortById(file.organizationalUnits).map(({ id, name, parentId }) => ({ id, name, parentId })),
    accounts: sortById(file.accounts).map(({ id, name, email, state, parentId, tags }) => ({
      id,
      name,
      email,
      state,
      parentId,
      tags: Object.fromEntries(Object.entries(tags).toSorted(([a], [b]) => compareText(a, b))),
    })),
    groups: sortById(file.groups).map(({ id, displayName, previousNames = [] }) => ({
      id,
      displayName,
      ...(previousNames.length > 0 && { previousNames }),
    })),
    ...(file.users !== undefined &&
      file.users.length > 0 && { users: sortById(file.users).map(({ id, userName }) => ({ id, userName })) }),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function sortById<Entry extends { readonly id: string }>(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => compareText(a.id, b.id));
}
