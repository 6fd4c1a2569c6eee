import * as z from 'zod';
import { PolicyView } from '../../service/policy';
import { Table } from '../../service/table';

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
export class PolicyStore extends Table {
  async find(oid: string): Promise<PolicyRecord | undefined> {
    const item = await this.read(policyKey(oid));
    return item && PolicyRecord.parse(item);
  }

  /** @returns false if the number is taken */
  reserve({ policyNumber, ...reservation }: Reservation): Promise<boolean> {
    return this.write('PutItem', {
      Item: { ...numberKey(policyNumber), ...reservation },
      ConditionExpression: 'attribute_not_exists(pk) OR reservationId = :id',
      ExpressionAttributeValues: { ':id': reservation.reservationId },
    });
  }

  /** Gives a number back that its reservation did not use. */
  async release({ policyNumber, reservationId }: Reservation): Promise<void> {
    await this.write('DeleteItem', {
      Key: numberKey(policyNumber),
      ConditionExpression: 'reservationId = :id',
      ExpressionAttributeValues: { ':id': reservationId },
    });
  }

  /** @returns false if the person has a policy, which may be this one, sent before */
  create(record: PolicyRecord): Promise<boolean> {
    const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
    return this.write('PutItem', { Item: { ...policyKey(record.oid), ...record }, ...condition });
  }

  /** Makes the version after `record`. @returns false if that is not the current one */
  change({ oid, version }: PolicyRecord, change: Change): Promise<boolean> {
    const fields = Object.entries({ ...change, version: version + 1 });
    return this.write('UpdateItem', {
      Key: policyKey(oid),
      UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: '#version = :current',
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':current': version,
        ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
      },
    });
  }
}
