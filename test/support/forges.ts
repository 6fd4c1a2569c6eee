import { changed } from './entra-estate';

/** Ids of an organization of Azure DevOps and of its service connections. */
export const ORGANIZATION_ID = '0c11a3f2-5b0e-4d26-9a77-3f2f5f1f7a01';

const CONNECTIONS = `
  serviceConnections:
    aws:
      preview: { name: aws-preview, id: 11111111-0000-4000-8000-000000000001 }
      publish: { name: aws-publish, id: 11111111-0000-4000-8000-000000000007 }
      deploy: { name: aws-deploy, id: 11111111-0000-4000-8000-000000000002 }
    workforce:
      preview: { name: entra-preview, id: 11111111-0000-4000-8000-000000000003 }
      deploy: { name: entra-deploy, id: 11111111-0000-4000-8000-000000000004 }
    customers:
      preview: { name: customers-preview, id: 11111111-0000-4000-8000-000000000005 }
      deploy: { name: customers-deploy, id: 11111111-0000-4000-8000-000000000006 }
`;

/** The section `pipeline` of an estate whose `azure` section says the repository. */
export const GITLAB = 'pipeline:\n  forge: gitlab\n';
export const AZURE_DEVOPS = `pipeline:\n  forge: azure-devops\n  organizationId: ${ORGANIZATION_ID}${CONNECTIONS}`;

/** A section for Azure with another repository. */
export function atRepository(azure: string, repository: string): string {
  return changed(azure, 'repository: example/identity', `repository: ${repository}`);
}
