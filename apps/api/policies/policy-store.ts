import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { Database, type DatabaseOptions, type Operations } from '../../service/database';
import { isConditionFailure } from '../../service/database-faults';
import { PolicyView } from '../../service/policy';

/** A customer's policy, as the database keeps it. */
const PolicyRecord = PolicyView.extend({
  oid: z.string(),
  /** 1, then one more with each write. */
  version: z.int().min(1),
  /** Id of the write that made this version; tells a repeated write that was done from one that came too late. */
  writeId: z.string(),
}).readonly();
export type PolicyRecord = z.output<typeof PolicyRecord>;

/**
 * The strong entity tag of a version. It names the policy too: `/policy` is another resource for each customer, and
 * one customer's tag must not fit another's.
 */
export function tagOf({ policyNumber, version }: PolicyRecord): string {
  return `"${policyNumber}-${version}"`;
}

export interface PolicyStoreOptions extends DatabaseOptions {
  readonly table: string;
}

/** A number that is held for the policy of a person who is about to get one. */
export interface Reservation {
  readonly policyNumber: string;
  readonly oid: string;
  /** Tells the same reservation, sent again by the SDK after a lost answer, from another's. */
  readonly reservationId: string;
}

/** Fields that a later version changes. */
export type Change = Partial<Omit<PolicyRecord, 'oid' | 'policyNumber' | 'createdAt' | 'version'>> &
  Pick<PolicyRecord, 'updatedAt' | 'writeId'>;

const numberKey = (policyNumber: string): { readonly pk: string } => ({ pk: `NUMBER#${policyNumber}` });
const policyKey = (oid: string): { readonly pk: string } => ({ pk: `POLICY#${oid}` });

/** The table of policies: `POLICY#<oid>` holds a policy, `NUMBER#<n>` says that its number is taken. */
export class PolicyStore {
  readonly #table: string;
  readonly #database: Database;

  constructor({ table, ...options }: PolicyStoreOptions) {
    this.#table = table;
    this.#database = new Database(options);
  }

  /** Fails where the table can't be read. */
  async check(): Promise<void> {
    await this.#database.send('GetItem', { TableName: this.#table, Key: marshall({ pk: 'READY' }) });
  }

  /** The policy of a person with every write before this read. */
  async find(oid: string): Promise<PolicyRecord | undefined> {
    const key = { TableName: this.#table, Key: marshall(policyKey(oid)), ConsistentRead: true };
    const item = await this.#database.send('GetItem', key);
    return item && PolicyRecord.parse(item);
  }

  /** @returns false if the number is taken */
  reserve({ policyNumber, ...reservation }: Reservation): Promise<boolean> {
    return this.#write('PutItem', {
      TableName: this.#table,
      Item: marshall({ ...numberKey(policyNumber), ...reservation }),
      ConditionExpression: 'attribute_not_exists(pk) OR reservationId = :id',
      ExpressionAttributeValues: marshall({ ':id': reservation.reservationId }),
    });
  }

  /** Gives a number back that its reservation did not use. */
  async release({ policyNumber, reservationId }: Reservation): Promise<void> {
    await this.#write('DeleteItem', {
      TableName: this.#table,
      Key: marshall(numberKey(policyNumber)),
      ConditionExpression: 'reservationId = :id',
      ExpressionAttributeValues: marshall({ ':id': reservationId }),
    });
  }

  /** @returns false if the person has a policy, which may be this one, sent before */
  create(record: PolicyRecord): Promise<boolean> {
    return this.#write('PutItem', {
      TableName: this.#table,
      Item: marshall({ ...policyKey(record.oid), ...record }),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  }

  /** Makes the version after `record`. @returns false if that is not the current one */
  change({ oid, version }: PolicyRecord, change: Change): Promise<boolean> {
    const fields = Object.entries({ ...change, version: version + 1 });
    return this.#write('UpdateItem', {
      TableName: this.#table,
      Key: marshall(policyKey(oid)),
      UpdateExpression: `SET ${fields.map((_, index) => `#${index} = :${index}`).join(', ')}`,
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: {
        '#version': 'version',
        ...Object.fromEntries(fields.map(([name], index) => [`#${index}`, name])),
      },
      ExpressionAttributeValues: marshall({
        ':version': version,
        ...Object.fromEntries(fields.map(([, value], index) => [`:${index}`, value])),
      }),
    });
  }

  close(): void {
    this.#database.close();
  }

  async #write<Name extends keyof Operations>(operation: Name, input: Operations[Name]): Promise<boolean> {
    try {
      await this.#database.send(operation, input);
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }
}
