import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { readIfThere } from '../../estate/load/read-if-there';
import { planEstate } from '../../estate/plan/estate-plan';
import { previewEnvironment } from '../../estate/sections/azure/azure';
import type { Estate } from '../../estate/sections/estate';
import { gitHubTrust } from '../../estate/sections/pipeline/pipeline';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { projectFile } from '../../package/files';
import { CODE_OWNERS, ownersIn, type PipelineOptions } from '../../package/project/pipeline';

/** Choices of `init`, which a repository that is there already has made. */
type Chosen = Partial<Pick<PipelineOptions, 'forge' | 'owners'>>;

/**
 * What the pipeline of this folder's repository is made of: its estates, and the owners that its CODEOWNERS names.
 *
 * @param added estates that are written now
 */
export function pipelineOptions(added: readonly string[] = [], chosen: Chosen = {}): PipelineOptions {
  const existing = listEstates(DEFAULT_ESTATES_FOLDER).map(
    (name) => planEstate(diskFolder(DEFAULT_ESTATES_FOLDER, name)).estate,
  );
  const settings = existing.flatMap(({ pipeline }) => pipeline ?? []);
  const forge = chosen.forge ?? settings[0]?.forge ?? 'github';
  const estates = [...existing.map(estateOf), ...added.map((name) => ({ name }))];
  return {
    forge,
    estates: estates.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    owners: chosen.owners ?? ownersIn(readIfThere(projectFile(CODE_OWNERS[forge] ?? ''))),
    workflows: settings.find(({ workflows }) => workflows !== undefined)?.workflows,
  };
}

function estateOf(estate: Estate): PipelineOptions['estates'][number] {
  return {
    name: estate.name,
    deployEnvironment: gitHubTrust(estate)?.environments[0],
    previewEnvironment: estate.azure && previewEnvironment(estate.azure),
  };
}
