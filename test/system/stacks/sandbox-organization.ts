import { ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { OrganizationFile } from '../../../src/estate/source/organization';
import { buildOuTree } from '../../../src/estate/source/ou-tree';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { sandboxFiles } from '../../support/sandbox';
import type { OrganizationSpec } from '../../support/seed-organization';
import { seedOrganization } from '../../support/seed-organization';
import { principalId } from '../../support/ids';

export const organization = OrganizationFile.parse(JSON.parse(sandboxFiles()[ORGANIZATION_FILE] ?? ''));
export const ANALYSTS = { displayName: 'Data Analysts', id: principalId('c2a55444-7071-70a0-1c4f-5b9d3f0a4444') };

/**
 * Specification that makes moto's organization the one of the snapshot, with the group that is not in the snapshot yet.
 */
function organizationSpec(): OrganizationSpec {
  const { byId } = buildOuTree(organization.organization.rootId, organization.organizationalUnits);
  const { managementAccountId } = organization.organization;
  const [management] = organization.accounts.filter(({ id }) => id === managementAccountId);
  return {
    ...(management && { management: { name: management.name, email: management.email } }),
    accounts: organization.accounts
      .filter(({ id }) => id !== managementAccountId)
      .map(({ id, name, email, state, tags, parentId }) => ({
        ...{ id, name, email, tags, suspended: state === 'SUSPENDED' },
        ou: (byId.get(parentId)?.path ?? '').slice(1),
      })),
    groups: [...organization.groups, ANALYSTS],
    delegatedAdministrator: 'security-tooling',
  };
}

/** Lists `<group> has <set> in <account>`, sorted. */
export function has(group: string, set: string, accounts: string): readonly string[] {
  return accounts.split(' ').map((account) => `${group} has ${set} in ${account}`);
}

export const SECURITY = 'log-archive security-tooling';
export const SHARED = 'shared-network shared-services';
const CLAIMS = 'claims-prod claims-archive';
export const BELOW_PRODUCTION = 'claims-stage analytics-stage claims-dev claims-test';
export const WORKLOADS = `${CLAIMS} portal-prod ${BELOW_PRODUCTION}`;

export const FIRST_ASSIGNMENTS = [
  ...has('Network Operators', 'NetworkOperator', `${SECURITY} ${SHARED} ${WORKLOADS}`),
  ...has('Security Admins', 'SecurityAdmin', `${SECURITY} ${WORKLOADS}`),
  ...has('Security Auditors', 'SecurityAudit', `insurance-management ${SECURITY} ${SHARED} ${WORKLOADS} playground`),
  ...has('Security Auditors', 'BillingReader', 'insurance-management'),
  ...has('Systems Operators', 'SystemsOperator', `${SHARED} portal-prod ${BELOW_PRODUCTION}`),
  ...has('Claims Developers', 'Developer', BELOW_PRODUCTION),
].toSorted();

/** Starts a server that holds the organization of the sandbox, and refuses accounts and groups that are not in it. */
export async function startSandboxOrganization(options: { delegatedAdministrator?: string } = {}): Promise<Moto> {
  const { instanceArn, identityStoreId, region } = organization.identityCenter;
  const moto = await startMoto({
    ...options,
    region,
    accountId: organization.organization.managementAccountId,
    identityCenter: { instanceArn, identityStoreId },
    strictReferences: true,
  });
  try {
    await seedOrganization(moto, organizationSpec());
  } catch (error) {
    await moto.stop();
    throw error;
  }
  return moto;
}
