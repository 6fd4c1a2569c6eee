import { join } from 'node:path';
import { diskFolder } from '../estate/load/estate-folder';
import { readIfThere } from '../estate/load/read-if-there';
import { estateJsonSchemaText } from '../estate/reference/json-schema';
import { namedThings } from '../estate/reference/named-things';
import type * as commands from './commands/estate';
import { EXIT, writeAtomically } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';

/** Name of an estate's own schema, beside its `estate.yaml`. */
export const SCHEMA_FILE = 'estate.schema.json';

export async function run(options: OptionsOf<typeof commands.schema>): Promise<number> {
  const { name, folder } = chooseEstate(options);
  const path = join(folder, SCHEMA_FILE);
  const text = schemaText(options.estates, name);
  const isFresh = readIfThere(path) === text;
  if (options.check && !isFresh) {
    process.stdout.write(`${path} is stale; run entra-aws schema --estate ${name} to update it\n`);
    return EXIT.failed;
  }
  if (!isFresh) await writeAtomically(path, text);
  process.stdout.write(`${path} ${isFresh ? 'is up to date' : 'written'}\n`);
  return EXIT.ok;
}

/** The text of an estate's own schema, with what its files name. */
export function schemaText(estates: string, name: string): string {
  return estateJsonSchemaText(namedThings(diskFolder(estates, name)));
}
