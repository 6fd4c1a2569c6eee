import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { createDatabase, type DatabaseTimeouts } from '../../../../apps/service/database';
import { isUnavailable } from '../../../../apps/service/database-faults';
import { databaseEnvironment } from '../../../support/dynalite';

const HEADERS = { 'Content-Type': 'application/x-amz-json-1.0' };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function askOne(answer: RequestListener, timeouts?: DatabaseTimeouts): Promise<unknown> {
  const [item] = await askAtOnce(1, answer, timeouts);
  return item;
}

async function askAtOnce(
  count: number,
  answer: RequestListener,
  timeouts?: DatabaseTimeouts,
): Promise<readonly unknown[]> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, databaseEnvironment(endpoint));
  const database = createDatabase({ region: 'eu-central-1', endpoint, ...(timeouts && { timeouts }) });
  const ask = async (): Promise<unknown> =>
    (await database.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'key' } } }))).Item;
  try {
    return await Promise.all(Array.from({ length: count }, ask));
  } finally {
    database.destroy();
  }
}

test('an answer that comes in pieces, one of them in the middle of a letter, is read whole', async () => {
  const bytes = Buffer.from(JSON.stringify({ Item: { name: { S: 'Zoë Çelik' } } }));
  const middle = bytes.indexOf('ë') + 1;
  const item = await askOne((_request, response) => {
    response.writeHead(200, HEADERS).write(bytes.subarray(0, middle), () => {
      setImmediate(() => response.end(bytes.subarray(middle)));
    });
  });
  expect(item).toEqual({ name: { S: 'Zoë Çelik' } });
});

test('an answer that breaks off is a fault of the database, after three attempts', async () => {
  let attempts = 0;
  const fault: unknown = await askOne((_request, response) => {
    attempts += 1;
    response.writeHead(200, { ...HEADERS, 'Content-Length': 1_000 }).write('{"Item":', () => response.destroy());
  }).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(Error);
  expect(isUnavailable(fault)).toBe(true);
  expect(attempts).toBe(3);
});

const ENDLESS: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['stands still', () => undefined],
  [
    'goes on for ever',
    (response) => {
      const writing = setInterval(() => response.write(' '), 10);
      response.once('close', () => {
        clearInterval(writing);
      });
    },
  ],
];
test.each(ENDLESS)(
  'an answer that begins and then %s is a fault of the database, after three attempts',
  async (_, go) => {
    let attempts = 0;
    const timeouts = { connect: 500, attempt: 100 };
    const fault: unknown = await askOne((_request, response) => {
      attempts += 1;
      response.writeHead(200, { ...HEADERS, 'Content-Length': 1_000_000 }).write('{"Item":');
      go(response);
    }, timeouts).catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: 'TimeoutError' });
    expect(isUnavailable(fault)).toBe(true);
    expect(attempts).toBe(3);
  },
);

test('two hundred reads are on their way at once, and those behind them wait without a fault', async () => {
  const timeouts = { connect: 3_000, attempt: 600_000 };
  const held: ServerResponse[] = [];
  let most = 0;
  const answer = (): void => {
    for (const response of held.splice(0)) response.writeHead(200, HEADERS).end('{"Item":{"a":{"S":"b"}}}');
  };
  const items = await askAtOnce(
    400,
    (_request, response) => {
      most = Math.max(most, held.push(response));
      // Longer than a connection may take to stand.
      if (held.length === 200) setTimeout(answer, timeouts.connect + 500);
    },
    timeouts,
  );
  expect(items).toEqual(Array.from({ length: 400 }, () => ({ a: { S: 'b' } })));
  expect(most).toBe(200);
});
