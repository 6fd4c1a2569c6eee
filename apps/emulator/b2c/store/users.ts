import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readJson } from '../../base/state';

const KEY_BYTES = 32;

/** The kept form of a password: salt and key, base64url. */
async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `${salt.toString('base64url')}.${key.toString('base64url')}`;
}

/** Takes as long for somebody who does not exist (`undefined`) as for a wrong password. */
async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [salt = '', key = ''] = (hash ?? '.').split('.');
  const given = await derive(password, Buffer.from(salt, 'base64url'));
  const kept = Buffer.from(key, 'base64url');
  return kept.length === given.length && timingSafeEqual(kept, given);
}

/** The fault of a new password, by the service's rule for local accounts. */
export function passwordFault(password: string): string | undefined {
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((pattern) => pattern.test(password));
  if (password.length >= 8 && password.length <= 64 && classes.length >= 3) return undefined;
  return 'Use 8 to 64 characters, with at least three of: a lowercase letter, an uppercase letter, a digit, a symbol.';
}

/** At Node's default cost: these are accounts of a laptop. */
function derive(password: string, salt: Buffer): Promise<Buffer> {
  return promisify<string, Buffer, number, Buffer>(scrypt)(password.normalize('NFKC'), salt, KEY_BYTES);
}

const UserRecord = z.object({
  /** Object id: `oid` and `sub` of the tokens. */
  id: z.string(),
  /** The first is what the customer signs in with. */
  emails: z.array(z.string()).readonly(),
  /** For the second factor. */
  phone: z.string().exactOptional(),
  /** By attribute id: `displayName`, `givenName`. */
  attributes: z.record(z.string(), z.string()).readonly(),
  password: z.string(),
  /** Wrong passwords in a row. */
  failures: z.int(),
  /** Epoch milliseconds. */
  lockedUntil: z.number(),
});

type UserRecord = Readonly<z.output<typeof UserRecord>>;

/** A customer with a local account. */
export type User = Pick<UserRecord, 'id' | 'emails' | 'phone' | 'attributes'>;

/** A user who is there from the start. */
export interface SeedUser {
  /** @default drawn */
  readonly id?: string;
  readonly email: string;
  readonly password: string;
  readonly phone?: string;
  readonly displayName?: string;
  readonly givenName?: string;
  readonly surname?: string;
}

type PasswordCheck =
  { readonly kind: 'right'; readonly user: User } | { readonly kind: 'wrong' } | { readonly kind: 'locked' };

/** The service's smart lockout: ten wrong passwords, a minute. */
const LOCK_AFTER = 10;
const LOCK_MILLISECONDS = 60_000;

/** The customers' accounts. */
export class Users {
  constructor(
    private readonly database: DatabaseSync,
    private readonly now: () => Date,
  ) {}

  /** @returns undefined if somebody signs in with that address already */
  async add(user: Omit<User, 'id'> & { readonly id?: string }, password: string): Promise<User | undefined> {
    const record = { id: randomUUID(), ...user, password: await hashPassword(password), failures: 0, lockedUntil: 0 };
    if (this.findByEmail(signInName(record)) !== undefined) return undefined;
    this.put(record);
    return publicUser(record);
  }

  async seed({ id, email, password, phone, ...names }: SeedUser): Promise<void> {
    if (this.findByEmail(email) !== undefined) return;
    const attributes = Object.fromEntries(Object.entries(names).filter(([, value]) => typeof value === 'string'));
    const known = { ...(id !== undefined && { id }), ...(phone !== undefined && { phone }) };
    await this.add({ ...known, emails: [email], attributes }, password);
  }

  list(): readonly User[] {
    const rows = this.database.prepare('SELECT record FROM users ORDER BY sign_in_name').all();
    return rows.map((row) => publicUser(parse(row)));
  }

  find(id: string): User | undefined {
    const record = this.findRecord(id);
    return record && publicUser(record);
  }

  /** By what the customer signs in with, in any case. */
  findByEmail(email: string): User | undefined {
    const record = this.findRecordByEmail(email);
    return record && publicUser(record);
  }

  update(id: string, change: Partial<Pick<User, 'attributes' | 'phone'>>): void {
    const record = this.findRecord(id);
    if (record !== undefined) this.put({ ...record, ...change });
  }

  async setPassword(id: string, password: string): Promise<void> {
    const hash = await hashPassword(password);
    const record = this.findRecord(id);
    if (record !== undefined) this.put({ ...record, password: hash, failures: 0, lockedUntil: 0 });
  }

  /** Deletes an account; its sessions and tokens no longer work. */
  remove(id: string): void {
    this.database.prepare('DELETE FROM users WHERE id = ?').run(id);
  }

  /** Counts wrong passwords, and locks the account for a while after too many. */
  async checkPassword(email: string, password: string): Promise<PasswordCheck> {
    const before = this.findRecordByEmail(email);
    if (before !== undefined && this.isLocked(before)) return { kind: 'locked' };
    const isRight = await isPassword(password, before?.password);
    // Read again: another attempt may have been counted meanwhile.
    const record = before && this.findRecord(before.id);
    if (record === undefined) return { kind: 'wrong' };
    if (this.isLocked(record)) return { kind: 'locked' };
    return isRight ? this.accept(record) : this.refuse(record);
  }

  private accept(record: UserRecord): PasswordCheck {
    if (record.failures > 0) this.put({ ...record, failures: 0 });
    return { kind: 'right', user: publicUser(record) };
  }

  private refuse(record: UserRecord): PasswordCheck {
    const failures = record.failures + 1;
    const isLast = failures >= LOCK_AFTER;
    const lockedUntil = isLast ? this.now().getTime() + LOCK_MILLISECONDS : 0;
    this.put({ ...record, failures: isLast ? 0 : failures, lockedUntil });
    return { kind: isLast ? 'locked' : 'wrong' };
  }

  private isLocked({ lockedUntil }: UserRecord): boolean {
    return this.now().getTime() < lockedUntil;
  }

  private put(record: UserRecord): void {
    const statement = this.database.prepare('INSERT OR REPLACE INTO users (id, sign_in_name, record) VALUES (?, ?, ?)');
    statement.run(record.id, signInName(record), JSON.stringify(record));
  }

  private findRecord(id: string): UserRecord | undefined {
    const row = this.database.prepare('SELECT record FROM users WHERE id = ?').get(id);
    return row && parse(row);
  }

  private findRecordByEmail(email: string): UserRecord | undefined {
    const row = this.database.prepare('SELECT record FROM users WHERE sign_in_name = ?').get(email.toLowerCase());
    return row && parse(row);
  }
}

function signInName({ emails: [email = ''] }: Pick<User, 'emails'>): string {
  return email.toLowerCase();
}

function publicUser({ id, emails, phone, attributes }: UserRecord): User {
  return { id, emails, ...(phone !== undefined && { phone }), attributes };
}

function parse(row: Readonly<Record<string, unknown>>): UserRecord {
  return readJson(UserRecord, row, 'record');
}
