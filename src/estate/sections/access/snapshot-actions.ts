/** Every call that `npm run snapshot` makes: what the caller must be allowed to do, on all resources. All of them only read. */
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

/** What reading permission sets and assignments asks for besides, on all resources. All of it only reads. */
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

/** What the doctor's area `access` asks for besides both, on all resources. All of it only reads. */
export const DOCTOR_ACCESS_ACTIONS: readonly string[] = [
  'cloudformation:DescribeStackEvents',
  'cloudtrail:LookupEvents',
  'identitystore:ListGroupMemberships',
  'identitystore:ListUsers',
];
