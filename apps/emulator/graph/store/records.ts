import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { inTransaction, openState, readJson, StateError } from '../../base/state';
import type { Change, Entity, State } from './store';
import { COLLECTIONS } from './store';

const FILE = {
  name: 'graph.sqlite',
  format: 1,
  schema: `CREATE TABLE entities (
    number INTEGER PRIMARY KEY, collection TEXT NOT NULL, id TEXT NOT NULL, entity TEXT NOT NULL, UNIQUE (collection, id)
  )`,
};

const EntityRecord = z.object({ id: z.string() }).catchall(z.json());

/** The directory in a folder, in the order in which its objects came. */
export class Records {
  /** The objects that were there when the folder was opened. */
  readonly state: State;
  private readonly database: DatabaseSync;
  private readonly statements: Readonly<Record<'put' | 'remove', StatementSync>>;

  /** @throws StateError if the folder is in use, of another version, or holds what this version does not write */
  constructor(folder: string) {
    refuseJournal(folder);
    this.database = openState(folder, FILE);
    this.statements = {
      put: this.database.prepare(
        'INSERT INTO entities (collection, id, entity) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET entity = excluded.entity',
      ),
      remove: this.database.prepare('DELETE FROM entities WHERE collection = ? AND id = ?'),
    };
    try {
      this.state = readState(this.database);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Writes all of the changes, or none. */
  write(changes: readonly Change[]): void {
    inTransaction(this.database, () => {
      for (const [kind, collection, given] of changes) {
        if (kind === 'put') this.statements.put.run(collection, given.id, JSON.stringify(given));
        else this.statements.remove.run(collection, given);
      }
    });
  }

  close(): void {
    this.database.close();
  }
}

function readState(database: DatabaseSync): State {
  const list = database.prepare('SELECT entity FROM entities WHERE collection = ? ORDER BY number');
  const entities = (name: string): readonly Entity[] =>
    list.all(name).map((row) => readJson(EntityRecord, row, 'entity'));
  const stored = database.prepare('SELECT DISTINCT collection FROM entities').all();
  const unknown = stored.find(({ collection }) => !COLLECTIONS.some((name) => name === collection));
  if (unknown !== undefined) {
    const problem = `unknown collection '${String(unknown['collection'])}'`;
    throw new StateError(`${FILE.name} in the data folder: ${problem}; restore the folder, or use another`);
  }
  return Object.fromEntries(COLLECTIONS.map((name) => [name, entities(name)]));
}

/** Earlier releases kept a snapshot and a journal. */
function refuseJournal(folder: string): void {
  if (!existsSync(join(folder, 'state.json'))) return;
  throw new StateError(
    `${folder}: was written by an earlier release (state.json), which this one does not read; ` +
      'use another folder and deploy to it with pulumi up --refresh',
  );
}
