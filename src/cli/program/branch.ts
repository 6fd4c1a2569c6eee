import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { DEPLOYED_BRANCH } from '../../estate/sections/pipeline/pipeline';
import { Branch } from '../../estate/sections/pipeline/limits';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import { parseYaml } from '../../estate/source/yaml-source';
import { valueAt } from '../../text/path';

/**
 * The branch that the estates of a folder are deployed from: one pipeline deploys all of them, so the first that names one
 * speaks for the others. An estate with errors counts as well.
 */
export function deployedBranchOf(estates: string): Branch {
  for (const name of listEstates(estates)) {
    const read = diskFolder(estates, name).read(ESTATE_FILE);
    const value = read.kind === 'text' ? parseYaml(ESTATE_FILE, read.text).value : undefined;
    const { data } = Branch.safeParse(valueAt(value, ['pipeline', 'branch']));
    if (data !== undefined) return data;
  }
  return Branch.parse(DEPLOYED_BRANCH);
}
