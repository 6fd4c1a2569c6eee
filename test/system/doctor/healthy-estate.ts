import type { EstateFiles } from '../../support/large-estate';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { OrganizationFile } from '../../../src/estate/source/organization';
import { createIdentityCenterClients } from '../../../src/clouds/aws/aws-clients';
import { readSnapshot } from '../../../src/clouds/aws/organization/read-snapshot';
import { serializeOrganization } from '../../../src/clouds/aws/organization/compare-snapshot';
import { edited, keepPoliciesElsewhere, planFiles, sandboxFiles } from '../../support/sandbox';

export interface HealthyEstate {
  readonly files: EstateFiles;
  readonly plan: EstatePlan;
  readonly snapshotOnDisk: OrganizationFile;
}

/**
 * The sandbox with the snapshot of what AWS's stand-in has, which the environment names. Its second factor is asked for, not
 * only reported.
 */
export async function healthyEstate(region: string): Promise<HealthyEstate> {
  const source = createIdentityCenterClients({ region, concurrency: 5, onProgress: () => undefined });
  const snapshotOnDisk = await readSnapshot(source);
  // Stack sets are another test's matter: here somebody else keeps the policies.
  const enabled = (sandboxFiles()[ESTATE_FILE] ?? '').replace('state: reportOnly', 'state: enabled');
  const sandbox = edited({ ...sandboxFiles(), [ESTATE_FILE]: enabled }, ({ access }) => {
    keepPoliciesElsewhere(access);
  });
  const read = { ...sandbox, [ORGANIZATION_FILE]: serializeOrganization(snapshotOnDisk) };
  const files = { ...read, [PLACEMENT_FILE]: planFiles(read).access?.placement.text ?? '' };
  return { files, plan: planFiles(files), snapshotOnDisk };
}
