import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailure } from '../../service/database-faults';
import { PolicyRecord } from './policy';

/** In milliseconds. */
export interface Timeouts {
  /** Until the connection stands. */
  readonly connect: number;
  /** Until one attempt is answered; the SDK makes up to three. */
  readonly attempt: number;
}

export interface PolicyStoreOptions {
  readonly table: string;
  readonly region: string;
  /** @default the region's own */
  readonly endpoint?: string | undefined;
  /** @default 0.5 s to connect, 1.5 s an attempt */
  readonly timeouts?: Timeouts;
}

/** A number that is held for the policy of a person who is about to get one. */
export interface Reservation {
  readonly policyNumber: string;
  readonly oid: string;
  /** Tells the same reservation, sent again by the SDK after a lost answer, from another's. */
  readonly reservationId: string;
}

/** What a later version changes. */
export type Change = Partial<Pick<PolicyRecord, 'beneficiary' | 'email' | 'history'>> &
  Pick<PolicyRecord, 'updatedAt' | 'writeId'>;

const TIMEOUTS: Timeouts = { connect: 500, attempt: 1_500 };
const ATTEMPTS = 3;

const numberKey = (policyNumber: string): { readonly pk: string } => ({ pk: `NUMBER#${policyNumber}` });
const policyKey = (oid: string): { readonly pk: string } => ({ pk: `POLICY#${oid}` });

/** The table of policies: `POLICY#<oid>` holds a policy, `NUMBER#<n>` says that its number is taken. */
export class PolicyStore {
  readonly #table: string;
  readonly #client: DynamoDBClient;
  readonly #documents: DynamoDBDocumentClient;

  constructor({ table, region, endpoint, timeouts = TIMEOUTS }: PolicyStoreOptions) {
    this.#table = table;
    this.#client = new DynamoDBClient({
      region,
      ...(endpoint !== undefined && { endpoint }),
      retryMode: 'standard',
      maxAttempts: ATTEMPTS,
      requestHandler: {
        connectionTimeout: timeouts.connect,
        requestTimeout: timeouts.attempt,
        throwOnRequestTimeout: true,
      },
    });
    this.#documents = DynamoDBDocumentClient.from(this.#client);
  }

  /** Fails where the table can't be read. */
  async check(): Promise<void> {
    await this.#documents.send(new GetCommand({ TableName: this.#table, Key: { pk: 'READY' } }));
  }

  /** The policy of a person with every write before this read. */
  async find(oid: string): Promise<PolicyRecord | undefined> {
    const command = new GetCommand({ TableName: this.#table, Key: policyKey(oid), ConsistentRead: true });
    const { Item } = await this.#documents.send(command);
    return Item && PolicyRecord.parse(Item);
  }

  /** @returns false if the number is taken */
  reserve({ policyNumber, ...reservation }: Reservation): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: { ...numberKey(policyNumber), ...reservation },
      ConditionExpression: 'attribute_not_exists(pk) OR reservationId = :id',
      ExpressionAttributeValues: { ':id': reservation.reservationId },
    });
    return this.#write(command);
  }

  /** Gives a number back that its reservation did not use. */
  async release({ policyNumber, reservationId }: Reservation): Promise<void> {
    const command = new DeleteCommand({
      TableName: this.#table,
      Key: numberKey(policyNumber),
      ConditionExpression: 'reservationId = :id',
      ExpressionAttributeValues: { ':id': reservationId },
    });
    await this.#write(command);
  }

  /** @returns false if the person has a policy, which may be this one, sent before */
  create(record: PolicyRecord): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: { ...policyKey(record.oid), ...record },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    return this.#write(command);
  }

  /** Makes the version after `record`. @returns false if that is not the current one */
  change({ oid, version }: PolicyRecord, change: Change): Promise<boolean> {
    const fields = Object.entries({ ...change, version: version + 1 });
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: policyKey(oid),
      UpdateExpression: `SET ${fields.map((_, index) => `#${index} = :${index}`).join(', ')}`,
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: {
        '#version': 'version',
        ...Object.fromEntries(fields.map(([name], index) => [`#${index}`, name])),
      },
      ExpressionAttributeValues: {
        ':version': version,
        ...Object.fromEntries(fields.map(([, value], index) => [`:${index}`, value])),
      },
    });
    return this.#write(command);
  }

  close(): void {
    this.#client.destroy();
  }

  async #write(command: PutCommand | UpdateCommand | DeleteCommand): Promise<boolean> {
    try {
      // The three have one signature, but the overloads take them one by one.
      await this.#documents.send(command as PutCommand);
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }
}
