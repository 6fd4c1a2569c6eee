import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listEstates } from '../../../src/estate/load/estate-folder';
import { REPOSITORY } from '../repository';
import { Accepted, breaksOf, unaccepted } from './breaks';
import { DeployedRecord, recordOf, recordText } from './record';

/** Estates as teams have them, with what an older version would have deployed. */
export const CORPUS = join(REPOSITORY, 'test/estates/corpus');

const RECORD_FILE = 'deployed.json';

export function corpusEstates(): readonly string[] {
  return listEstates(CORPUS);
}

/** Tells whether there is a record of an estate. */
export function hasRecord(name: string): boolean {
  return readdirSync(join(CORPUS, name)).includes(RECORD_FILE);
}

/** Breaks of an estate that are not accepted, and what is accepted for nothing. */
export async function examine(name: string): Promise<ReturnType<typeof unaccepted>> {
  const before = DeployedRecord.parse(JSON.parse(readFileSync(join(CORPUS, name, RECORD_FILE), 'utf8')));
  const accepted = Accepted.parse(JSON.parse(readFileSync(join(CORPUS, 'accepted.json'), 'utf8')));
  return unaccepted(name, breaksOf(before, await recordOf(CORPUS, name)), accepted);
}

/** Records what this version would deploy of an estate. */
export async function write(name: string): Promise<void> {
  writeFileSync(join(CORPUS, name, RECORD_FILE), recordText(await recordOf(CORPUS, name)));
}
