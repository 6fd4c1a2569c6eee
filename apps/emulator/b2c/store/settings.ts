import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { readJson } from '../../base/state';

/** Values that are drawn once and kept: keys of cookies and tokens. */
export class Settings {
  constructor(private readonly database: DatabaseSync) {}

  /** @throws StateError for a value that the schema does not accept */
  find<T>(name: string, schema: z.ZodType<T>): T | undefined {
    const row = this.database.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    return row && readJson(schema, row, 'value');
  }

  put(name: string, value: unknown): void {
    this.database
      .prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)')
      .run(name, JSON.stringify(value));
  }
}
