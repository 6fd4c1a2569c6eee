/** Every call that `npx --no entra-aws snapshot` makes: what the caller must be allowed to do, on all resources. All of them only read. */
export const SNAPSHOT_ACTIONS: readonly string[] = [
  'identitystore:ListGroups',
  'organizations:DescribeOrganization',
  'organizations:ListAccounts',
  'organizations:ListAccountsForParent',
  'organizations:ListDelegatedAdministrators',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListRoots',
  'organizations:ListTagsForResource',
  'sso:ListInstances',
];

/** Call that `npx --no entra-aws snapshot` makes besides where the estate makes grants to users, on all resources. */
export const USER_ACTIONS: readonly string[] = ['identitystore:GetUserId'];

/** Calls that `npx --no entra-aws snapshot` makes besides for `aws-policies.json`, on all resources. What is refused counts as not read. */
export const POLICY_ACTIONS: readonly string[] = [
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'organizations:DescribePolicy',
  'organizations:ListPolicies',
  'organizations:ListTargetsForPolicy',
];

/** Call that `npx --no entra-aws snapshot` makes besides in each account where the estate asks for its roles, on all resources. */
export const ROLE_INVENTORY_ACTION = 'iam:GetAccountAuthorizationDetails';

/** Calls that reading permission sets and assignments makes besides, on all resources. All of them only read. */
export const ACCESS_ACTIONS: readonly string[] = [
  'sso:DescribeInstanceAccessControlAttributeConfiguration',
  'sso:DescribePermissionSet',
  'sso:GetInlinePolicyForPermissionSet',
  'sso:GetPermissionsBoundaryForPermissionSet',
  'sso:ListAccountAssignments',
  'sso:ListAccountsForProvisionedPermissionSet',
  'sso:ListCustomerManagedPolicyReferencesInPermissionSet',
  'sso:ListManagedPoliciesInPermissionSet',
  'sso:ListPermissionSets',
  'sso:ListTagsForResource',
];

/** Calls that the doctor's area `access` makes besides where the estate has applications, on all resources. */
export const APPLICATION_ACTIONS: readonly string[] = [
  'sso:GetApplicationAssignmentConfiguration',
  'sso:ListApplicationAssignments',
];

/** Calls that the doctor's area `access` makes besides both, on all resources. All of them only read. */
export const DOCTOR_ACCESS_ACTIONS: readonly string[] = [
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStackSetOperation',
  'cloudformation:ListStackInstances',
  'cloudformation:ListStackResources',
  'cloudformation:ListStackSets',
  'cloudtrail:LookupEvents',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'identitystore:ListGroupMemberships',
  'identitystore:ListUsers',
  'sso:DescribeInstance',
  'sso:DescribePermissionSetProvisioningStatus',
  'sso:ListAccountAssignmentCreationStatus',
  'sso:ListAccountAssignmentDeletionStatus',
  'sso:ListAccountAssignmentsForPrincipal',
  'sso:ListPermissionSetProvisioningStatus',
];

/** Calls that `entra-aws deploy check` makes besides both in the account of IAM Identity Center. All of them only read. */
export const PREFLIGHT_ACTIONS: readonly string[] = [
  'access-analyzer:ValidatePolicy',
  'account:GetRegionOptStatus',
  'cloudformation:DescribeOrganizationsAccess',
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackInstances',
  'cloudformation:ListStackResources',
  'cloudformation:ListStackSets',
  'iam:GetPolicy',
  'iam:ListPolicies',
  'kms:DescribeKey',
  'servicequotas:GetAWSDefaultServiceQuota',
  'servicequotas:GetServiceQuota',
  'sso:DescribeInstance',
];
