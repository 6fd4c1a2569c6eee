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
