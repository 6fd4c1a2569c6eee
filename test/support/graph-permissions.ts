import type { GraphRole } from '../../apps/emulator/graph/auth/roles';
import type { PulumiKind } from '../../src/estate/plan/stacks';

/** What an identity does with a program: it previews a pull request, or deploys. */
export type Duty = 'preview' | 'deploy';

/**
 * The permissions that the Bicep files give. On the real engine the programs run with these and no other, and
 * test/system/bicep/identities.test.ts holds the files to them.
 */
export const GRAPH_PERMISSIONS: Readonly<Record<PulumiKind, Readonly<Record<Duty, readonly GraphRole[]>>>> = {
  customers: {
    preview: ['Application.Read.All', 'DelegatedPermissionGrant.Read.All', 'IdentityUserFlow.Read.All'],
    deploy: [
      'Application.ReadWrite.OwnedBy',
      'DelegatedPermissionGrant.ReadWrite.All',
      'IdentityUserFlow.ReadWrite.All',
    ],
  },
  workforce: {
    preview: ['Application.Read.All', 'Group.Read.All', 'Policy.Read.All', 'Synchronization.Read.All'],
    deploy: [
      'AppRoleAssignment.ReadWrite.All',
      'Application.Read.All',
      'Application.ReadWrite.OwnedBy',
      'Group.ReadWrite.All',
      'GroupMember.Read.All',
      'Policy.Read.All',
      'Policy.ReadWrite.ApplicationConfiguration',
      'Policy.ReadWrite.ConditionalAccess',
    ],
  },
};

/** The same of the program `customers` in an external tenant. */
export const EXTERNAL_PERMISSIONS: Readonly<Record<Duty, readonly GraphRole[]>> = {
  preview: [
    'Application.Read.All',
    'DelegatedPermissionGrant.Read.All',
    'EventListener.Read.All',
    'IdentityUserFlow.Read.All',
    'Policy.Read.All',
  ],
  deploy: [
    'Application.ReadWrite.OwnedBy',
    'DelegatedPermissionGrant.ReadWrite.All',
    'EventListener.ReadWrite.All',
    'IdentityUserFlow.Read.All',
    'Policy.Read.All',
    'Policy.ReadWrite.ConditionalAccess',
  ],
};

/** What either kind of directory needs besides, where the estate declares identity providers. */
export const PROVIDER_PERMISSIONS: Readonly<Record<Duty, readonly GraphRole[]>> = {
  preview: ['IdentityProvider.Read.All'],
  deploy: ['IdentityProvider.ReadWrite.All'],
};
