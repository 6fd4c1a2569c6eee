import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { readIfThere } from '../../estate/load/read-if-there';
import { planEstate } from '../../estate/plan/estate-plan';
import { previewEnvironment } from '../../estate/sections/azure/azure';
import type { Estate } from '../../estate/sections/estate';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { projectFile } from '../../package/files';
import { CODE_OWNERS, ownersIn, type PipelineOptions } from '../../package/project/pipeline';

/** Choices of `init`, which a repository that is there already has made. */
type Chosen = Partial<Pick<PipelineOptions, 'forge' | 'owners'>>;

/**
 * Facts that the pipeline of this folder's repository is made of: its estates, and the owners that its CODEOWNERS names.
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
    workflows: settings.flatMap(({ workflows }) => workflows ?? [])[0],
  };
}

function estateOf({ name, azure, pipeline }: Estate): PipelineOptions['estates'][number] {
  const { aws, workforce, customers } = pipeline?.serviceConnections ?? {};
  const names = (two: typeof aws) => two && { preview: two.preview.name, deploy: two.deploy.name };
  return {
    name,
    deployEnvironment: (azure ?? pipeline)?.environments?.[0],
    previewEnvironment: azure && previewEnvironment(azure),
    connections: { aws: names(aws), workforce: names(workforce), customers: names(customers) },
  };
}
