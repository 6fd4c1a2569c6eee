/** Users, messages, sessions, tokens and keys. */
export const STATE_FILE = {
  name: 'b2c.sqlite',
  format: 1,
  schema: `
    CREATE TABLE entries (
      model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires INTEGER NOT NULL, grant_id TEXT, uid TEXT,
      PRIMARY KEY (model, id)
    ) WITHOUT ROWID;
    CREATE INDEX entries_by_grant ON entries (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX entries_by_uid ON entries (uid) WHERE uid IS NOT NULL;
    CREATE INDEX entries_by_expiry ON entries (expires);
    CREATE TABLE users (id TEXT PRIMARY KEY, sign_in_name TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
    CREATE TABLE messages (number INTEGER PRIMARY KEY, record TEXT NOT NULL);
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
};
