import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { inTransaction, openState, readJson, StateError } from '../../base/state';
import type { JsonObject } from '../json';

/** An object of the directory. Properties whose names start with `_` are the emulator's own and are never answered. */
export interface Entity extends JsonObject {
  readonly id: string;
}

const COLLECTIONS = [
  'applicationTemplates',
  'applications',
  'servicePrincipals',
  'groups',
  'users',
  'claimsMappingPolicies',
  'oauth2PermissionGrants',
  'appRoleAssignments',
  'conditionalAccessPolicies',
  'userFlows',
  'userFlowAttributes',
  'eventsFlows',
  'identityProviders',
  'apiConnectors',
  'customExtensions',
  'eventListeners',
  'synchronizationJobs',
  'synchronizationSecrets',
  'provisioningEvents',
  'directoryAudits',
  'deletedItems',
  'links',
] as const;

export type Collection = (typeof COLLECTIONS)[number];

/** An object that came, changed or went: `before` is undefined where it is new, `after` where it is gone. */
export interface ObjectChange {
  readonly collection: Collection;
  readonly id: string;
  readonly before: Entity | undefined;
  readonly after: Entity | undefined;
}

/** Collections whose changes readers are not kept waiting for. */
const AT_ONCE: ReadonlySet<Collection> = new Set(['deletedItems']);

export type State = Readonly<Partial<Record<Collection, readonly Entity[]>>>;

/**
 * All objects of one directory, in memory. A request changes it in a transaction: either all of its changes are in the
 * journal and in memory, or none is.
 */
export class Store {
  private readonly collections = new Map<Collection, Map<string, Entity>>();
  /** Applications and service principals by `collection/appId`: every view of the one looks for the other. */
  private readonly byAppId = new Map<string, Entity>();
  private changes: ObjectChange[] = [];
  private listener: ((change: ObjectChange) => void) | undefined;

  constructor(
    state: State = {},
    /** The place of changes before they are answered, so that they survive the process. */
    private readonly journal?: Records,
  ) {
    for (const name of COLLECTIONS) {
      this.collections.set(name, new Map());
      for (const entity of state[name] ?? []) this.set(name, entity);
    }
  }

  /** Names who is told of each change. Not called for what was loaded. */
  onChange(listener: (change: ObjectChange) => void): void {
    this.listener = listener;
  }

  find(collection: Collection, id: string): Entity | undefined {
    return this.entities(collection).get(id);
  }

  findByAppId(collection: 'applications' | 'servicePrincipals', appId: string): Entity | undefined {
    return this.byAppId.get(`${collection}/${appId}`);
  }

  list(collection: Collection): Iterable<Entity> {
    return this.entities(collection).values();
  }

  put(collection: Collection, entity: Entity): void {
    const { id } = entity;
    this.apply({ collection, id, before: this.find(collection, id), after: entity });
  }

  remove(collection: Collection, id: string): void {
    const before = this.find(collection, id);
    if (before !== undefined) this.apply({ collection, id, before, after: undefined });
  }

  /** Runs `work`; if it throws, or its changes cannot be written down, everything is as it was. */
  transaction<T>(work: () => T): T {
    try {
      const result = work();
      if (this.changes.length > 0) this.journal?.write(this.changes);
      return result;
    } catch (error) {
      for (const { before, after, ...change } of this.changes.toReversed())
        this.show({ ...change, before: after, after: before });
      throw error;
    } finally {
      this.changes = [];
    }
  }

  state(): State {
    return Object.fromEntries(COLLECTIONS.map((name) => [name, [...this.entities(name).values()]]));
  }

  close(): void {
    this.journal?.close();
  }

  private apply(change: ObjectChange): void {
    this.show(change);
    this.changes.push(change);
    if (!AT_ONCE.has(change.collection)) this.listener?.(change);
  }

  private show({ collection, before, after }: ObjectChange): void {
    if (after !== undefined) this.set(collection, after);
    else if (before !== undefined) this.unset(collection, before);
  }

  private set(collection: Collection, entity: Entity): void {
    this.entities(collection).set(entity.id, entity);
    if (typeof entity['appId'] === 'string') this.byAppId.set(`${collection}/${entity['appId']}`, entity);
  }

  private unset(collection: Collection, entity: Entity): void {
    this.entities(collection).delete(entity.id);
    if (typeof entity['appId'] === 'string') this.byAppId.delete(`${collection}/${entity['appId']}`);
  }

  private entities(collection: Collection): Map<string, Entity> {
    const entities = this.collections.get(collection);
    if (entities === undefined) throw new Error(`unknown collection '${collection}'`);
    return entities;
  }
}

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
  write(changes: readonly ObjectChange[]): void {
    inTransaction(this.database, () => {
      for (const { collection, id, after } of changes) {
        if (after === undefined) this.statements.remove.run(collection, id);
        else this.statements.put.run(collection, id, JSON.stringify(after));
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
