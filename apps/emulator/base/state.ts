import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** The tables of an emulator. */
export interface StateFile {
  /** `graph.sqlite` */
  readonly name: string;
  /** Number of the version that `schema` makes. */
  readonly format: number;
  readonly schema: string;
}

/** The folder is in use, or holds what this version cannot read. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/**
 * Opens the state: in memory, or a file in a folder, which one process has for itself. What was answered survives a kill of
 * the process; after a power cut the last moments may be missing.
 *
 * @throws StateError if the folder is in use or of another version
 */
export function openState(folder: string | undefined, file: StateFile): DatabaseSync {
  const database = new DatabaseSync(folder === undefined ? ':memory:' : pathIn(folder, file), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    // The lock is taken by the first write, so one is made.
    inTransaction(database, () => {
      prepare(database, folder, file);
    });
    return database;
  } catch (error) {
    database.close();
    throw explained(error, folder);
  }
}

/** Runs `work`; if it throws, the tables are as they were. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN EXCLUSIVE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** The JSON in a column of a row. @throws StateError where it is not what this version writes */
export function readJson<T>(schema: z.ZodType<T>, row: Readonly<Record<string, unknown>>, column: string): T {
  const parsed = schema.safeParse(parse(String(row[column])));
  if (parsed.success) return parsed.data;
  throw new StateError(
    `${column} in the data folder: ${z.prettifyError(parsed.error)}; restore the folder, or use another`,
  );
}

/** Undefined for what is not JSON: no schema accepts that. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The file, for its owner alone. */
function pathIn(folder: string, { name }: StateFile): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  closeSync(openSync(path, 'a', 0o600));
  return path;
}

function prepare(database: DatabaseSync, folder = '', { format, schema }: StateFile): void {
  const given = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (given === 0) database.exec(`${schema}; PRAGMA user_version = ${format};`);
  else if (given !== format) {
    throw new StateError(
      `${folder}: has format ${String(given)}, but this version reads ${format}; use another folder`,
    );
  }
}

function explained(error: unknown, folder = ''): Error {
  if (error instanceof StateError) return error;
  const { message } = error as Error;
  if (message.includes('locked'))
    return new StateError(`${folder}: is in use by another emulator; stop it, or use another folder`);
  return new StateError(`${folder}: ${message}; restore the file, or use another folder`, { cause: error });
}
