import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { hashPassword, isPassword } from '../../base/passwords';
import { readJson } from '../../base/state';

/** The fault of a new password, by the service's rule for local accounts. */
export function passwordFault(password: string): string | undefined {
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((pattern) => pattern.test(password));
  if (password.length >= 8 && password.length <= 64 && classes.length >= 3) return undefined;
  return 'Use 8 to 64 characters, with at least three of: a lowercase letter, an uppercase letter, a digit, a symbol.';
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
  /** The kept password that the directory had for it when it was taken over from there. */
  inDirectory: z.string().exactOptional(),
  /** Wrong passwords in a row. */
  failures: z.int(),
  /** Epoch milliseconds. */
  lockedUntil: z.number(),
});

type UserRecord = Readonly<z.output<typeof UserRecord>>;

/** A customer with a local account. */
export type User = Pick<UserRecord, 'id' | 'emails' | 'phone' | 'attributes'>;

/** A customer whom the directory has by itself, with the kept form of a password. */
export type DirectoryAccount = Pick<UserRecord, 'id' | 'emails' | 'attributes' | 'password'>;

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
    private readonly findAccount: (email: string) => DirectoryAccount | undefined = () => undefined,
  ) {}

  /** @returns undefined if somebody signs in with that address already */
  add(user: Omit<User, 'id'> & { readonly id?: string }, password: string): User | undefined {
    const record = { id: randomUUID(), ...user, password: hashPassword(password), failures: 0, lockedUntil: 0 };
    if (this.findByEmail(signInName(record)) !== undefined) return undefined;
    this.put(record);
    return publicUser(record);
  }

  seed({ id, email, password, phone, ...names }: SeedUser): void {
    if (this.findByEmail(email) !== undefined) return;
    const attributes = Object.fromEntries(Object.entries(names).filter(([, value]) => typeof value === 'string'));
    const known = { ...(id !== undefined && { id }), ...(phone !== undefined && { phone }) };
    this.add({ ...known, emails: [email], attributes }, password);
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

  setPassword(id: string, password: string): void {
    const hash = hashPassword(password);
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
    const record = row && parse(row);
    return record?.inDirectory === undefined ? record : this.findRecordByEmail(signInName(record));
  }

  private findRecordByEmail(email: string): UserRecord | undefined {
    const row = this.database.prepare('SELECT record FROM users WHERE sign_in_name = ?').get(email.toLowerCase());
    const record = row && parse(row);
    if (record !== undefined && record.inDirectory === undefined) return record;
    const account = this.findAccount(email);
    return account && this.takeOver(account, record);
  }

  /** Takes over an account of the directory at its first use, and again when its password has changed there. */
  private takeOver(account: DirectoryAccount, known: UserRecord | undefined): UserRecord {
    const isSame = known?.id === account.id;
    if (isSame && known.inDirectory === account.password) return known;
    const record = { ...(isSame && known), ...account, inDirectory: account.password, failures: 0, lockedUntil: 0 };
    this.put(record);
    return record;
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
