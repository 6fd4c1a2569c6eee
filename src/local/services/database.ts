import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { z } from 'zod';
import { readTls } from '../../../apps/service/tls';
import { databaseEnvironment, TABLES } from '../environment';
import { HostVariable, PathVariable, PortVariable, runService } from './run-service';

/** Partition keys, as the applications expect them. */
const KEYS = { [TABLES.policies]: 'pk', [TABLES.sessions]: 'id' } as const;

/**
 * DynamoDB on this machine: dynalite over a folder. A process of its own, since dynalite throws what it does not expect out
 * of its handlers, and that must end neither the emulator nor the start. What it answered is with the system by then, so
 * that a kill loses nothing; a power cut may.
 */
runService({
  name: 'database',
  environment: z.object({
    PORT: PortVariable,
    HOST: HostVariable,
    DATA: PathVariable,
    /** Folder with `tls.crt` and `tls.key`, for callers in other containers. */
    TLS_FOLDER: PathVariable.optional(),
  }),
  start: async ({ PORT, HOST, DATA, TLS_FOLDER }) => {
    const tls = TLS_FOLDER === undefined ? undefined : readTls(TLS_FOLDER);
    // Without an authority of its own, dynalite takes one that it brings, which no one here asks for.
    const server = dynalite({ path: DATA, createTableMs: 0, ...(tls && { ...tls, ssl: true, ca: tls.cert }) });
    server.listen(PORT, HOST);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await makeTables(`${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`);
    return async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    };
  },
});

async function makeTables(endpoint: string): Promise<void> {
  Object.assign(process.env, databaseEnvironment(endpoint));
  const client = new DynamoDBClient();
  const { TableNames = [] } = await client.send(new ListTablesCommand());
  for (const [TableName, key] of Object.entries(KEYS)) {
    if (TableNames.includes(TableName)) continue;
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  }
  client.destroy();
}
