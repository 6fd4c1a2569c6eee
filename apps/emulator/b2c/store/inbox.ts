import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { readJson } from '../../base/state';

/** A message that the service would have sent. */
const Message = z.object({
  /** How a code reaches a person. */
  channel: z.enum(['email', 'sms']),
  /** E-mail address or telephone number. */
  to: z.string(),
  code: z.string(),
  /** What the code is for: `Sign up`. */
  purpose: z.string(),
  /** ISO 8601. */
  sentAt: z.string(),
});

export type Message = Readonly<z.output<typeof Message>>;
export type Channel = Message['channel'];

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
    return rows.map((row) => readJson(Message, row, 'record'));
  }

  /** The newest message to somebody. */
  findLatest(to: string): Message | undefined {
    return this.list().find((message) => message.to.toLowerCase() === to.toLowerCase());
  }
}
