import { randomInt, randomUUID } from 'node:crypto';
import { findChange, HISTORY_LENGTH, isSameChange, type PolicyChange, UNNAMED } from '../../service/policy';
import type { Caller } from '../tokens/access-token';
import { tagOf, type Change, type PolicyRecord, type PolicyStore, type Reservation } from './policy-store';

/** Owner of a policy. */
type Customer = Pick<Caller, 'oid' | 'emails'>;

/** A write that was done, for the audit log. It holds no personal value but the person's id. */
export interface AuditEntry {
  readonly action: 'policy-created' | 'email-changed' | 'beneficiary-changed';
  readonly oid: string;
  readonly version: number;
}
export type Audit = (entry: AuditEntry) => void;

export interface Order {
  readonly oid: string;
  readonly change: PolicyChange;
  /** Tells whether the version with a tag may be changed. */
  readonly precondition: (tag: string) => boolean;
  /** Tells this order, sent again, from another one. @default the order comes once */
  readonly key?: string | undefined;
}

/**
 * Reason for which nothing was changed: `key-reused` where the key is of another change, `contended` where others were
 * quicker each time although any version would have done.
 */
export type Unchanged = 'no-policy' | 'stale' | 'key-reused' | 'contended';

export interface PoliciesOptions {
  readonly store: PolicyStore;
  /** @default the clock */
  readonly now?: () => Date;
  /** Draws a policy number of ten digits. @default at random */
  readonly drawNumber?: () => string;
}

const TRIES = 5;
const drawAtRandom = (): string => String(randomInt(1_000_000_000, 10_000_000_000));

/** Operations of customers on their policies. */
export class Policies {
  readonly #options: Required<PoliciesOptions>;

  constructor(options: PoliciesOptions) {
    this.#options = { now: () => new Date(), drawNumber: drawAtRandom, ...options };
  }

  /** The customer's policy; the first visit creates it. */
  async visit(customer: Customer, audit: Audit): Promise<PolicyRecord> {
    const record = await this.#options.store.find(customer.oid);
    return record === undefined ? this.#create(customer, audit) : this.#followEmail(record, customer.emails, audit);
  }

  /**
   * Changes the version that the precondition asks for. The key is kept with the change, so that an order
   * whose answer was lost is recognised when it comes again, also after other changes; what changed since stays.
   */
  async change(
    { oid, change, precondition, key = randomUUID() }: Order,
    audit: Audit,
  ): Promise<PolicyRecord | Unchanged> {
    for (let tries = 0; tries < TRIES; tries++) {
      const record = await this.#options.store.find(oid);
      if (record === undefined) return 'no-policy';
      const done = findChange(record, key);
      if (done !== undefined) return isSameChange(done, change) ? record : 'key-reused';
      if (!precondition(tagOf(record))) return 'stale';
      const stamp = this.#stamp();
      const history = [...record.history, { ...change, changedAt: stamp.updatedAt, key }].slice(-HISTORY_LENGTH);
      const changed = await this.#change(record, { ...stamp, ...change, history });
      if (changed === undefined) continue;
      audit({ action: 'beneficiary-changed', oid, version: changed.version });
      return changed;
    }
    return 'contended';
  }

  /**
   * Holds a number first, then puts the policy. A crash in between leaves a number unused, never a policy
   * without its number. (A transaction would leave nothing, but the local database has none.)
   */
  async #create({ oid, emails }: Customer, audit: Audit): Promise<PolicyRecord> {
    const reservation = await this.#reserve(oid);
    const { policyNumber } = reservation;
    const stamp = this.#stamp();
    const named = { oid, policyNumber, ...UNNAMED, email: emails[0] ?? null };
    const record = { ...named, createdAt: stamp.updatedAt, history: [], version: 1, ...stamp };
    const created = await this.#options.store.create(record);
    const current = created ? record : await this.#options.store.find(oid);
    if (current?.writeId === record.writeId) {
      audit({ action: 'policy-created', oid, version: record.version });
      return record;
    }
    await this.#options.store.release(reservation);
    if (current === undefined) throw new Error('the policy was removed while it was being created');
    return current;
  }

  async #reserve(oid: string): Promise<Reservation> {
    for (let tries = 0; tries < TRIES; tries++) {
      const reservation = { policyNumber: this.#options.drawNumber(), oid, reservationId: randomUUID() };
      if (await this.#options.store.reserve(reservation)) return reservation;
    }
    throw new Error(`no free policy number in ${TRIES} draws`);
  }

  /** The address stays while the directory has it, first or not; else the directory's first one takes its place. */
  async #followEmail(record: PolicyRecord, emails: readonly string[], audit: Audit): Promise<PolicyRecord> {
    const email = emails.find((address) => address === record.email) ?? emails[0];
    if (email === undefined || email === record.email) return record;
    const changed = await this.#change(record, { email, ...this.#stamp() });
    // Another write came first; the next visit follows.
    if (changed === undefined) return (await this.#options.store.find(record.oid)) ?? record;
    audit({ action: 'email-changed', oid: record.oid, version: changed.version });
    return changed;
  }

  #stamp(): Pick<PolicyRecord, 'updatedAt' | 'writeId'> {
    return { updatedAt: this.#options.now().toISOString(), writeId: randomUUID() };
  }

  /** @returns undefined if another write came first */
  async #change(record: PolicyRecord, change: Change): Promise<PolicyRecord | undefined> {
    if (await this.#options.store.change(record, change)) return { ...record, ...change, version: record.version + 1 };
    // It may have been sent twice, because the first answer was lost: then this very write stands.
    const current = await this.#options.store.find(record.oid);
    return current?.writeId === change.writeId ? current : undefined;
  }
}
