import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskFolder, listEstates, readIfThere } from '../../estate/load/estate-folder';
import { namedThings, schemaWithNames } from '../../estate/reference/named-things';
import { SCHEMA_FILE } from '../../estate/source/estate-folder';
import { visible } from '../../estate/source/visible';
import { packageFile } from '../../package/contents/files';
import { writeAtomically } from './cli';

/**
 * Writes the schema by which an editor completes the estates of a folder, with what their files name, where it is stale or
 * missing. @throws Error if a link stands in its place, which may lead anywhere
 */
export async function writeSchema(estates: string): Promise<void> {
  const { path, text, isFresh } = schemaOf(estates);
  // Somebody is replacing the folder: the next run writes it.
  if (isFresh || !existsSync(estates)) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw new Error(`${path} must be a file, got a link: delete it and run this again`);
  }
  await writeAtomically(path, text);
}

/** The same beside other work, which goes on where the schema can't be written: standard error says so. */
export async function refreshSchema(estates: string): Promise<void> {
  try {
    await writeSchema(estates);
  } catch (error) {
    process.stderr.write(`The schema for editors was not written: ${visible((error as Error).message)}\n`);
  }
}

/** The schema of the estates of a folder, and its place. */
export function schemaOf(estates: string) {
  const path = join(estates, SCHEMA_FILE);
  const names = namedThings(listEstates(estates).map((name) => diskFolder(estates, name)));
  const text = schemaWithNames(readFileSync(packageFile('docs', SCHEMA_FILE), 'utf8'), names);
  return { path, text, isFresh: readIfThere(path) === text };
}
