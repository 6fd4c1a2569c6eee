import type { EstateFiles } from '../../bench/large-estate';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE } from '../../model/estate-folder';
import type { EstatePlan } from '../../model/estate-plan';
import type { OrganizationFile } from '../../model/organization-file';
import { createAwsSource } from '../../snapshot/aws-source';
import { readSnapshot } from '../../snapshot/read-snapshot';
import { serializeOrganization } from '../../snapshot/serialize';
import { planFiles, sandboxFiles } from '../support/sandbox';

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
  const source = createAwsSource({ region, concurrency: 5, onProgress: () => undefined });
  const snapshotOnDisk = await readSnapshot(source);
  const sandbox = sandboxFiles();
  const estate = (sandbox[ESTATE_FILE] ?? '').replace('state: reportOnly', 'state: enabled');
  const read = { ...sandbox, [ESTATE_FILE]: estate, [ORGANIZATION_FILE]: serializeOrganization(snapshotOnDisk) };
  const files = { ...read, [PLACEMENT_FILE]: planFiles(read).access?.placement.text ?? '' };
  return { files, plan: planFiles(files), snapshotOnDisk };
}
