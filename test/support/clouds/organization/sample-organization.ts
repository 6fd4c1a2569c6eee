import type { OrganizationFile } from '../../../../src/estate/source/organization';
import { accountId, principalId } from '../../ids';

export const ROOT = 'r-root';
export const WORKLOADS = 'ou-root-workload';
export const PROD = 'ou-root-prod0000';
export const SANDBOX = 'ou-root-sandbox0';
export const INSTANCE = 'arn:aws:sso:::instance/ssoins-1234567890abcdef';

/** Three OUs, four accounts and two groups. */
export const SAMPLE: OrganizationFile = {
  version: 1,
  organization: { id: 'o-exampleorg', rootId: ROOT, managementAccountId: accountId('100000000001') },
  identityCenter: {
    instanceArn: INSTANCE,
    identityStoreId: 'd-1234567890',
    region: 'eu-central-1',
    delegatedAdministrator: accountId('100000000002'),
  },
  organizationalUnits: [
    { id: PROD, name: 'Prod', parentId: WORKLOADS },
    { id: SANDBOX, name: 'Sandbox', parentId: ROOT },
    { id: WORKLOADS, name: 'Workloads', parentId: ROOT },
  ],
  accounts: [
    account('100000000001', { name: 'management', parentId: ROOT }),
    account('100000000002', { name: 'identity', parentId: WORKLOADS }),
    account('100000000003', { name: 'shop', parentId: PROD, tags: { env: 'prod', team: 'shop' } }),
    account('100000000004', { name: 'old', parentId: SANDBOX, state: 'CLOSED' }),
  ],
  groups: [
    { id: principalId('11111111-1111-4111-8111-111111111111'), displayName: 'aws-admins' },
    { id: principalId('22222222-2222-4222-8222-222222222222'), displayName: 'aws-readers' },
  ],
};

type AccountEntry = OrganizationFile['accounts'][number];

function account(id: string, rest: Pick<AccountEntry, 'name' | 'parentId'> & Partial<AccountEntry>): AccountEntry {
  return { id: accountId(id), email: `${rest.name}@example.com`, state: 'ACTIVE', tags: {}, ...rest };
}

/** The sample with one account altered. */
export function withAccount(id: string, changes: Partial<AccountEntry>): OrganizationFile {
  return { ...SAMPLE, accounts: SAMPLE.accounts.map((entry) => (entry.id === id ? { ...entry, ...changes } : entry)) };
}

/** The sample with one OU altered. */
export function withUnit(
  id: string,
  changes: Partial<OrganizationFile['organizationalUnits'][number]>,
): OrganizationFile {
  const organizationalUnits = SAMPLE.organizationalUnits.map((unit) =>
    unit.id === id ? { ...unit, ...changes } : unit,
  );
  return { ...SAMPLE, organizationalUnits };
}
