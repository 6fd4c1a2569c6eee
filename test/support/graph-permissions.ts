import { GRAPH_ROLES, type GraphRole } from '../../apps/emulator/graph/auth/roles';
import { type DirectoryKind, GRAPH_PERMISSIONS as OF_KINDS } from '../../src/estate/plan/requests/graph-permissions';
import type { PulumiKind } from '../../src/estate/plan/stacks/stacks';

/** Uses of the pipeline's identities. */
export type PipelineDuty = 'preview' | 'deploy';
type OfDuties = Readonly<Record<PipelineDuty, readonly GraphRole[]>>;

const ROLES = Object.keys(GRAPH_ROLES) as readonly GraphRole[];

const ofKind = (kind: DirectoryKind): OfDuties => ({
  preview: ROLES.filter((role) => role in OF_KINDS[kind].preview).toSorted(),
  deploy: ROLES.filter((role) => role in OF_KINDS[kind].deploy).toSorted(),
});

/**
 * The permissions of a directory that has all resources. On the real engine the programs run with these and no other.
 */
export const GRAPH_PERMISSIONS: Readonly<Record<PulumiKind, OfDuties>> = {
  customers: ofKind('b2c'),
  workforce: ofKind('workforce'),
};

/** The same of the program `customers` in an external tenant. */
export const EXTERNAL_PERMISSIONS: OfDuties = ofKind('external-id');

/** What either kind of directory needs besides, where the estate declares identity providers. */
export const PROVIDER_PERMISSIONS: OfDuties = {
  preview: ['IdentityProvider.Read.All'],
  deploy: ['IdentityProvider.ReadWrite.All'],
};

/** The same where it declares APIs that a directory calls: the one in B2C, the other in External ID. */
export const CALL_PERMISSIONS: OfDuties = {
  preview: ['APIConnectors.Read.All', 'CustomAuthenticationExtension.Read.All'],
  deploy: ['APIConnectors.ReadWrite.All', 'CustomAuthenticationExtension.ReadWrite.All'],
};
