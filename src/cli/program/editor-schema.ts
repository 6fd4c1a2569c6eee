import { createHash } from 'node:crypto';
import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { type KnownAnswers, NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { diskFolder, listEstates, readIfThere } from '../../estate/load/estate-folder';
import { estateJsonSchemaText, namedThings } from '../../estate/reference/json-schema';
import { SCHEMA_FILE } from '../../estate/source/estate-folder';
import { visible } from '../../estate/source/visible';
import { writeAtomically } from './cli';

/**
 * Writes the schema by which an editor completes the estates of a folder, with what their files name, where it is stale or
 * missing. Making it takes 0.2 s, so what is known of earlier runs is its hash. @throws Error if a link stands in its place, which may lead anywhere
 */
export async function writeSchema(estates: string, known: KnownAnswers = NOTHING_KNOWN): Promise<void> {
  const path = join(estates, SCHEMA_FILE);
  const names = namesIn(estates);
  const question = {
    kind: 'schema',
    about: [JSON.stringify(names)],
    isAnswer: (one: unknown) => typeof one === 'string',
  };
  const written = readIfThere(path);
  if (written !== undefined && known.find(question) === hashOf(written)) return;
  const text = estateJsonSchemaText(names);
  known.keep(question, hashOf(text));
  // Somebody is replacing the folder: the next run writes it.
  if (written === text || !existsSync(estates)) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw new Error(`${path} must be a file, got a link: delete it and run this again`);
  }
  await writeAtomically(path, text);
}

/** The same beside other work, which goes on where the schema can't be written: standard error says so. */
export async function refreshSchema(estates: string, known?: KnownAnswers): Promise<void> {
  try {
    await writeSchema(estates, known);
  } catch (error) {
    process.stderr.write(`The schema for editors was not written: ${visible((error as Error).message)}\n`);
  }
}

/** The schema of the estates of a folder, and its place. */
export function schemaOf(estates: string) {
  const path = join(estates, SCHEMA_FILE);
  const text = estateJsonSchemaText(namesIn(estates));
  return { path, text, isFresh: readIfThere(path) === text };
}

function namesIn(estates: string) {
  return namedThings(listEstates(estates).map((name) => diskFolder(estates, name)));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
