/** Sections `pipeline` of an estate of AWS alone, by forge. */
import type { Forge } from '../../../src/estate/sections/pipeline/forge';
import { ORGANIZATION_ID } from '../forges';
import { REPOSITORY_NAMES } from './team';

const CONNECTIONS = `  serviceConnections:
    aws:
      preview: { name: aws-preview, id: 11111111-0000-4000-8000-000000000001 }
      deploy: { name: aws-deploy, id: 11111111-0000-4000-8000-000000000002 }
`;

/** A grant's accounts, and where a test puts another one. */
export const ACCOUNTS = '[{ name: claims-dev }, { name: claims-test }]';

/** An estate of AWS alone: one group with one permission set in two accounts. */
export function smallEstate(forge: Forge): string {
  return `apiVersion: entra-aws-identity/v1
access:
  deployFrom: management
  attributes:
    - { key: CostCenter, source: '\${path:enterprise.costCenter}' }
  permissionSets:
    - name: SecurityAudit
      description: Read configuration and logs.
      sessionDuration: PT8H
      managedPolicies: [SecurityAudit]
  grants:
    - group: Security Auditors
      permissionSets: [SecurityAudit]
      accounts: { include: ${ACCOUNTS} }
pipeline:
  forge: ${forge}
  repository: ${REPOSITORY_NAMES[forge]}
  environments: [acme]
${forge === 'azure-devops' ? `  organizationId: ${ORGANIZATION_ID}\n${CONNECTIONS}` : ''}`;
}
