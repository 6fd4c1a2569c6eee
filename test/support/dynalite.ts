import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

export type TableItem = Readonly<Record<string, unknown>>;

/** What a request ends in instead of an answer of the database. */
export type DatabaseFault = 'throttle' | 'error' | 'reset' | 'lose-answer' | 'hang';

export interface FaultOrder {
  /** Calls that end in the fault. @default Infinity */
  readonly times?: number;
  /** Calls that work before. @default 0 */
  readonly after?: number;
}

/** A database of a test's own, in memory, with a door in front that counts and goes wrong when told to. */
export interface Dynalite {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  /** Calls since the start or the last reset, by operation. */
  readonly calls: ReadonlyMap<string, number>;
  readonly resetCalls: () => void;
  /** The next calls of an operation (`'*'`: of all) end in a fault, in place of the last order. */
  readonly fail: (operation: string, fault: DatabaseFault, order: FaultOrder) => void;
  readonly clearFaults: () => void;
  readonly createTable: (name: string) => Promise<void>;
  readonly items: (table: string) => Promise<readonly TableItem[]>;
  readonly stop: () => Promise<void>;
}

export const DATABASE_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Variables for a program that shall use the database at `endpoint`, and no real one by accident. */
export function databaseEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: DATABASE_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DATABASE_CREDENTIALS.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

export function databaseClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ region: 'eu-central-1', endpoint, credentials: DATABASE_CREDENTIALS });
}

/** Makes a table with the key `pk`. */
export async function createPoliciesTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

export async function tableItems(client: DynamoDBClient, table: string): Promise<readonly TableItem[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  return Items.map((item) => unmarshall(item));
}

// The package has no types.
const createDatabase = createRequire(__filename)('dynalite') as (options: { createTableMs: number }) => Server;

export async function startDynalite(): Promise<Dynalite> {
  const database = createDatabase({ createTableMs: 0 });
  const calls = new Map<string, number>();
  const orders = new Map<string, { fault: DatabaseFault; times: number; after: number }>();
  const [handle] = database.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  const door = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    const order = orders.get(operation) ?? orders.get('*');
    if (order === undefined || order.after-- > 0 || order.times <= 0) {
      handle?.(request, response);
      return;
    }
    order.times--;
    if (order.fault !== 'lose-answer') {
      goWrong(order.fault, response);
      return;
    }
    response.writeHead = () => {
      response.socket?.destroy();
      return response;
    };
    handle?.(request, response);
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const endpoint = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  const client = databaseClient(endpoint);
  return {
    endpoint,
    client,
    calls,
    resetCalls: () => {
      calls.clear();
    },
    fail: (operation, fault, { times = Infinity, after = 0 }) => {
      orders.set(operation, { fault, times, after });
    },
    clearFaults: () => {
      orders.clear();
    },
    createTable: (name) => createPoliciesTable(client, name),
    items: (table) => tableItems(client, table),
    stop: async () => {
      client.destroy();
      door.closeAllConnections();
      door.close();
      await new Promise((resolve) => database.close(resolve));
    },
  };
}

function goWrong(fault: Exclude<DatabaseFault, 'lose-answer'>, response: ServerResponse): void {
  if (fault === 'hang') return;
  if (fault === 'reset') {
    response.socket?.destroy();
    return;
  }
  const [status, type] = fault === 'throttle' ? [400, 'ThrottlingException'] : [500, 'InternalServerError'];
  response
    .writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'as ordered' }));
}
