import type { Estate } from '../sections/estate';
import type { PipelineRole } from '../sections/pipeline/pipeline';
import { type FederatedCredential, federatedCredentials, pipelineTrust } from '../sections/pipeline/trust';
import type { PulumiKind } from './stacks/stacks';

export const ROLES: readonly PipelineRole[] = ['preview', 'deploy'];

/** An identity as which the pipeline signs in to the directory of a program. */
export interface PipelineIdentity {
  readonly role: PipelineRole;
  readonly name: string;
  /** Id in Azure, compared without regard to case, of a managed identity, which Bicep lays with its trust; undefined for an application. */
  readonly managedId: string | undefined;
  /** Where the estate names it. */
  readonly clientId: string | undefined;
  /** Trust of an application; none while the estate does not say enough of its forge. */
  readonly trust: readonly FederatedCredential[];
}

/** In the Entra tenant of a subscription they are managed identities, elsewhere applications that `sign-in bootstrap` makes. */
export function pipelineIdentities(estate: Estate, program: PulumiKind): readonly PipelineIdentity[] {
  const { azure, pipeline } = estate;
  const isManaged = program === 'workforce' && azure !== undefined;
  return ROLES.map((role) => ({
    role,
    name: isManaged ? MANAGED_IDENTITIES[role] : deployingApplication(estate.name, role),
    managedId: isManaged
      ? `/subscriptions/${azure.subscriptionId}/resourceGroups/${azure.resourceGroup}/providers/${MANAGED_IDENTITY}/${MANAGED_IDENTITIES[role]}`
      : undefined,
    clientId: pipeline?.identities[program]?.[role],
    trust: isManaged ? [] : trustOf(estate, program, role),
  }));
}

/** Names in bicep/main.bicep. */
export const MANAGED_IDENTITIES = { preview: 'id-pulumi-preview', deploy: 'id-pulumi-deploy' } as const;
export const MANAGED_IDENTITY = 'Microsoft.ManagedIdentity/userAssignedIdentities';

/** Name of an application of the pipeline, or of a laptop that deploys: `sandbox deployments`. */
export function deployingApplication(estate: string, role: PipelineRole): string {
  return `${estate} ${{ deploy: 'deployments', preview: 'previews' }[role]}`;
}

/** Trust of an identity in the jobs of the pipeline; none while the estate does not say enough of its forge. */
export function trustOf(estate: Estate, program: PulumiKind, role: PipelineRole): readonly FederatedCredential[] {
  const trust = pipelineTrust(estate);
  const roles = trust?.[program];
  return trust === undefined || roles === undefined ? [] : federatedCredentials(trust.forge, roles)[role];
}
