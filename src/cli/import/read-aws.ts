import { join } from 'node:path';
import type { AwsSource } from '../../clouds/aws/aws-source';
import { createAwsSource } from '../../clouds/aws/aws-source';
import { knownRegion, readOrganizationOnDisk } from '../../clouds/aws/organization/organization-on-disk';
import { readUserNames } from '../../clouds/aws/organization/read-named-users';
import { readSnapshot } from '../../clouds/aws/organization/read-snapshot';
import { serializeOrganization } from '../../clouds/aws/organization/serialize';
import { readAssignments } from '../../clouds/aws/read-assignments';
import { readAttributes, readPermissionSets } from '../../clouds/aws/read-permission-sets';
import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { grantedUsers } from '../../estate/sections/access/ended-grants';
import { ORGANIZATION_FILE } from '../../estate/source/estate-folder';
import type { OrganizationFile } from '../../estate/source/organization';
import type { DeployedAccess } from '../../import/adopt';
import type { ImportSource } from '../../import/import-estate';
import type * as commands from './options';
import type { OptionsOf } from '../program/define';
import { withProgress } from '../program/progress';

type ReadArgs = OptionsOf<typeof commands.importEstate> & { readonly name: string };

/** Reads the organization and the access of an instance, with the users whom the estate names or is to name. @throws AwsCallError */
export function readFromAws({
  instance: instanceArn,
  concurrency,
  usersUntil,
  ...args
}: ReadArgs): Promise<ImportSource> {
  return withProgress(async (onProgress) => {
    const onDisk = await readOrganizationOnDisk(join(args.estates, args.name, ORGANIZATION_FILE));
    const region = args.region ?? knownRegion(onDisk);
    const source = createAwsSource({ region, concurrency, onProgress });
    const exists = listEstates(args.estates).includes(args.name);
    const { access } = exists ? planEstate(diskFolder(args.estates, args.name)).estate : {};
    const named = access === undefined ? [] : grantedUsers(access);
    const organization = await readSnapshot(source, { instanceArn, users: named });
    const deployed = await readAccess(source, organization.identityCenter.instanceArn);
    const users = usersUntil === undefined ? organization.users : await usersWithAccess(source, organization, deployed);
    const organizationText = serializeOrganization({ ...organization, ...(users && { users: [...users] }) });
    return { deployed, organizationText, usersUntil };
  });
}

/** Users of the snapshot, and everybody who has an assignment. */
async function usersWithAccess(
  source: AwsSource,
  { identityCenter, users = [] }: OrganizationFile,
  { assignments }: DeployedAccess,
): Promise<NonNullable<OrganizationFile['users']>> {
  const known = new Set(users.map(({ id }) => id));
  const ofUsers = assignments.filter(({ principalType }) => principalType === 'USER');
  const ids = new Set(ofUsers.map(({ principalId }) => principalId).filter((id) => !known.has(id)));
  return [...users, ...(await readUserNames(source, identityCenter.identityStoreId, [...ids]))];
}

async function readAccess(source: AwsSource, instanceArn: string): Promise<DeployedAccess> {
  const attributes = await readAttributes(source, instanceArn);
  const permissionSets = await readPermissionSets(source, instanceArn);
  return {
    attributes,
    permissionSets,
    assignments: await readAssignments(source, { instanceArn, sets: permissionSets }),
  };
}
