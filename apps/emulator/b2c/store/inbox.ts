import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { readJson } from '../../base/state';

/** Ways in which a code reaches a person. */
export const Channel = z.enum(['email', 'sms']);

/** A message that the service would have sent. */
const Message = z.object({
  channel: Channel,
  /** E-mail address or telephone number. */
  to: z.string(),
  code: z.string(),
  /** Purpose of the code: `Sign up`. */
  purpose: z.string(),
  /** ISO 8601. */
  sentAt: z.string(),
});

export type Message = Readonly<z.output<typeof Message>>;

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
