import { showValue } from '../../../estate/source/finding';
import { ORGANIZATION_FILE_VERSION, OrganizationFile } from '../../../estate/source/organization';
import { issuesOf } from '../../../estate/source/zod-issues';
import { formatPath } from '../../../text/path';
import type { AwsSource } from '../aws-source';
import { readNamedUsers } from './read-named-users';
import { readIdentityCenter } from './read-identity-center';
import { readOrganization } from './read-organization';

export interface SnapshotOptions {
  /** ARN of the IAM Identity Center instance. @default the only one of the organization */
  readonly instanceArn?: string | undefined;
  /** User names of those to whom the estate makes grants. @default none */
  readonly users?: readonly string[];
}

/** Reads from AWS what `organization.json` holds. @throws AwsCallError; Error if AWS answers what the file can't hold */
export async function readSnapshot(source: AwsSource, options: SnapshotOptions = {}): Promise<OrganizationFile> {
  const { organizationalUnits, accounts, delegatedAdministrator, ...organization } = await readOrganization(source);
  const { groups, ...instance } = await readIdentityCenter(source, {
    instanceArn: options.instanceArn,
    managementAccountId: organization.managementAccountId,
  });
  const users = await readNamedUsers(source, instance.identityStoreId, options.users ?? []);
  return checkedFile({
    version: ORGANIZATION_FILE_VERSION,
    organization,
    identityCenter: { ...instance, ...(delegatedAdministrator === undefined ? {} : { delegatedAdministrator }) },
    organizationalUnits,
    accounts,
    groups,
    ...(users.length > 0 && { users }),
  });
}

function checkedFile(value: unknown): OrganizationFile {
  const parsed = OrganizationFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = issuesOf(parsed.error, OrganizationFile, value).map((issue) => {
    const given = issue.value === undefined ? '' : `${showValue(issue.value)} `;
    return `  ${formatPath(issue.at)}: ${given}${issue.problem}${issue.allowed === undefined ? '' : ` (${issue.allowed})`}`;
  });
  throw new Error(
    `AWS answered something that organization.json has no place for:\n${lines.join('\n')}\n` +
      '  What to do: update entra-aws-identity; nothing was written',
  );
}
