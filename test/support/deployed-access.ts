import type { DeployedAssignment, DeployedSet } from '../../src/clouds/facts/access-facts';
import type { DeployedAccess } from '../../src/import/adopt';
import { type Organization, type OrganizationFile, parseOrganization } from '../../src/estate/source/organization';
import { accountId, principalId, setArn } from './ids';

/** `[group or user id, permission set, account id]` */
export type AssignmentLabels = readonly [who: string, permissionSet: string, account: string];

export const INSTANCE_ARN = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';

export function deployedSet(name: string, more: Partial<DeployedSet> = {}): DeployedSet {
  return {
    arn: setArn(`arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-${name}`),
    name,
    sessionDuration: 'PT1H',
    managedPolicies: [],
    customerManagedPolicies: [],
    tags: {},
    outdatedIn: [],
    ...more,
  };
}

/** What is deployed where groups of the organization have plain permission sets; `user-…` is a user. */
export function deployedAccess(
  organization: Organization,
  assignments: readonly AssignmentLabels[],
  more: Partial<DeployedAccess> = {},
): DeployedAccess {
  const names = [...new Set(assignments.map(([, set]) => set))];
  return {
    permissionSets: names.map((name) => deployedSet(name)),
    assignments: assignments.map(([who, set, account]): DeployedAssignment => ({
      account: accountId(account),
      set: deployedSet(set).arn,
      principalType: who.startsWith('user-') ? 'USER' : 'GROUP',
      principalId: organization.groupByName.get(who)?.id ?? principalId(who),
    })),
    attributes: {},
    ...more,
  };
}

/** @throws Error if the file has faults, or is none */
export function organizationOf(file: OrganizationFile): Organization {
  const { organization, issues } = parseOrganization(file);
  if (organization === undefined || issues.length > 0) throw new Error(JSON.stringify(issues));
  return organization;
}
