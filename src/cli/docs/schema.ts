import { existsSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diskFolder, readIfThere } from '../../estate/load/estate-folder';
import { estateJsonSchemaText, namedThings } from '../../estate/reference/json-schema';
import type * as commands from './options';
import { EXIT, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { chooseEstate } from '../program/chosen-estate';

/** Name of an estate's own schema, beside its `estate.yaml`. */
export const SCHEMA_FILE = 'estate.schema.json';

export async function run(options: OptionsOf<typeof commands.schema>): Promise<number> {
  const { name } = chooseEstate(options);
  const schema = schemaOf(options.estates, name);
  if (options.check && !schema.isFresh) {
    process.stdout.write(`${schema.path} is stale; run npx --no entra-aws docs schema --estate ${name} to update it\n`);
    return EXIT.failed;
  }
  await writeSchema(options.estates, name);
  process.stdout.write(`${schema.path} ${schema.isFresh ? 'is up to date' : 'written'}\n`);
  return EXIT.ok;
}

/** Writes an estate's own schema where it is stale. @throws Error if a link stands in its place, which may lead anywhere */
export async function writeSchema(estates: string, name: string): Promise<void> {
  const { path, text, isFresh } = schemaOf(estates, name);
  // Somebody is replacing the folder: the next save tells of it.
  if (isFresh || !existsSync(dirname(path))) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw new Error(`${path} must be a file, got a link: delete it and run this again`);
  }
  await writeAtomically(path, text);
}

/** The text of an estate's own schema, with what its files name, and its place. */
function schemaOf(estates: string, name: string) {
  const path = join(estates, name, SCHEMA_FILE);
  const text = estateJsonSchemaText(namedThings(diskFolder(estates, name)));
  return { path, text, isFresh: readIfThere(path) === text };
}
