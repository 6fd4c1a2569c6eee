import type * as azuread from '@pulumi/azuread';

// Defaults that a sign-in depends on. Where a program leaves one out, azuread accepts the value that it finds in the directory, so
// a value that somebody changed would stay, and no preview would show it.

/** Settings of an application that proves its identity with a secret or a certificate only. */
export const CONFIDENTIAL = {
  fallbackPublicClientEnabled: false,
  deviceOnlyAuthEnabled: false,
} as const satisfies Partial<azuread.ApplicationArgs>;

/** Settings of a service principal that gets tokens without an assignment. */
export const OPEN = {
  accountEnabled: true,
  appRoleAssignmentRequired: false,
} as const satisfies Partial<azuread.ServicePrincipalArgs>;
