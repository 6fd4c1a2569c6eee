import { marshall } from '@aws-sdk/util-dynamodb';
import { Database, type DatabaseOptions, type Operation } from './database';
import { isConditionFailure } from './database-faults';

export interface TableOptions extends DatabaseOptions {
  readonly table: string;
}

type Values = Readonly<Record<string, unknown>>;

/** A write of one item, as DynamoDB takes it but for its values, which are JavaScript's. */
interface Write {
  readonly Item?: Values;
  readonly Key?: Values;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Values;
}

/** One table of DynamoDB. */
export class Table {
  readonly #name: string;
  readonly #database: Database;

  constructor({ table, ...options }: TableOptions) {
    this.#name = table;
    this.#database = new Database(options);
  }

  /** The item of a key, with every write before this read. */
  find(key: Values): Promise<Values | undefined> {
    return this.#database.send('GetItem', { TableName: this.#name, Key: marshall(key), ConsistentRead: true });
  }

  /** @returns false if the condition of the write did not hold */
  async write(operation: Operation, { Item, Key, ExpressionAttributeValues, ...rest }: Write): Promise<boolean> {
    const values = Object.entries({ Item, Key, ExpressionAttributeValues });
    const given = values.flatMap(([name, value]) => (value === undefined ? [] : [[name, marshall(value)] as const]));
    try {
      await this.#database.send(operation, { TableName: this.#name, ...rest, ...Object.fromEntries(given) });
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}
