import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const FORMAT = 1;

const SCHEMA = `
  CREATE TABLE entries (
    model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires INTEGER NOT NULL, grant_id TEXT, uid TEXT,
    PRIMARY KEY (model, id)
  ) WITHOUT ROWID;
  CREATE INDEX entries_by_grant ON entries (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX entries_by_uid ON entries (uid) WHERE uid IS NOT NULL;
  CREATE INDEX entries_by_expiry ON entries (expires);
  CREATE TABLE users (id TEXT PRIMARY KEY, sign_in_name TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
  CREATE TABLE messages (number INTEGER PRIMARY KEY, record TEXT NOT NULL);
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  PRAGMA user_version = ${FORMAT};
`;

/** The folder is in use, or holds what this version cannot read. */
class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

/**
 * Opens the state: in memory, or the file `b2c.sqlite` in a folder, which one process has for itself. What was answered
 * survives a kill of the process; after a power cut the last moments may be missing.
 *
 * @throws DatabaseError if the folder is in use or of another version
 */
export function openDatabase(folder: string | undefined): DatabaseSync {
  const database = new DatabaseSync(folder === undefined ? ':memory:' : fileIn(folder), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    // The lock is taken by the first write, so one is made.
    database.exec('BEGIN EXCLUSIVE');
    prepare(database, folder);
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw explained(error, folder);
  }
}

function fileIn(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, 'b2c.sqlite');
}

function prepare(database: DatabaseSync, folder: string | undefined): void {
  const format = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (format === 0) database.exec(SCHEMA);
  else if (format !== FORMAT) {
    const given = `${folder ?? ''}: has format ${String(format)}, this version reads ${FORMAT}`;
    throw new DatabaseError(`${given}; use another folder`);
  }
}

function explained(error: unknown, folder = ''): Error {
  if (error instanceof DatabaseError) return error;
  const { message } = error as Error;
  if (message.includes('locked')) return new DatabaseError(`${folder}: is used by an emulator that is running`);
  return new DatabaseError(`${folder}: ${message}; restore the file, or use another folder`, { cause: error });
}
