import { readFileSync } from 'node:fs';
import { managedPolicyNames, readManagedPolicies } from '../../../scripts/reference/managed-policies';
import { managedStatements, powerfulStatements } from '../../../src/estate/sections/access/policy-predicates';
import type { Statement } from '../../../src/estate/sections/access/policy-document';
import { IDENTITY_ACTIONS } from '../../../src/estate/sections/access/policy-power';
import { SET_RULES } from '../../../src/estate/sections/access/policy-rules';
import { type RuledSet, rulesOrganization } from '../../../src/estate/sections/access/policy-predicates';
import { packagesOf, testWithTools } from '../../support/tools';

const test = testWithTools({ ...packagesOf('docs'), title: 'the documents of AWS managed policies' });
const policies = readManagedPolicies() ?? [];

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

test('the names are those of the package that AWS is read from', () => {
  expect(readFileSync('src/estate/sections/access/aws-managed-policies.json', 'utf8')).toBe(
    managedPolicyNames(policies),
  );
});

test('of the AWS managed policies that change the organization, those count that nothing bounds', () => {
  const names = policies.filter(({ statements }) => rulesOrganization([], statements)).map(({ name }) => name);
  expect(names).toContain('AWSSSOMemberAccountAdministrator');
  expect(names.filter((name) => !rulesOrganization([name], [])).toSorted()).toEqual(Object.keys(BOUNDED).toSorted());
  // None is listed that does not allow it.
  const listed = policies.filter(({ name }) => rulesOrganization([name], []));
  expect(listed.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual([]);
});

/** Rules that a set with these statements of a managed policy breaks. */
function brokenBy(managed: readonly Statement[]): readonly string[] {
  const set: RuledSet = {
    description: 'A set.',
    sessionSeconds: 3600,
    managedPolicies: [],
    hasCustomerManagedPolicies: true,
    inlineStatements: undefined,
    unbounded: IDENTITY_ACTIONS,
    isGranted: true,
    managedStatements: managed,
  };
  return SET_RULES.filter(({ isBroken }) => isBroken(set)).map(({ id }) => id.replace('IdentityCenter-', ''));
}

/** Rules have these by their names. */
const NAMED = ['AdministratorAccess', 'IAMFullAccess'];
/** Its statements ask for a key that no rule looks into. */
const WIDER = ['AWSMcpServiceActionsFullAccess'];

test('without their documents, policies break the same rules but IC11, which needs the patterns of roles', () => {
  const different = policies
    .map(({ name, arn, statements }) => {
      const [read, known] = [brokenBy(powerfulStatements(statements)), brokenBy(managedStatements(arn, undefined))];
      return { name, read: read.filter((rule) => rule !== 'IC11'), known };
    })
    .filter(({ read, known }) => read.join() !== known.join());
  expect(different.map(({ name }) => name).toSorted()).toEqual([...NAMED, ...WIDER].toSorted());
});
