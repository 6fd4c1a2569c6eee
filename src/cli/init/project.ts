import { join } from 'node:path';
import { listEstates } from '../../estate/load/estate-folder';
import { readIfThere } from '../../estate/load/read-if-there';
import { DEFAULT_ESTATES_FOLDER, ESTATE_FILE } from '../../estate/source/estate-folder';
import { checkVersion } from '../../estate/source/versions';
import { formatFinding } from '../../estate/source/finding';
import { locate } from '../../estate/source/source-document';
import { parseYaml } from '../../estate/source/yaml-source';
import { valueAt } from '../../estate/source/zod-issues';
import type { Choices, ProjectEstate } from '../../package/project/choices';
import { projectFile } from '../../package/files';

/** Estates of the working directory, as far as managed files depend on them. @throws Error if one can't be read */
export function estatesHere(): readonly ProjectEstate[] {
  return listEstates(DEFAULT_ESTATES_FOLDER).map((name) => {
    const path = estatePath(name);
    return factsOf(name, path, readIfThere(projectFile(path)) ?? '');
  });
}

/** Path of an estate's file from the working directory. */
export function estatePath(name: string): string {
  return join(DEFAULT_ESTATES_FOLDER, name, ESTATE_FILE).replaceAll('\\', '/');
}

/** An estate whose files are about to be written. An imported or an empty one has nothing in Azure yet. */
export function factsOfChoices({ name, start, customers }: Choices): ProjectEstate {
  const isExample = start === 'example';
  return { name, hasAzure: isExample, hasAwsApplication: isExample, customers: isExample ? customers : 'none' };
}

/** Only what stands in the file counts: whether it is right is for the preview to say. */
function factsOf(name: string, path: string, text: string): ProjectEstate {
  const source = parseYaml(path, text);
  const issue = checkVersion(source.value);
  const [finding] = issue === undefined ? source.syntaxErrors : [locate(issue, source)];
  if (finding !== undefined) throw new Error(`Fix the estate first: ${formatFinding(finding)}`);
  const has = (...at: readonly string[]): boolean => valueAt(source.value, at) !== undefined;
  const isExternal = valueAt(source.value, ['customers', 'directoryType']) === 'external-id';
  return {
    name,
    hasAzure: has('azure'),
    hasAwsApplication: has('workforce', 'awsApplication'),
    customers: has('customers') ? (isExternal ? 'external-id' : 'b2c') : 'none',
  };
}
