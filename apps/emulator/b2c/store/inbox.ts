import type { DatabaseSync } from 'node:sqlite';

/** How a code reaches a person. */
export type Channel = 'email' | 'sms';

/** A message that the service would have sent. */
export interface Message {
  readonly channel: Channel;
  /** E-mail address or telephone number. */
  readonly to: string;
  readonly code: string;
  /** What the code is for: `Sign up`. */
  readonly purpose: string;
  /** ISO 8601. */
  readonly sentAt: string;
}

/** Older messages are thrown away. */
const KEPT = 50;

/** E-mails and text messages that never leave this machine. */
export class Inbox {
  constructor(private readonly database: DatabaseSync) {}

  add(message: Message): void {
    const { lastInsertRowid } = this.database
      .prepare('INSERT INTO messages (record) VALUES (?)')
      .run(JSON.stringify(message));
    this.database.prepare('DELETE FROM messages WHERE number <= ?').run(Number(lastInsertRowid) - KEPT);
  }

  /** The newest first. */
  list(): readonly Message[] {
    const rows = this.database.prepare('SELECT record FROM messages ORDER BY number DESC').all();
    return rows.map((row) => JSON.parse(String(row['record'])) as Message);
  }

  /** The newest message to somebody. */
  findLatest(to: string): Message | undefined {
    return this.list().find((message) => message.to.toLowerCase() === to.toLowerCase());
  }
}
