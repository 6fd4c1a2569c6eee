import type { DatabaseSync } from 'node:sqlite';

/** Values that are drawn once and kept: keys of cookies and tokens. */
export class Settings {
  constructor(private readonly database: DatabaseSync) {}

  find(name: string): unknown {
    const row = this.database.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    return row === undefined ? undefined : JSON.parse(String(row['value']));
  }

  put(name: string, value: unknown): void {
    this.database
      .prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)')
      .run(name, JSON.stringify(value));
  }
}
