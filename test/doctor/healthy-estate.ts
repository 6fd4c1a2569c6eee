import type { EstateFiles } from '../../bench/large-estate';
import { ORGANIZATION_FILE, PLACEMENT_FILE } from '../../model/estate-folder';
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

/** The sandbox with the snapshot of what AWS's stand-in has, which the environment names. */
export async function healthyEstate(region: string): Promise<HealthyEstate> {
  const source = createAwsSource({ region, concurrency: 5, onProgress: () => undefined });
  const snapshotOnDisk = await readSnapshot(source);
  const read = { ...sandboxFiles(), [ORGANIZATION_FILE]: serializeOrganization(snapshotOnDisk) };
  const files = { ...read, [PLACEMENT_FILE]: planFiles(read).access?.placement.text ?? '' };
  return { files, plan: planFiles(files), snapshotOnDisk };
}
