import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Adapter } from 'oidc-provider';
import { z } from 'zod';
import { readJson } from '../../base/state';

/** Writes between two sweeps of what has expired. */
const SWEEP_EVERY = 500;

/** Entries of the library, whose members are its own business. */
const Payload = z.record(z.string(), z.unknown());

/** The place of an entry. */
interface EntryKey {
  readonly model: string;
  readonly id: string;
}

type Statement = 'put' | 'get' | 'byUid' | 'consume' | 'remove' | 'byGrant' | 'sweep';

/** Sessions, grants, codes, tokens and journeys: JSON that expires. */
export class Entries {
  private writes = 0;
  private readonly statements: Readonly<Record<Statement, StatementSync>>;

  constructor(database: DatabaseSync) {
    const columns = '(model, id, payload, expires, grant_id, uid)';
    this.statements = {
      put: database.prepare(`INSERT OR REPLACE INTO entries ${columns} VALUES (?, ?, ?, ?, ?, ?)`),
      get: database.prepare('SELECT payload FROM entries WHERE model = ? AND id = ? AND expires > ?'),
      byUid: database.prepare('SELECT payload FROM entries WHERE uid = ? AND model = ? AND expires > ?'),
      remove: database.prepare('DELETE FROM entries WHERE model = ? AND id = ?'),
      consume: database.prepare(
        "UPDATE entries SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?",
      ),
      byGrant: database.prepare('DELETE FROM entries WHERE grant_id = ? AND model = ?'),
      sweep: database.prepare('DELETE FROM entries WHERE expires <= ?'),
    };
  }

  /** @param seconds until it expires */
  put({ model, id }: EntryKey, payload: object, seconds: number): void {
    const { grantId = null, uid = null } = payload as { grantId?: string; uid?: string };
    const session = model === 'Session' ? uid : null;
    this.statements.put.run(model, id, JSON.stringify(payload), epoch() + seconds, grantId, session);
    this.writes += 1;
    if (this.writes % SWEEP_EVERY === 0) this.statements.sweep.run(epoch());
  }

  /** @throws StateError for an entry that the schema does not accept */
  find<T>({ model, id }: EntryKey, schema: z.ZodType<T>): T | undefined {
    const row = this.statements.get.get(model, id, epoch());
    return row && readJson(schema, row, 'payload');
  }

  /** The library's memory of one model. */
  adapter(model: string): Adapter {
    const { statements } = this;
    const run = (statement: StatementSync, ...values: readonly (string | number)[]): Promise<void> => {
      statement.run(...values);
      return Promise.resolve();
    };
    return {
      upsert: (id, payload, seconds = 0) => {
        this.put({ model, id }, payload, seconds);
        return Promise.resolve();
      },
      find: (id) => Promise.resolve(this.find({ model, id }, Payload)),
      findByUid: (uid) => {
        const row = statements.byUid.get(uid, model, epoch());
        return Promise.resolve(row && readJson(Payload, row, 'payload'));
      },
      // For devices without a browser, which user flows do not have.
      findByUserCode: () => Promise.resolve(undefined),
      consume: (id) => run(statements.consume, epoch(), model, id),
      destroy: (id) => run(statements.remove, model, id),
      revokeByGrantId: (grantId) => run(statements.byGrant, grantId, model),
    };
  }
}

/** The library's clock. */
function epoch(): number {
  return Math.floor(Date.now() / 1000);
}
